internal import HabitusModel
internal import HabitusStore

extension FeatureExtractor {
  /// The features of a person, of whom some identifiers were asked for.
  struct PersonFeatures {
    /// Under the canonical identifier.
    var features: FeatureVector
    /// The identifiers that were asked for.
    var requested: [UserID]
  }

  /// The features of the persons whom `users` belong to by everything that was said until now, equal to those that a scan
  /// of everybody gives; persons without an event in the window, and those who may not be analysed, are left out.
  ///
  /// - Complexity: O(segments that hold events of the window of these persons), whatever else the store holds of strings.
  func features(
    of users: some Collection<UserID>, asOf: Timestamp, windowDays: Int? = nil, consents: ConsentStates
  ) throws -> [PersonFeatures] {
    let persons = try workspace.store.personIndex(around: users)
    var requested: [UserID: [UserID]] = [:]
    for user in users { requested[persons.canonical(of: user), default: []].append(user) }
    let excluded = consents.excluded(from: requested.keys, at: asOf, persons: persons)
    let reading = EventReading(
      persons: persons.canonicalIDs, excluded: excluded,
      includesBots: workspace.configuration.features.includesBots)
    let found = try workspace.retryingWhereChanged {
      let snapshot = try workspace.store.snapshot(withAllStrings: false, withUsers: true, reading: reading)
      return try features(
        of: requested.keys.flatMap(persons.members), in: snapshot, asOf: asOf, windowDays: windowDays)
    }
    return found.map { PersonFeatures(features: $0, requested: requested[$0.user] ?? []) }
  }

  private func features(
    of users: [UserID], in snapshot: EventSnapshot, asOf: Timestamp, windowDays: Int?
  ) throws -> [FeatureVector] {
    let plan = try plan(snapshot, asOf: asOf, windowDays: windowDays)
    let codes = users.compactMap { snapshot.dictionaries.users.code(of: $0.rawValue) }.sorted()
    let properties: EventColumns = workspace.configuration.features.propertyStatistics.isEmpty ? [] : .properties
    let parts = try snapshot.scan(
      columns: plan.columns.union(properties), users: codes, workers: workspace.workers,
      makeState: { ScannerBox(FeatureScanner(plan)) }
    ) { box, frame in
      var rows = FeatureRows(columnCount: plan.definitions.count)
      box.scanner.scan(frame, into: &rows)
      let activities = frame.users.indices.compactMap { index -> (UInt32, ActivitySummary)? in
        plan.timeline(of: frame, userAt: index).map { ($0.user, ActivitySummary($0)) }
      }
      return (rows, Dictionary(uniqueKeysWithValues: activities))
    }
    let width = plan.definitions.count
    return parts.flatMap { rows, activities in
      rows.users.enumerated().map { index, code in
        FeatureVector(
          user: UserID(snapshot.dictionaries.users.text(of: code)), window: plan.window, definitions: plan.definitions,
          storage: Array(rows.values[index * width..<(index + 1) * width]),
          activity: activities[code] ?? ActivitySummary())
      }
    }
  }
}
