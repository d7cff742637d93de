internal import HabitusModel

/// How what users agree to is asked for.
struct PostgresConsentPlan: Sendable {
  /// One row a user and purpose.
  let statements: PostgresQuery
  /// What the whole table is like; it changes with every row.
  let digest: PostgresQuery

  /// Columns that say when a row was changed, where a database has them.
  private static let changeColumns = ["updated_at", "withdrawn_at", "revoked_at"]

  init(_ tables: PostgresTables, table name: String, _ catalog: PostgresCatalog, place: String) throws(PullError) {
    let table = try catalog.table([name], of: tables.schema, at: place)
    var columns: [String] = []
    for name in ["user_id", "consent_type", "is_granted"] {
      columns.append("c.\(PostgresQuery.quoted(try table.required(name, of: tables.schema, at: place).name))::text")
    }
    func moment(_ name: String) -> String? {
      guard let column = table.column(name), column.isReadable else { return nil }
      return PostgresColumn.moment("c.\(PostgresQuery.quoted(name))", type: column.type)
    }
    let changes = Self.changeColumns.compactMap(moment)
    columns += [
      moment("granted_at") ?? "NULL::timestamptz", moment("expires_at") ?? "NULL::timestamptz",
      changes.isEmpty ? "NULL::timestamptz" : "GREATEST(\(changes.joined(separator: ", ")))",
    ]
    let list = columns.joined(separator: ", ")
    let source = " FROM \(PostgresQuery.quoted(tables.schema)).\(PostgresQuery.quoted(name)) c"
    statements = PostgresQuery("SELECT \(list)\(source) ORDER BY c.\"user_id\", c.\"consent_type\"")
    digest = PostgresQuery(
      "SELECT count(*) || ':' || coalesce(sum(hashtextextended(ROW(\(list))::text, 0)::numeric), 0)" + source)
  }
}

/// Turns rows of consents into statements and collects them to pages.
struct PostgresConsentReader: PostgresRowConsumer {
  let source: String
  /// When the table was read.
  let read: Timestamp
  let limit: Int

  private(set) var consents: [ConsentStatement] = []
  private(set) var refused: [RefusedPayload] = []

  init(source: String, read: Timestamp, limit: Int) {
    self.source = source
    self.read = read
    self.limit = limit
  }

  mutating func take(_ row: PostgresRow) -> Bool {
    guard let user = row.text(0), !user.trimmingBlanks.isEmpty else {
      return refuse(row, "no_user", "a consent without user_id")
    }
    guard let purpose = row.text(1), !purpose.trimmingBlanks.isEmpty else {
      return refuse(row, "no_purpose", "a consent without consent_type")
    }
    guard let answer = row.text(2), answer == "true" || answer == "false" else {
      return refuse(row, "no_consent", "a consent whose is_granted is neither true nor false")
    }
    let isGranted = answer == "true"
    // `is_granted` can change without any time changing. Then the moment of reading is the first at which it is known.
    let changed = row.moment(5)?.timestamp
    let said = isGranted ? [row.moment(3)?.timestamp, changed].compactMap(\.self).max() : changed
    var expires: Timestamp?
    if let moment = row.moment(4), moment != .infinity {
      expires = moment.timestamp ?? (moment == .minusInfinity ? Timestamp.representable.lowerBound : nil)
    }
    consents.append(
      ConsentStatement(
        user: UserID(user), purpose: purpose, isGranted: isGranted, time: min(said ?? read, read), expires: expires,
        source: source))
    return hasRoom
  }

  /// Hands over what was collected, and forgets it.
  mutating func drain() -> (consents: [ConsentStatement], refused: [RefusedPayload]) {
    defer {
      consents = []
      refused = []
    }
    return (consents, refused)
  }

  private var hasRoom: Bool { consents.count + refused.count < limit }

  private mutating func refuse(_ row: PostgresRow, _ reason: String, _ message: String) -> Bool {
    var text = PropertyText()
    for (index, name) in ["user_id", "consent_type", "is_granted"].enumerated() {
      if let value = row.text(index) { text.append(name, value) }
    }
    refused.append(
      RefusedPayload(reason: reason, message: message, raw: Array((text.text ?? "{}").utf8), position: refused.count))
    return hasRoom
  }
}
