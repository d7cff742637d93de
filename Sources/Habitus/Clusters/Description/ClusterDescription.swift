internal import HabitusKernels
internal import HabitusModel

/// Says in words and figures what groups of users are: means, what sets each apart, a name.
///
/// All figures are in the features' units. "The rest" of a group are all other users that were compared, those in no
/// group included. Features that say nothing are never mentioned: those with one value for everybody, those without
/// values, and the coordinates of the mean time of day, which `mean_hour` stands for. Infinite values, and those of
/// 1e150 and more, count as missing.
struct ClusterDescription {
  /// The features that can be spoken of, each with its values.
  let columns: [DescribedFeature]
  /// Number of users.
  let userCount: Int

  /// Features that are coordinates for kernels, not figures for readers.
  static let unspokenFeatures: Set<String> = ["hour_cosine", "hour_sine"]

  /// Takes the features of users, not scaled: a row a user, a column a definition, NaN for "no value".
  ///
  /// - Precondition: there is a definition for each column.
  init(definitions: [FeatureDefinition], points: Matrix) {
    precondition(definitions.count == points.columnCount, "a definition for every column")
    userCount = points.rowCount
    let concentrations = definitions.firstIndex { $0.name == "hour_concentration" }.map(points.column)
    columns = definitions.indices.compactMap { index in
      guard !Self.unspokenFeatures.contains(definitions[index].name) else { return nil }
      return DescribedFeature(
        definitions[index], points.column(index),
        concentrations: definitions[index].name == "mean_hour" ? concentrations : nil)
    }
  }

  /// One ``Cluster`` for each of `ids`.
  ///
  /// - Parameters:
  ///   - labels: for every row the index of its group in `ids`; `nil` for a user in no group.
  ///   - ids: the groups' numbers, by label.
  ///   - stability: their stabilities, by label.
  ///   - keptNames: names that groups have already, by number: they keep them, and no other group gets the same.
  /// - Precondition: there is a label for every row and a stability for every number, and labels are indices of `ids`.
  /// - Complexity: O(users · features · groups), and O(users) for every pair of features that is compared.
  func clusters(
    labels: [Int?], ids: [Int], stability: [Double?], keptNames: [Int: LocalizedText] = [:]
  ) -> [Cluster] {
    precondition(labels.count == userCount && stability.count == ids.count, "a label for every row")
    let (groups, others) = userSets(labels: labels, count: ids.count)
    let rests = ids.indices.map { label in
      UserSet(joining: groups.indices.filter { $0 != label }.map { groups[$0] } + [others])
    }
    var redundancy = TraitRedundancy(columns: columns)
    let found = ids.indices.map { label in
      strongestFirst(effects(of: groups[label], against: rests[label]).filter { !$0.interval.contains(0) })
    }
    let traits = found.map { redundancy.thinned($0) }
    let centres = groups.map { group in columns.indices.map { columns[$0].mean(of: group, at: $0) } }
    let nameTraits = ids.indices.map { redundancy.thinned(bestForNames(found[$0], of: $0, centres)) }
    let names = names(of: ids, nameTraits, isEverybody: others.rows.isEmpty, keptNames: keptNames)
    return ids.indices.map { label in
      let described = traits[label].map(trait)
      let centre = zip(columns, centres[label]).compactMap { column, mean in mean.map { (column.name, $0) } }
      return Cluster(
        id: ids[label], name: names[label],
        sentences: sentences(described, of: groups[label], isAlone: ids.count == 1),
        size: groups[label].rows.count,
        share: userCount > 0 ? Double(groups[label].rows.count) / Double(userCount) : 0,
        centre: Dictionary(centre) { first, _ in first },
        traits: Array(described.prefix(Self.maximumTraitCount)), stability: stability[label])
    }
  }

  /// The members of every group, and those of none.
  func userSets(labels: [Int?], count: Int) -> (groups: [UserSet], others: UserSet) {
    var rows = [[Int]](repeating: [], count: count)
    var others: [Int] = []
    for (row, label) in labels.enumerated() {
      if let label { rows[label].append(row) } else { others.append(row) }
    }
    return (rows.map { UserSet(rows: $0, columns: columns) }, UserSet(rows: others, columns: columns))
  }
}
