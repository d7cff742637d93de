internal import HabitusKernels
internal import HabitusModel

/// Describes clusters in original units: means, what sets them apart, a name.
struct ClusterDescription {
  private static let traitCount = 5
  /// An effect below this is not worth a place in a name.
  private static let notableEffect = 0.5

  let names: [String]
  /// Features of the clustered users, not scaled: a row a user, NaN for "no value".
  let points: Matrix

  /// One ``Cluster`` a label, in the order of labels.
  func clusters(labels: [Int], clusterCount: Int) -> [Cluster] {
    var all = names.map { _ in Moments() }
    var own = (0..<clusterCount).map { _ in names.map { _ in Moments() } }
    var sizes = [Int](repeating: 0, count: clusterCount)
    for (row, label) in labels.enumerated() {
      sizes[label] += 1
      for column in names.indices where !points[row, column].isNaN {
        all[column].add(points[row, column])
        own[label][column].add(points[row, column])
      }
    }
    return (0..<clusterCount).map { label in
      var centre: [String: Double] = [:]
      var traits: [ClusterTrait] = []
      for (column, name) in names.enumerated() {
        guard let mean = own[label][column].mean else { continue }
        centre[name] = mean
        guard let populationMean = all[column].mean, let variance = all[column].populationVariance, variance > 0 else {
          continue
        }
        traits.append(
          ClusterTrait(
            feature: name, mean: mean, restMean: populationMean,
            effectSize: (mean - populationMean) / variance.squareRoot(), interval: 0...0,
            sentence: LocalizedText(english: "", french: "")))
      }
      traits.sort { ($0.effectSize.magnitude, $1.feature) > ($1.effectSize.magnitude, $0.feature) }
      let strongest = Array(traits.prefix(Self.traitCount))
      return Cluster(
        id: label + 1, name: LocalizedText(english: Self.name(strongest), french: Self.name(strongest)), size: sizes[label],
        share: Double(sizes[label]) / Double(max(1, labels.count)), centre: centre, traits: strongest)
    }
  }

  /// As in "many sessions, seen lately".
  private static func name(_ traits: [ClusterTrait]) -> String {
    let notable = traits.filter { $0.effectSize.magnitude >= notableEffect }.prefix(2)
    guard !notable.isEmpty else { return "close to the average" }
    return notable.map(phrase).joined(separator: ", ")
  }

  /// What a trait means in words; features without words of their own are named with "high" or "low".
  private static func phrase(_ trait: ClusterTrait) -> String {
    let isHigh = trait.effectSize > 0
    if let words = phrases[trait.feature] { return isHigh ? words.high : words.low }
    if trait.feature.hasPrefix("share_") {
      return (isHigh ? "much " : "little ") + spelled(trait.feature.dropFirst("share_".count))
    }
    return (isHigh ? "high " : "low ") + spelled(trait.feature)
  }

  private static func spelled(_ name: some StringProtocol) -> String {
    name.split(separator: "_").joined(separator: " ")
  }

  private static let phrases: [String: (high: String, low: String)] = [
    "event_count": ("very active", "little active"), "recency_days": ("not seen lately", "seen lately"),
    "active_days": ("many active days", "few active days"), "session_count": ("many sessions", "few sessions"),
    "events_per_session": ("eventful sessions", "brief sessions"),
    "session_duration_mean_s": ("long sessions", "short sessions"),
    "return_gap_mean_h": ("long absences", "quick returns"), "weekend_share": ("on weekends", "on weekdays"),
    "night_share": ("at night", "by day"), "business_share": ("in office hours", "outside office hours"),
    "distinct_items": ("many items", "few items"), "item_repeat_ratio": ("the same items", "ever new items"),
    "distinct_types": ("many kinds of action", "few kinds of action"),
    "type_entropy_bits": ("varied actions", "uniform actions"),
    "distinct_categories": ("many categories", "few categories"),
    "category_entropy_bits": ("broad interests", "narrow interests"),
  ]
}
