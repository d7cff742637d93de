import Habitus

/// What an import of items did.
struct ItemImportAnswer: Encodable {
  let files: Int
  let read: Int
  let added: Int
  let replaced: Int
  let repeated: Int
  let refused: [String: Int]
  let refusedRows: [ItemImportReport.Row]
  let bytes: Int
  let seconds: Double

  init(_ report: ItemImportReport, fileCount: Int, seconds: Double) {
    files = fileCount
    read = report.read
    added = report.added
    replaced = report.replaced
    repeated = report.repeated
    refused = report.refused
    refusedRows = report.refusedRows
    bytes = report.byteCount
    self.seconds = seconds
  }

  /// The most refused rows that a page tells one by one.
  private static let mostRows = 10

  /// - Parameter flags: what proposed commands repeat.
  func fill(_ page: inout Page, flags: String) {
    page.title("Imported \(NumberText.count(files, "file")) in \(NumberText.duration(seconds))")
    page.blank()
    var table = TextTable([.init(title: ""), .number(""), .prose("")], indentation: 2)
    table.append(["read", NumberText.count(read), "rows"])
    table.append(["added", NumberText.count(added), "items that are new"])
    if replaced > 0 { table.append(["replaced", NumberText.count(replaced), "items that were there before"]) }
    if repeated > 0 {
      table.append(["repeated", NumberText.count(repeated), "ids that came once more; the last row counts"])
    }
    let refusedCount = refused.values.reduce(0, +)
    table.append(["refused", NumberText.count(refusedCount), refusedCount > 0 ? "rows, left out" : ""])
    for (reason, count) in refused.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      table.append(["", NumberText.count(count), RefusalReason(rawValue: reason)?.message ?? reason])
    }
    page.table(table)
    if !refusedRows.isEmpty {
      page.heading("Refused rows")
      for row in refusedRows.prefix(Self.mostRows) { page.point("\(row.file), line \(row.line): \(row.message)") }
      let left = refusedCount - Self.mostRows
      if left > 0 {
        page.note("\(NumberText.count(left)) more; --json tells the first \(refusedRows.count).", indentation: 2)
      }
    }
    if read > refusedCount { page.next(["habitus items list\(flags)"]) }
  }
}

/// Properties as they stand on a page.
enum ItemText {
  /// The longest text of a value; what is longer is cut.
  private static let longestValue = 500

  /// All properties of an item in one line, by name.
  static func properties(_ item: Item) -> String {
    item.properties.sorted { $0.key < $1.key }.map { "\($0.key): \(value($0.value))" }.joined(separator: "; ")
  }

  /// A text as it is, a list by its elements, everything else as JSON.
  static func value(_ value: JSONValue) -> String {
    let text =
      switch value {
      case .string(let text): text
      case .array(let elements): elements.map(Self.value).joined(separator: ", ")
      case .null, .bool, .number, .object: value.jsonText ?? ""
      }
    return text.count > longestValue ? text.prefix(longestValue) + "…" : text
  }
}
