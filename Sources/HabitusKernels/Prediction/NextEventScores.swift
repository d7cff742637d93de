/// How good predictions of what comes next were, on sequences that were not learned from.
public struct NextEventScores: Hashable, Sendable, Codable {
  /// Number of predictions.
  public let count: Int
  /// For 1, 2, … likeliest items, the share of predictions where what came was among them; equally likely items take
  /// their order by item.
  public let topAccuracies: [Double]
  /// The mean of −ln(probability given to what came). An item never seen before has the probability that the others
  /// leave.
  public let logLoss: Double
  /// ``logLoss`` of the shares of items, whatever came before, drawn to every item alike as by one observation.
  public let sharesLogLoss: Double
  /// The share of predictions where what came was the most frequent item.
  public let sharesAccuracy: Double
  /// ``sharesLogLoss`` − ``logLoss``: above 0 where what came before helps.
  public let improvement: Double
  /// Its standard error, with sequences as the independent samples; `nil` with fewer than two of them.
  public let improvementStandardError: Double?
  /// The probability of such an improvement, or a greater one, if what came before were no help; `nil` with fewer than
  /// two sequences. By Student's t.
  public let pValue: Double?

  /// The share of predictions where what came was the likeliest.
  public var accuracy: Double { topAccuracies[0] }
}

extension NextEvent.Model {
  /// Scores predictions of every item of some sequences by what comes before it there.
  ///
  /// O(predictions · items · order).
  ///
  /// - Parameters:
  ///   - sequences: not learned from.
  ///   - firstPlaces: for each, the index of the first item to predict; `nil`: 0.
  ///   - topCount: how many likeliest items to look among, at least 1.
  /// - Throws: ``KernelError``: `noSamples` without a prediction, `sampleCount` for another number of places than
  ///   sequences, `parameter` for a number out of range.
  public func scores(
    on sequences: SequenceDatabase, from firstPlaces: [Int]? = nil, topCount: Int = 3
  ) throws(KernelError) -> NextEventScores {
    guard topCount >= 1 else { throw .parameter(name: "topCount", value: Double(topCount), allowed: "1 or more") }
    let shares = with(NextEvent(strengths: [1])).probabilities(after: [])
    var tally = Tally(topCount: topCount)
    try visit(sequences, from: firstPlaces) { sequence, place, own in
      let estimate = probabilities(after: sequence[..<place], own: own)
      let number = number(of: sequence[place])
      tally.add(
        sequence: sequence.startIndex, rank: Self.rank(of: number, in: estimate),
        logLoss: Self.logLoss(of: number, in: estimate), sharesRank: Self.rank(of: number, in: shares),
        sharesLogLoss: Self.logLoss(of: number, in: shares))
    }
    guard let scores = tally.scores else { throw .noSamples }
    return scores
  }

  /// How many items are likelier, or as likely and before it; `nil` for an unknown item.
  private static func rank(of number: Int?, in estimate: [Double]) -> Int? {
    number.map { number in
      estimate.indices.count {
        estimate[$0] > estimate[number] || ($0 < number && estimate[$0] == estimate[number])
      }
    }
  }

  private static func logLoss(of number: Int?, in estimate: [Double]) -> Double {
    -Double.log(max(number.map { estimate[$0] } ?? (1 - estimate.reduce(0, +)), .ulpOfOne))
  }

  /// Adds predictions up.
  private struct Tally {
    private var hits: [Int]
    private var (count, sharesHits) = (0, 0)
    private var (logLoss, sharesLogLoss) = (0.0, 0.0)
    /// By sequence, in order: how many predictions, and the sum of their improvements.
    private var sequences: [(start: Int, count: Double, improvement: Double)] = []

    init(topCount: Int) { hits = Array(repeating: 0, count: topCount) }

    mutating func add(sequence start: Int, rank: Int?, logLoss: Double, sharesRank: Int?, sharesLogLoss: Double) {
      count += 1
      if let rank, rank < hits.count { hits[rank] += 1 }
      if sharesRank == 0 { sharesHits += 1 }
      self.logLoss += logLoss
      self.sharesLogLoss += sharesLogLoss
      if sequences.last?.start != start { sequences.append((start, 0, 0)) }
      sequences[sequences.count - 1].count += 1
      sequences[sequences.count - 1].improvement += sharesLogLoss - logLoss
    }

    var scores: NextEventScores? {
      guard count > 0 else { return nil }
      let total = Double(count)
      var reached = 0
      let accuracies = hits.map { hit in
        reached += hit
        return Double(reached) / total
      }
      let improvement = (sharesLogLoss - logLoss) / total
      let error = standardError(of: improvement)
      let pValue = error.map { error in
        error > 0
          ? StudentTDistribution(degreesOfFreedom: Double(sequences.count - 1)).upperTail(improvement / error)
          : (improvement > 0 ? 0 : 1)
      }
      return NextEventScores(
        count: count, topAccuracies: accuracies, logLoss: logLoss / total, sharesLogLoss: sharesLogLoss / total,
        sharesAccuracy: Double(sharesHits) / total, improvement: improvement, improvementStandardError: error,
        pValue: pValue)
    }

    /// Of a ratio of sums over sequences, by linearisation.
    private func standardError(of improvement: Double) -> Double? {
      guard sequences.count > 1 else { return nil }
      let squares = sequences.reduce(0) { sum, sequence in
        let deviation = sequence.improvement - improvement * sequence.count
        return sum + deviation * deviation
      }
      let sample = Double(sequences.count)
      return (sample / (sample - 1) * squares).squareRoot() / Double(count)
    }
  }
}
