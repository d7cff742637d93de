/// What the records of a file are about: the fields that each needs, and the columns that feed fields without a
/// mapping.
struct RecordSubject: Sendable {
  /// Fields without which a file cannot be read.
  let required: [EventField]
  private let columns: [EventField: [String]]

  /// Records are events.
  static let events = RecordSubject(
    required: [.user, .time, .type],
    columns: Dictionary(uniqueKeysWithValues: EventField.allCases.map { ($0, $0.defaultColumns) }))

  /// Records are items: whatever is neither id nor category is a property.
  static let items = RecordSubject(
    required: [.item], columns: [.item: ["item_id", "item", "id"], .category: ["category"]])

  /// The columns that feed a field without a mapping; the first that a file has is taken.
  func defaultColumns(of field: EventField) -> [String] { columns[field] ?? [] }
}
