/// The tables as the database describes them.
struct PostgresCatalog: Sendable {
  struct Table: Sendable {
    var name: String
    /// `r` table, `p` partitioned, `v` view, `m` materialised view, `f` foreign table.
    var kind: String
    var identifier: String
    /// Whether every column, those of the system included, may be read.
    var isReadable: Bool
    var columns: [Column] = []

    func column(_ name: String) -> Column? { columns.first { $0.name == name } }
  }

  struct Column: Sendable {
    var name: String
    /// The type, domains resolved, as SQL writes it.
    var type: String
    /// `A` array, `B` boolean, `D` date or time, `N` number, `S` text, `U` user-defined, …
    var category: String
    var isNotNull: Bool
    var isReadable: Bool
  }

  /// Distinguishes this database from others of the same server.
  let database: String
  private let tables: [String: Table]

  /// Looks up the tables and the rights of the role.
  static func read(
    _ tables: PostgresTables, from connection: PostgresConnection
  ) async throws(PullError) -> PostgresCatalog {
    var query = PostgresQuery(
      """
      SELECT d.oid::text, c.relname::text, c.relkind::text, c.oid::text,
        has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'),
        a.attname::text, format_type(b.oid, NULL), b.typcategory::text, a.attnotnull,
        has_column_privilege(c.oid, a.attnum, 'SELECT'), has_schema_privilege(n.oid, 'USAGE')
      FROM pg_catalog.pg_namespace n
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
      JOIN pg_catalog.pg_database d ON d.datname = current_database()
      WHERE n.nspname =
      """)
    query.append(query.bind(.text(tables.schema)) + " AND c.relname IN (")
    let names = tables.events + tables.details + (tables.consents.map { [$0] } ?? [])
    query.append(names.map { query.bind(.text($0)) }.joined(separator: ", ") + ") ORDER BY c.relname, a.attnum")
    let rows = try await connection.texts(query)
    let place = await connection.place
    if rows.first?[10] == "f" { throw .noPermission(place: place, object: "schema \(tables.schema)") }
    return PostgresCatalog(rows)
  }

  private init(_ rows: [[String?]]) {
    var found: [String: Table] = [:]
    for row in rows {
      func text(_ index: Int) -> String { row[index] ?? "" }
      let column = Column(
        name: text(5), type: text(6), category: text(7), isNotNull: text(8) == "t", isReadable: text(9) == "t")
      found[
        text(1), default: Table(name: text(1), kind: text(2), identifier: text(3), isReadable: text(4) == "t")
      ].columns.append(column)
    }
    tables = found
    database = rows.first?[0] ?? ""
  }

  /// The first of `names` that exists and lets the role read something.
  func table(_ names: [String], of schema: String, at place: String) throws(PullError) -> Table {
    guard let table = names.lazy.compactMap({ tables[$0] }).first else {
      throw .missingTable(place: place, table: names.map { "\(schema).\($0)" }.joined(separator: " or "))
    }
    guard table.columns.contains(where: \.isReadable) else {
      throw .noPermission(place: place, object: "\(schema).\(table.name)")
    }
    return table
  }
}

extension PostgresCatalog.Table {
  /// A column that must be there and may be read.
  func required(_ name: String, of schema: String, at place: String) throws(PullError) -> PostgresCatalog.Column {
    guard let column = column(name), column.isReadable else {
      throw .missingColumn(place: place, table: "\(schema).\(self.name)", column: name)
    }
    return column
  }
}
