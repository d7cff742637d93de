internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// What sets the sessions of a cluster apart from the others.
struct SessionArchetypeTraits {
  private let fit: SessionArchetypeFit
  private let sample: SessionSample

  /// Effects below this are not told: between small and medium.
  private static let smallestEffect = 0.4
  /// Hours are told where they are as close together as this, and as far from those of the others.
  private static let closeHours = 0.5
  private static let leastHours = 2.0
  private static let mostTraits = 4

  init(_ fit: SessionArchetypeFit, _ sample: SessionSample) {
    self.fit = fit
    self.sample = sample
  }

  /// The strongest traits of a cluster.
  func traits(of cluster: Int) -> [SessionArchetype.Trait] {
    let columns = fit.shape.measures.count
    let rows = sample.keys.indices
    let members = rows.filter { fit.labels[$0].index == cluster }
    let others = rows.filter { fit.labels[$0].index != cluster }
    var traits: [(strength: Double, trait: SessionArchetype.Trait)] = []
    for (column, measure) in fit.shape.measures.enumerated() {
      guard let name = Self.name(of: measure) else { continue }
      func moments(_ rows: [Int]) -> Moments {
        var moments = Moments()
        for row in rows where !sample.values[row * columns + column].isNaN {
          moments.add(sample.values[row * columns + column])
        }
        return moments
      }
      let (own, rest) = (moments(members), moments(others))
      guard let effect = StandardizedMeanDifference(of: own, against: rest)?.hedgesG,
        effect.magnitude >= Self.smallestEffect, let mean = own.mean, let otherMean = rest.mean
      else { continue }
      traits.append(
        (
          effect.magnitude,
          SessionArchetype.Trait(
            measure: name, value: Self.value(mean, measure), otherValue: Self.value(otherMean, measure),
            effectSize: effect)
        ))
    }
    let strongest = traits.sorted { ($0.strength, $1.trait.measure) > ($1.strength, $0.trait.measure) }
      .map(\.trait).prefix(Self.mostTraits)
    return strongest + [hourTrait(members, others)].compactMap { $0 }
  }

  /// The hour, where these sessions keep to one that is not the others'.
  private func hourTrait(_ members: [Int], _ others: [Int]) -> SessionArchetype.Trait? {
    guard let cosine = fit.shape.measures.firstIndex(of: .clockCosine) else { return nil }
    let columns = fit.shape.measures.count
    func hours(_ rows: [Int]) -> CircularSummary? {
      CircularSummary(
        of: rows.map { row in
          let (x, y) = (sample.values[row * columns + cosine], sample.values[row * columns + cosine + 1])
          let hour = atan2(y, x) / Double.pi * 12
          return hour < 0 ? hour + 24 : hour
        })
    }
    guard let own = hours(members), let rest = hours(others), own.concentration >= Self.closeHours,
      let hour = own.mean, let other = rest.mean
    else { return nil }
    let distance = abs(hour - other)
    guard min(distance, 24 - distance) >= Self.leastHours else { return nil }
    return SessionArchetype.Trait(measure: "mean_hour", value: hour, otherValue: other, effectSize: nil)
  }

  private static func name(of measure: SessionMeasure) -> String? {
    switch measure {
    case .events: "event_count"
    case .duration: "duration_s"
    case .pages: "page_count"
    case .repeats: "repeat_share"
    case .entropy: "type_entropy_bits"
    case .type(let name): FeatureWords.typePrefix + name
    case .gap: "hours_since_last"
    case .clockCosine, .clockSine: nil
    }
  }

  private static func value(_ mean: Double, _ measure: SessionMeasure) -> Double {
    switch measure {
    case .events: exp(mean)
    case .duration, .pages, .gap: expm1(mean)
    case .repeats, .entropy, .type, .clockCosine, .clockSine: mean
    }
  }

  /// The session of the sample that is nearest to the middle of a cluster.
  func medoid(of cluster: Int) throws -> SessionSample.Key? {
    let scaled = try fit.scaler.transform(
      Matrix(rowCount: sample.keys.count, columnCount: fit.shape.measures.count, values: sample.values))
    let members = sample.keys.indices.filter { fit.labels[$0].index == cluster }
    var middle = Array(repeating: 0.0, count: scaled.columnCount)
    for row in members { for (column, value) in scaled.row(row).enumerated() { middle[column] += value } }
    let distances = members.map { row in
      zip(scaled.row(row), middle).reduce(0) { sum, pair in
        let difference = pair.0 - pair.1 / Double(members.count)
        return sum + difference * difference
      }
    }
    guard let nearest = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return nil }
    return sample.keys[members[nearest]]
  }
}
