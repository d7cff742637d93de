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
        guard let populationMean = all[column].mean, let variance = all[column].populationVariance, variance > 0 else { continue }
        traits.append(
          ClusterTrait(
            feature: name, mean: mean, populationMean: populationMean,
            effectSize: (mean - populationMean) / variance.squareRoot()))
      }
      traits.sort { ($0.effectSize.magnitude, $1.feature) > ($1.effectSize.magnitude, $0.feature) }
      let strongest = Array(traits.prefix(Self.traitCount))
      return Cluster(
        id: label + 1, name: Self.name(strongest), size: sizes[label],
        share: Double(sizes[label]) / Double(max(1, labels.count)), centre: centre, traits: strongest)
    }
  }

  /// As in "high session count, low recency days".
  private static func name(_ traits: [ClusterTrait]) -> String {
    let notable = traits.filter { $0.effectSize.magnitude >= notableEffect }.prefix(2)
    guard !notable.isEmpty else { return "close to the average" }
    return notable.map { trait in
      (trait.effectSize > 0 ? "high " : "low ") + trait.feature.split(separator: "_").joined(separator: " ")
    }.joined(separator: ", ")
  }
}
