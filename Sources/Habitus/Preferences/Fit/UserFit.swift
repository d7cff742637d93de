internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// What one user is drawn to, for items to be compared.
struct UserFit {
  /// A dimension of content but the item itself.
  struct Dimension {
    let name: String
    let belief: PreferenceBelief
    let evidence: PreferenceEvidence
    let population: BoundPopulation.Dimension
    let weight: Double
  }

  let dimensions: [Dimension]
  /// The log-odds of each reference.
  private let references: [Double]

  /// - Parameter references: codes by dimension of what items are compared with.
  init(_ dimensions: [Dimension], references: [[[UInt32]]]) {
    self.dimensions = dimensions
    self.references = references.map { Self.logOdds($0, dimensions) }
  }

  /// The mean log-lift of values, with its deviation; `nil` where none is known. O(values · log).
  static func lift(
    of values: [UInt32], _ belief: PreferenceBelief, _ population: BoundPopulation.Dimension
  ) -> (value: Double, deviation: Double)? {
    let lifts = values.compactMap { belief.logLift(of: $0, populationShare: population.share(of: $0)) }
    guard !lifts.isEmpty else { return nil }
    let count = Double(lifts.count)
    return (
      lifts.reduce(0) { $0 + $1.value } / count,
      lifts.reduce(0) { $0 + $1.deviation * $1.deviation }.squareRoot() / count
    )
  }

  private static func logOdds(_ values: [[UInt32]], _ dimensions: [Dimension]) -> Double {
    zip(values, dimensions).reduce(0) { sum, pair in
      sum + pair.1.weight * (lift(of: pair.0, pair.1.belief, pair.1.population)?.value ?? 0)
    }
  }

  /// The share of comparisons that an item with these values wins, with its interval.
  func score(_ values: [[UInt32]]) -> (score: Double, interval: ClosedRange<Double>) {
    let own = Self.logOdds(values, dimensions)
    let variance = zip(values, dimensions).reduce(0) { sum, pair in
      let deviation = pair.1.weight * (Self.lift(of: pair.0, pair.1.belief, pair.1.population)?.deviation ?? 0)
      return sum + deviation * deviation
    }
    let reach = NormalDistribution.quantile(0.5 + PreferenceScorer.confidence / 2) * variance.squareRoot()
    return (share(own), share(own - reach)...share(own + reach))
  }

  /// The mean probability of being taken rather than a reference.
  private func share(_ logOdds: Double) -> Double {
    guard !references.isEmpty else { return 0.5 }
    return references.reduce(0) { $0 + 1 / (1 + exp($1 - logOdds)) } / Double(references.count)
  }
}
