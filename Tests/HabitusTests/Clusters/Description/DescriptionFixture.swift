import HabitusKernels
import HabitusModel

@testable import Habitus

/// The definition of a feature of the dictionary, or of one that a user of the library could add.
func definition(_ name: String, _ unit: FeatureUnit = .count) -> FeatureDefinition {
  FeatureDictionary.definitions.first { $0.name == name }
    ?? FeatureDefinition(
      name: name, group: .content, unit: name.hasPrefix("type:") ? .share : unit, description: "Made for a test.")
}

/// A description of users by columns.
func description(_ columns: [(FeatureDefinition, [Double])]) -> ClusterDescription {
  let count = columns.first?.1.count ?? 0
  return ClusterDescription(
    definitions: columns.map(\.0), points: Matrix(rows: (0..<count).map { row in columns.map { $0.1[row] } }))
}

extension ClusterDescription {
  /// The groups of users labelled from 0 on, numbered from 1 on.
  func clusters(_ labels: [Int?]) -> [Cluster] {
    let count = (labels.compactMap(\.self).max() ?? -1) + 1
    return clusters(
      labels: labels, ids: (0..<count).map { $0 + 1 }, stability: Array(repeating: nil, count: count))
  }
}

/// Six users: three of group 1, then three of group 2.
let threeAndThree: [Int?] = [0, 0, 0, 1, 1, 1]
