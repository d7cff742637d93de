internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// The users that are compared, those with enough events, with all that they can be compared and described by.
struct ComparedUsers: Sendable {
  let window: AnalysisWindow
  /// In the order of identifiers, so that the order in which users were first seen has no influence.
  let users: [UserID]
  /// For every user the row of the feature table.
  let rows: [Int]
  /// What users are described by: the features of the selected groups, and shares of further event types.
  let definitions: [FeatureDefinition]
  /// A row a user, a column a definition; NaN for "no value".
  let values: Matrix

  /// Collects the users of a table with `event_count`, whose identifiers and events are in `snapshot`.
  init(
    _ table: FeatureTable, _ snapshot: EventSnapshot, plan: FeaturePlan, configuration: HabitusConfiguration,
    workers: Int
  ) throws {
    let minimum = Double(configuration.features.minimumEventCount)
    let counts = table.values(of: "event_count") ?? []
    let names = snapshot.dictionaries.users
    let rows = counts.indices.filter { counts[$0] >= minimum }.sorted { a, b in
      let (x, y) = (names.terms.range(of: Int(table.users[a])), names.terms.range(of: Int(table.users[b])))
      return names.terms.bytes[x].lexicographicallyPrecedes(names.terms.bytes[y])
    }
    let groups = configuration.features.groups
    let columns = table.definitions.indices.filter { groups.contains(table.definitions[$0].group) }
    let types =
      groups.contains(.activity)
      ? try TypeShares(snapshot, plan: plan, users: rows.map { table.users[$0] }, workers: workers) : nil
    var values: [Double] = []
    values.reserveCapacity(rows.count * (columns.count + (types?.types.count ?? 0)))
    for row in rows {
      let start = row * table.definitions.count
      for column in columns { values.append(table.values[start + column]) }
      if let types { values.append(contentsOf: types.values(of: table.users[row])) }
    }
    window = table.window
    users = rows.map { UserID(names.text(of: table.users[$0])) }
    self.rows = rows
    definitions =
      columns.map { table.definitions[$0] } + (types?.types ?? []).map { ComparedFeature.definition(ofType: $0) }
    self.values = Matrix(rowCount: rows.count, columnCount: definitions.count, values: values)
  }

  /// What the users are compared by: what is configured, which must exist; otherwise what the selected groups leave of
  /// the standard choice, and all shares of further types.
  func comparedFeatures(configured: [String]) throws -> [ComparedFeature] {
    let known = Set(definitions.map(\.name))
    func exists(_ feature: ComparedFeature) -> Bool {
      if case .typeShare = feature { return known.contains(feature.name) }
      return feature.parts.allSatisfy(known.contains)
    }
    guard configured.isEmpty else {
      let features = configured.map(ComparedFeature.init(name:))
      if let unknown = features.first(where: { !exists($0) }) {
        throw HabitusError.unknownFeature(unknown.name, known: definitions.map(\.name))
      }
      return features
    }
    let types = definitions.map { ComparedFeature(name: $0.name) }.filter {
      if case .typeShare = $0 { true } else { false }
    }
    return ComparedFeature.standard.filter(exists) + types
  }

  /// The values that users are compared by: a row a user, a column a feature, NaN for "no value". A feature that there
  /// is not any more has no values.
  func points(of features: [ComparedFeature]) -> Matrix {
    let columns = Dictionary(definitions.indices.map { (definitions[$0].name, $0) }) { first, _ in first }
    let sources = features.map { feature -> [Int?] in
      if case .typeShare = feature { return [columns[feature.name]] }
      return feature.parts.map { columns[$0] }
    }
    var points: [Double] = []
    points.reserveCapacity(users.count * features.count)
    for row in users.indices {
      for (feature, source) in zip(features, sources) {
        points.append(feature.value(of: source.map { $0.map { values[row, $0] } ?? .nan }))
      }
    }
    return Matrix(rowCount: users.count, columnCount: features.count, values: points)
  }
}
