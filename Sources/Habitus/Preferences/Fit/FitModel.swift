internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// How far tastes in each dimension of content decide between two items, learned from what users took to.
///
/// That a user takes the first of two items has the log-odds Σ wᵈ · (ℓᵈ(first) − ℓᵈ(second)), where ℓᵈ is the logarithm of
/// the user's share of the item's value over the population's, averaged over several values.
struct FitModel: Sendable, Codable {
  /// By dimension, 0 for those that do not help.
  let weights: [String: Double]
  /// Values by dimension of things that different users took to: what an item is compared with.
  let references: [[String: [String]]]
  /// How well the choices of users were foretold who were not learned from; `nil` where there were too few.
  let quality: FitQuality?
}

/// A user before the last active day, and what the user took to on that day.
struct FitCase: Sendable {
  /// By dimension of content.
  let evidence: [PreferenceEvidence]
  /// Codes by dimension of content; empty where the thing had no value.
  let values: [[UInt32]]
}

/// Learns a ``FitModel``.
struct FitLearning {
  /// Fewer users with a choice teach nothing.
  static let leastUsers = 40
  /// The most things that an item is compared with.
  private static let referenceCount = 200
  /// With how many things of others each choice is compared.
  private static let rivalCount = 5

  let dimensions: [(name: String, population: BoundPopulation.Dimension)]
  let text: (_ dimension: Int, _ code: UInt32) -> String

  /// O(users · dimensions), and a logistic regression.
  func model(_ cases: [FitCase]) throws -> FitModel {
    let chosen = cases.filter { one in one.values.contains { !$0.isEmpty } }
    let stride = max(1, chosen.count / Self.referenceCount)
    let references = Swift.stride(from: 0, to: chosen.count, by: stride).map { index in
      Dictionary(
        uniqueKeysWithValues: dimensions.indices.filter { !chosen[index].values[$0].isEmpty }.map { dimension in
          (dimensions[dimension].name, chosen[index].values[dimension].map { text(dimension, $0) })
        })
    }
    let plain = Dictionary(uniqueKeysWithValues: dimensions.map { ($0.name, 1.0) })
    guard chosen.count >= Self.leastUsers else {
      return FitModel(weights: plain, references: references, quality: nil)
    }
    let differences = try chosen.indices.map { try self.differences(chosen, $0) }
    // Each half is foretold by what the other teaches.
    var probabilities = [[Double]](repeating: [], count: chosen.count)
    for half in 0..<2 {
      let others = differences.indices.filter { $0 % 2 != half }.map { differences[$0] }
      let weights = try Self.weights(others, dimensions.count)
      for index in differences.indices where index % 2 == half {
        probabilities[index] = differences[index].map { Self.probability($0, weights) }
      }
    }
    let weights = try Self.weights(differences, dimensions.count)
    return FitModel(
      weights: Dictionary(uniqueKeysWithValues: zip(dimensions.map(\.name), weights)), references: references,
      quality: FitQuality(probabilities))
  }

  /// What a user's choice has more of each dimension's log-lift than things of other users.
  private func differences(_ cases: [FitCase], _ index: Int) throws -> [[Double]] {
    let beliefs = try dimensions.indices.map { dimension in
      let population = dimensions[dimension].population
      return try PreferenceBelief(
        population.prior, cases[index].evidence[dimension], populationShare: population.share)
    }
    func lifts(_ values: [[UInt32]]) -> [Double] {
      dimensions.indices.map { dimension in
        UserFit.lift(of: values[dimension], beliefs[dimension], dimensions[dimension].population)?.value ?? 0
      }
    }
    let own = lifts(cases[index].values)
    var generator = SplitMix64(seed: UInt64(index))
    return (0..<Self.rivalCount).map { _ in
      let rival = (index + 1 + generator.nextIndex(below: cases.count - 1)) % cases.count
      return zip(own, lifts(cases[rival].values)).map { $0 - $1 }
    }
  }

  static func probability(_ differences: [Double], _ weights: [Double]) -> Double {
    1 / (1 + exp(-zip(differences, weights).reduce(0) { $0 + $1.0 * $1.1 }))
  }

  /// Logistic regression without intercept: every comparison is there both ways round. A dimension in which users take
  /// to what they are less drawn to is left out.
  private static func weights(_ differences: [[[Double]]], _ dimensionCount: Int) throws -> [Double] {
    var rows: [[Double]] = []
    for difference in differences.joined() {
      rows.append(difference)
      rows.append(difference.map { -$0 })
    }
    var used = (0..<dimensionCount).filter { dimension in rows.contains { $0[dimension] != 0 } }
    var weights = Array(repeating: 0.0, count: dimensionCount)
    while !used.isEmpty, !rows.isEmpty {
      let points = Matrix(
        rowCount: rows.count, columnCount: used.count, values: rows.flatMap { row in used.map { row[$0] } })
      let model = try LogisticRegression(penalty: 10).fit(points, outcomes: rows.indices.map { $0 % 2 == 0 })
      let probes = Matrix(
        rowCount: used.count, columnCount: used.count,
        values: used.indices.flatMap { row in used.indices.map { $0 == row ? 1 : 0 } })
      let slopes = try model.logOdds(of: probes)
      let kept = used.indices.filter { slopes[$0] > 0 }
      guard kept.count < used.count else {
        for (dimension, slope) in zip(used, slopes) { weights[dimension] = slope }
        return weights
      }
      used = kept.map { used[$0] }
    }
    return weights
  }
}

extension FitQuality {
  /// - Parameter probabilities: by user, of what the user took to, against each of some rivals.
  init?(_ probabilities: [[Double]]) {
    let all = probabilities.joined()
    guard !all.isEmpty else { return nil }
    // A tie is half won.
    let won = probabilities.map { own in
      own.reduce(0) { $0 + ($1 > 0.5 ? 1 : $1 == 0.5 ? 0.5 : 0) } / Double(own.count)
    }
    let users = Double(probabilities.count)
    // Comparisons of one user are not independent: users are counted.
    guard let interval = Statistics.wilsonInterval(successes: won.reduce(0, +), trials: users) else { return nil }
    self.init(
      users: probabilities.count, concordance: won.reduce(0, +) / users, interval: interval,
      logLoss: all.reduce(0) { $0 - log(max($1, 1e-12)) } / Double(all.count))
  }
}
