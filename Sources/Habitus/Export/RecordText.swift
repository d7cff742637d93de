public import HabitusModel

/// Rows as CSV or JSON Lines, written cell by cell into one buffer of bytes.
///
/// Cells come in the order of the columns. A text cell is quoted in CSV where RFC 4180 asks for it and escaped in JSON;
/// numbers are written in the shortest form that reads back as the same number, whole ones without a fraction.
///
/// ```swift
/// var text = RecordText(format: .csv, columns: ["user_id", "event_count"])
/// text.appendHeader()
/// text.append("u1")
/// text.append(12.0)
/// text.endRow()   // user_id,event_count⏎u1,12⏎
/// ```
public struct RecordText: Sendable {
  /// What was written and not yet removed.
  public private(set) var bytes: [UInt8] = []

  private let format: ExportFormat
  private let columns: [String]
  /// For JSON: each column's name as `"name":`.
  private let keys: [[UInt8]]
  private var column = 0
  private var isRowEmpty = true
  private var clock = MomentDigits()

  /// Makes an empty text.
  public init(format: ExportFormat, columns: [String]) {
    self.format = format
    self.columns = columns
    keys = columns.map { name in
      var key: [UInt8] = []
      JSONBytes.append(string: name, to: &key)
      return key + [UInt8(ascii: ":")]
    }
  }

  /// Writes the names of the columns; nothing for JSON Lines.
  public mutating func appendHeader() {
    guard format == .csv else { return }
    for name in columns { append(name) }
    endRow()
  }

  /// Writes a text; an empty one is "no value".
  public mutating func append(utf8 text: UnsafeRawBufferPointer) {
    guard !text.isEmpty else { return appendMissing() }
    beginCell()
    switch format {
    case .csv: Self.appendCSV(text, to: &bytes)
    case .jsonLines: JSONBytes.append(string: text, to: &bytes)
    }
  }

  /// Writes a text; `nil` and the empty text are "no value".
  public mutating func append(_ text: String?) {
    guard var text else { return appendMissing() }
    text.withUTF8 { append(utf8: UnsafeRawBufferPointer($0)) }
  }

  /// Writes a number; NaN and `nil` are "no value".
  public mutating func append(_ number: Double?) {
    guard let number, number.isFinite else { return appendMissing() }
    beginCell()
    bytes.append(decimal: number)
  }

  /// Writes a whole number; `nil` is "no value".
  public mutating func append(_ number: Int?) {
    guard let number else { return appendMissing() }
    beginCell()
    bytes.append(decimal: number)
  }

  /// Writes a truth value; `nil` is "no value".
  public mutating func append(_ truth: Bool?) {
    guard let truth else { return appendMissing() }
    beginCell()
    bytes.append(contentsOf: (truth ? "true" : "false").utf8)
  }

  /// Writes a moment as RFC 3339 in UTC with milliseconds.
  public mutating func append(_ moment: Timestamp?) {
    guard let moment else { return appendMissing() }
    beginCell()
    let quote = format == .jsonLines
    if quote { bytes.append(UInt8(ascii: "\"")) }
    clock.append(moment, to: &bytes)
    if quote { bytes.append(UInt8(ascii: "\"")) }
  }

  /// Writes JSON: as text in CSV, as it is in JSON Lines. Empty is "no value".
  public mutating func append(json text: UnsafeRawBufferPointer) {
    guard !text.isEmpty else { return appendMissing() }
    beginCell()
    switch format {
    case .csv: Self.appendCSV(text, to: &bytes)
    // A line is a record: line ends between the tokens of a value would cut it.
    case .jsonLines: for byte in text { bytes.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte) }
    }
  }

  /// Leaves a cell without a value.
  public mutating func appendMissing() {
    if format == .csv, column > 0 { bytes.append(UInt8(ascii: ",")) }
    column += 1
  }

  /// Ends a row, which has a cell for each column.
  public mutating func endRow() {
    precondition(column == columns.count, "a cell for each column")
    if format == .jsonLines {
      if isRowEmpty { bytes.append(UInt8(ascii: "{")) }
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(0x0A)
    column = 0
    isRowEmpty = true
  }

  /// Drops what was written and keeps the memory.
  public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  private mutating func beginCell() {
    switch format {
    case .csv:
      if column > 0 { bytes.append(UInt8(ascii: ",")) }
    case .jsonLines:
      bytes.append(isRowEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
      bytes.append(contentsOf: keys[column])
    }
    isRowEmpty = false
    column += 1
  }

  private static func appendCSV(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    let needsQuotes = text.contains { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    guard needsQuotes else { return bytes.append(contentsOf: text) }
    bytes.append(0x22)
    for byte in text {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }
}
