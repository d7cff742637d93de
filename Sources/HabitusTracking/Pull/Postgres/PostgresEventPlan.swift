/// How the events of a database are asked for, and what the columns of an answer are.
struct PostgresEventPlan: Sendable {
  /// The columns of every answer, before those of ``properties``.
  enum Column: Int, CaseIterable {
    case id, user, session, type, time, created, address, userAgent
  }

  /// A property and the columns of an answer that may hold it; the first that is not NULL counts.
  struct Property: Sendable {
    var column: PostgresColumn
    var alternatives: [(index: Int, kind: PostgresColumn.Kind)]
  }

  let properties: [Property]
  let columnCount: Int
  /// Whether `created_at` may be NULL.
  let hasUndated: Bool
  /// The columns of an answer that may hold an object of further properties; the first that is not NULL counts.
  let metadata: [Int]
  /// Distinguishes the table from others, so that transaction numbers are compared within one.
  let identity: String
  /// Whether rows say which transaction wrote them.
  let hasTransactions: Bool

  private let head: String
  private let source: String
  private let idType: String
  private let createdHasZone: Bool

  /// Columns of events that do not become properties: they are other parts of the event.
  private static let parts: Set<String> = ["event_id", "user_id", "session_id", "event_type", "event_timestamp"]
  /// Columns of the tables beside that say what the table of events says, or are their own bookkeeping.
  private static let repetitions: Set<String> = parts.union(["id", "created_at", "updated_at"])
  /// Columns that the tracker sends under another name.
  private static let sentNames = ["parameters": "match_parameters"]

  /// Plans for the tables that there are.
  init(_ tables: PostgresTables, _ catalog: PostgresCatalog, place: String) throws(PullError) {
    let events = try catalog.table(tables.events, of: tables.schema, at: place)
    func required(_ name: String) throws(PullError) -> PostgresCatalog.Column {
      try events.required(name, of: tables.schema, at: place)
    }
    let (id, created, time) = (try required("event_id"), try required("created_at"), try required("event_timestamp"))
    let (user, type) = (try required("user_id"), try required("event_type"))
    guard PostgresColumn.moment("", type: created.type) != nil else {
      throw .missingColumn(
        place: place, table: "\(tables.schema).\(events.name)", column: "created_at of the type timestamptz")
    }
    func optional(_ name: String) -> String {
      guard let column = events.column(name), column.isReadable else { return "NULL::text" }
      return "e.\(PostgresQuery.quoted(name))::text"
    }
    let timeSource = "e.\"event_timestamp\""
    var selected = [
      "e.\"\(id.name)\"::text", "e.\"\(user.name)\"::text", optional("session_id"), "e.\"\(type.name)\"::text",
      PostgresColumn.moment(timeSource, type: time.type) ?? "\(timeSource)::timestamptz",
      PostgresColumn.moment("e.\"created_at\"", type: created.type) ?? "", optional("ip_address"),
      optional("user_agent"),
    ]
    var columns = events.columns.filter { $0.isReadable && !Self.parts.contains($0.name) }
      .map { PostgresColumn($0, of: "e") }
    var joins = ""
    for (index, name) in tables.details.enumerated() {
      let table = try catalog.table([name], of: tables.schema, at: place)
      _ = try table.required("event_id", of: tables.schema, at: place)
      let alias = "d\(index)"
      joins += " LEFT JOIN \(Self.path(tables.schema, name)) \(alias) ON \(alias).\"event_id\" = e.\"event_id\""
      columns += table.columns.filter { $0.isReadable && !Self.repetitions.contains($0.name) }
        .map { PostgresColumn($0, of: alias, name: Self.sentNames[$0.name]) }
    }
    var properties: [Property] = []
    for column in columns where !PropertyText.addressNames.contains(column.name.lowercased()) {
      if let known = properties.firstIndex(where: { $0.column.name == column.name }) {
        properties[known].alternatives.append((selected.count, column.kind))
      } else {
        properties.append(Property(column: column, alternatives: [(selected.count, column.kind)]))
      }
      selected.append(column.expression)
    }
    self.properties = properties
    columnCount = selected.count
    metadata = properties.flatMap(\.alternatives).filter { $0.kind == .members }.map(\.index)
    hasUndated = !created.isNotNull
    identity = "\(catalog.database)/\(events.identifier)"
    hasTransactions = events.isReadable && ["r", "p"].contains(events.kind)
    head = "SELECT " + selected.joined(separator: ", ")
    source = " FROM \(Self.path(tables.schema, events.name)) e"
    self.joins = joins
    idType = id.type
    createdHasZone = created.type == "timestamp with time zone"
  }

  private let joins: String

  private static func path(_ schema: String, _ table: String) -> String {
    PostgresQuery.quoted(schema) + "." + PostgresQuery.quoted(table)
  }

  // MARK: Queries

  /// All events of a range, in its order.
  func events(in range: PostgresRange) -> PostgresQuery {
    var query = PostgresQuery(head + source + joins)
    append(range, to: &query)
    query.append(order(range))
    return query
  }

  /// The key of the event that `count` others of the range come before; no row where there are not as many.
  func boundary(in range: PostgresRange, after count: Int) -> PostgresQuery {
    let created = PostgresColumn.moment(
      "e.\"created_at\"", type: "timestamp with" + (createdHasZone ? "" : "out") + " time zone")
    var query = PostgresQuery("SELECT \(created ?? ""), e.\"event_id\"::text" + source)
    append(range, to: &query)
    query.append(order(range) + " OFFSET \(count) LIMIT 1")
    return query
  }

  private func order(_ range: PostgresRange) -> String {
    range.isUndated ? " ORDER BY e.\"event_id\"" : " ORDER BY e.\"created_at\", e.\"event_id\""
  }

  private func append(_ range: PostgresRange, to query: inout PostgresQuery) {
    var conditions: [String] = []
    if range.isUndated {
      conditions.append("e.\"created_at\" IS NULL")
      if let id = range.lower?.id { conditions.append("e.\"event_id\" > \(query.bind(.text(id)))::\(idType)") }
      if let id = range.upper?.id { conditions.append("e.\"event_id\" <= \(query.bind(.text(id)))::\(idType)") }
    } else {
      conditions.append("e.\"created_at\" IS NOT NULL")
      if let from = range.from { conditions.append("e.\"created_at\" >= \(bind(from, to: &query))") }
      if let lower = range.lower { conditions += keyConditions(">", lower, &query) }
      if let upper = range.upper { conditions += keyConditions("<=", upper, &query) }
    }
    if let known = range.known { conditions.append("NOT (" + knownCondition(known, range, &query) + ")") }
    query.append(" WHERE " + conditions.joined(separator: " AND "))
  }

  /// The comparison of whole keys, and again of their first half, which an index on `created_at` alone can serve.
  private func keyConditions(_ sign: String, _ key: PostgresKey, _ query: inout PostgresQuery) -> [String] {
    let (created, id) = (bind(key.created, to: &query), query.bind(.text(key.id)))
    let loose = sign == ">" ? ">=" : "<="
    return [
      "(e.\"created_at\", e.\"event_id\") \(sign) (\(created), \(id)::\(idType))",
      "e.\"created_at\" \(loose) \(created)",
    ]
  }

  /// Rows that an earlier pull has delivered: in its range, and written by a transaction that had ended before it began.
  private func knownCondition(
    _ known: PostgresKnownRows, _ range: PostgresRange, _ query: inout PostgresQuery
  ) -> String {
    // Transaction numbers are 32 bits wide and go round.
    var conditions = [
      "((\(known.transaction % (1 << 32)) - e.xmin::text::bigint) & 4294967295) BETWEEN 1 AND 2147483647"
    ]
    if !range.isUndated {
      if let from = known.from { conditions.append("e.\"created_at\" >= \(bind(from, to: &query))") }
      conditions += keyConditions("<=", known.upTo, &query)
    }
    return conditions.joined(separator: " AND ")
  }

  private func bind(_ moment: PostgresMoment, to query: inout PostgresQuery) -> String {
    query.bind(.moment(moment, hasZone: createdHasZone))
  }
}
