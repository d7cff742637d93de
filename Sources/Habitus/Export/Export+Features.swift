public import HabitusModel
internal import HabitusStore

extension Export {
  /// Writes the features of every user with an event in the window: `user_id`, then a column a feature.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  ///   - minimumEventCount: leaves out users with fewer events in the window.
  /// - Throws: ``HabitusError``, `StoreError`, and what `sink` throws.
  /// - Complexity: O(events + users · features).
  public func features(
    asOf: Timestamp? = nil, windowDays: Int? = nil, minimumEventCount: Int = 1, to sink: @escaping Sink
  ) async throws {
    try await workspace.offloaded {
      let (table, users) = try workspace.withSnapshot(asOf: asOf) { snapshot in
        let extractor = FeatureExtractor(workspace)
        let plan = try extractor.plan(snapshot, asOf: asOf, windowDays: windowDays)
        return (try extractor.table(snapshot, plan: plan).filtered(minimumEventCount), snapshot.dictionaries.users)
      }
      let columns = ["user_id"] + table.definitions.map(\.name)
      var rank = [UInt32](repeating: 0, count: users.count)
      for (position, code) in Self.codesByIdentifier(users).enumerated() { rank[Int(code)] = UInt32(position) }
      let rows = table.users.indices.sorted { rank[Int(table.users[$0])] < rank[Int(table.users[$1])] }
      try writeHeader(columns, to: sink)
      try write(rows.count, rowsPerPiece: 1024, columns: columns, to: sink) { text, position in
        let row = rows[position]
        users.terms.bytes.withUnsafeBytes { bytes in
          text.append(utf8: UnsafeRawBufferPointer(rebasing: bytes[users.terms.range(of: Int(table.users[row]))]))
        }
        for value in table.row(row) { text.append(value) }
        text.endRow()
      }
    }
  }
}

extension FeatureTable {
  /// The rows of users with at least `minimumEventCount` events in the window.
  ///
  /// - Throws: ``HabitusError/unknownFeature(_:known:)`` where the number of events is not among the columns.
  public func filtered(_ minimumEventCount: Int) throws -> FeatureTable {
    guard minimumEventCount > 1 else { return self }
    guard let column = column("event_count") else {
      throw HabitusError.unknownFeature("event_count", known: definitions.map(\.name))
    }
    let width = definitions.count
    let kept = users.indices.filter { values[$0 * width + column] >= Double(minimumEventCount) }
    var keptValues: [Double] = []
    keptValues.reserveCapacity(kept.count * width)
    for row in kept { keptValues.append(contentsOf: self.row(row)) }
    return FeatureTable(window: window, definitions: definitions, users: kept.map { users[$0] }, values: keptValues)
  }
}
