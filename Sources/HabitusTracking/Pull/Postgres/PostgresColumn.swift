/// A column that becomes a property, and how its values are asked for and written.
struct PostgresColumn: Sendable {
  enum Kind: Sendable {
    /// A text.
    case text
    /// A number, or true or false, written as JSON writes it; what JSON cannot write (NaN, infinities) is left out.
    case scalar
    /// JSON.
    case json
    /// JSON whose members become properties of their own.
    case members
    /// A moment.
    case moment
  }

  /// The name of the property.
  var name: String
  /// The name as the key of a JSON object, with the colon.
  var key: [UInt8]
  var kind: Kind
  /// The column in SQL.
  var expression: String

  init(_ column: PostgresCatalog.Column, of alias: String, name: String? = nil) {
    let source = "\(alias).\(PostgresQuery.quoted(column.name))"
    self.name = name ?? column.name
    var key: [UInt8] = []
    JSONText.appendString(self.name.utf8, to: &key)
    self.key = key + [UInt8(ascii: ":")]
    switch (column.type, column.category) {
    case ("json", _), ("jsonb", _):
      kind = self.name == "metadata" ? .members : .json
      expression = "\(source)::text"
    case (_, "A"), (_, "C"):
      kind = .json
      expression = "to_jsonb(\(source))::text"
    case ("money", _):
      kind = .text
      expression = "\(source)::text"
    case (_, "N"), (_, "B"):
      kind = .scalar
      expression = "\(source)::text"
    default:
      let moment = Self.moment(source, type: column.type)
      kind = moment == nil ? .text : .moment
      expression = moment ?? "\(source)::text"
    }
  }

  /// A moment in SQL; `nil` for columns of other types. Times without a zone are UTC.
  static func moment(_ source: String, type: String) -> String? {
    switch type {
    case "timestamp with time zone": source
    case "timestamp without time zone": "(\(source) AT TIME ZONE 'UTC')"
    default: nil
    }
  }
}
