/// How often two things occur together, one without the other, and not at all: a two-by-two table.
public struct ContingencyTable: Hashable, Sendable, Codable {
  /// Units with both.
  public let both: Int
  /// Units with the first only.
  public let firstOnly: Int
  /// Units with the second only.
  public let secondOnly: Int
  /// Units with neither.
  public let neither: Int

  /// Makes a table.
  ///
  /// - Precondition: no count is negative.
  public init(both: Int, firstOnly: Int, secondOnly: Int, neither: Int) {
    precondition(min(both, firstOnly, secondOnly, neither) >= 0, "a count is not negative")
    self.both = both
    self.firstOnly = firstOnly
    self.secondOnly = secondOnly
    self.neither = neither
  }

  /// Units in all.
  public var unitCount: Int { both + firstOnly + secondOnly + neither }
  /// Units with the first.
  public var firstCount: Int { both + firstOnly }
  /// Units with the second.
  public var secondCount: Int { both + secondOnly }

  /// How many units would have both if the two were independent; `nil` without units.
  public var expectedBoth: Double? {
    unitCount > 0 ? Double(firstCount) * Double(secondCount) / Double(unitCount) : nil
  }

  /// How many times as often as by chance both occur together; `nil` where one never occurs.
  public var lift: Double? { expectedBoth.flatMap { $0 > 0 ? Double(both) / $0 : nil } }

  /// The correlation of the two as 0 and 1, −1…1; `nil` where one is the same in all units.
  public var phi: Double? {
    let margins = margins.map(Double.init)
    let scale = (margins[0] * margins[1]).squareRoot() * (margins[2] * margins[3]).squareRoot()
    guard scale > 0 else { return nil }
    return ((Double(both) * Double(neither) - Double(firstOnly) * Double(secondOnly)) / scale).clamped(to: -1...1)
  }

  /// Dunning's log-likelihood ratio G², "Accurate methods for the statistics of surprise and coincidence",
  /// Computational Linguistics 19 (1993): 2·Σ observed·log(observed/expected); 0 at independence. Sound for rare
  /// things, where Pearson's chi-square is far too large.
  public var logLikelihoodRatio: Double {
    let total = Double(unitCount)
    return max(
      0,
      2
        * cells.reduce(0.0) { sum, cell in
          guard cell.count > 0 else { return sum }
          let count = Double(cell.count)
          return sum + count * Double.log(count * total / (Double(cell.row) * Double(cell.column)))
        })
  }

  /// The p-value of ``logLikelihoodRatio`` by chi-square with one degree of freedom; good where units are many,
  /// otherwise see ``fisherPValue``.
  public var logLikelihoodPValue: Double { ChiSquareDistribution(degreesOfFreedom: 1).upperTail(logLikelihoodRatio) }

  /// Pearson's chi-square without correction for continuity; `nil` where one is the same in all units.
  public var chiSquare: Double? { phi.map { $0 * $0 * Double(unitCount) } }

  /// Fisher's exact test, two-sided: the probability, margins given, of all tables no more probable than this one (as
  /// R and scipy have it). O(smallest margin).
  public var fisherPValue: Double {
    let (first, second, total) = (firstCount, secondCount, unitCount)
    let (least, most) = (max(0, first + second - total), min(first, second))
    guard most > least else { return 1 }
    // Tables from this one outwards, by the ratio of neighbours, relative to this one's probability.
    func ratioUp(_ k: Int) -> Double {
      Double(first - k) * Double(second - k) / (Double(k + 1) * Double(total - first - second + k + 1))
    }
    let own = Self.logHypergeometric(both, first, second, total)
    var (sum, weight) = (1.0, 1.0)
    let tolerance = 1 + 1e-7
    for k in both..<most {
      weight *= ratioUp(k)
      if weight <= tolerance { sum += weight }
      if weight < 1e-20 { break }
    }
    weight = 1
    for k in stride(from: both, to: least, by: -1) {
      weight /= ratioUp(k - 1)
      if weight <= tolerance { sum += weight }
      if weight < 1e-20 { break }
    }
    return min(1, Double.exp(own) * sum)
  }

  /// The odds ratio with half a unit added to every count (Haldane 1956), which is finite for any table.
  public var oddsRatio: Double { Double.exp(logOddsRatio) }

  /// The interval of ``oddsRatio``: Woolf's (1955) on the logarithm, with half a unit added to every count.
  ///
  /// - Precondition: `confidence` lies strictly between 0 and 1.
  public func oddsRatioInterval(confidence: Double = 0.95) -> ClosedRange<Double> {
    precondition(confidence > 0 && confidence < 1, "a confidence lies strictly between 0 and 1")
    let deviate = NormalDistribution.quantile(0.5 + confidence / 2)
    let half = deviate * cells.reduce(0) { $0 + 1 / (Double($1.count) + 0.5) }.squareRoot()
    return Double.exp(logOddsRatio - half)...Double.exp(logOddsRatio + half)
  }

  private var logOddsRatio: Double {
    let counts = cells.map { Double.log(Double($0.count) + 0.5) }
    return counts[0] - counts[1] - counts[2] + counts[3]
  }

  private var margins: [Int] { [firstCount, unitCount - firstCount, secondCount, unitCount - secondCount] }

  private var cells: [(count: Int, row: Int, column: Int)] {
    let margins = margins
    return [
      (both, margins[0], margins[2]), (firstOnly, margins[0], margins[3]), (secondOnly, margins[1], margins[2]),
      (neither, margins[1], margins[3]),
    ]
  }

  private static func logHypergeometric(_ k: Int, _ first: Int, _ second: Int, _ total: Int) -> Double {
    func choose(_ n: Int, _ k: Int) -> Double {
      Double.logGamma(Double(n + 1)) - Double.logGamma(Double(k + 1)) - Double.logGamma(Double(n - k + 1))
    }
    return choose(first, k) + choose(total - first, second - k) - choose(total, second)
  }
}
