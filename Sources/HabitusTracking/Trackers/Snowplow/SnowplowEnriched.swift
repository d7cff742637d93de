public import HabitusModel

/// Reads files of Snowplow's enriched events: the 131 columns between tabs without a header, as the pipeline writes
/// them, or columns in any order and number with a header, between tabs, commas, semicolons or bars.
///
/// A header is told by the column `event_id`; it can come again, as in files that were put together. What stands before
/// the first line whose layout is known is refused line by line. Columns are known by name in any case.
///
/// In files with commas, semicolons or bars, fields can be quoted (RFC 4180) and then hold line ends: all lines of
/// such a record but the last are ``RecordReading/skipped(reason:)`` with `continued`, and the last one gives the
/// event. What a file ends in the middle of, ``finish()`` tells. Snowplow writes no quotes between tabs, so there they
/// are read as characters, unless the header is quoted.
///
/// What a record becomes is told at `SnowplowEnrichedAssembly`.
public struct SnowplowEnriched: RecordParser {
  private let assembly: SnowplowEnrichedAssembly
  private let maximumRecordByteCount: Int
  private var columns: SnowplowColumns?
  /// A record whose last line has not come.
  private var pending: SnowplowRecord?
  private var links: [IdentityStatement] = []
  private var linked: Set<[UserID]> = []
  private var isAtStart = true

  /// Uses a mapping for what is not told by the format. Records of more bytes than the limit are refused.
  public init(mapping: EventMapping = .standard, maximumRecordByteCount: Int = 16 << 20) {
    assembly = SnowplowEnrichedAssembly(mapping)
    self.maximumRecordByteCount = maximumRecordByteCount
  }

  /// Reads one line; a carriage return at its end belongs to the end of the line, unless it is in quotes.
  public mutating func read(_ line: ArraySlice<UInt8>) -> RecordReading {
    var line = line
    if isAtStart, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
    isAtStart = false
    do throws(SnowplowFault) {
      return try reading(of: line)
    } catch {
      return .refused(reason: error.reason, message: error.message)
    }
  }

  /// Tells what is wrong with the end of the file: the last record is not complete. `nil` where nothing is.
  public mutating func finish() -> RecordReading? {
    guard pending != nil else { return nil }
    pending = nil
    return .refused(
      reason: RefusalReason.unterminatedQuote.rawValue, message: "the file ends inside a quoted field")
  }

  /// What the records read since the last call say about identifiers of one person: a browser's (`domain_userid`) and
  /// the business's (`user_id`), each pair once, with the time of the record where it came first.
  public mutating func takeLinks() -> [IdentityStatement] {
    defer {
      links = []
      linked = []
    }
    return links
  }

  private mutating func reading(of line: ArraySlice<UInt8>) throws(SnowplowFault) -> RecordReading {
    if pending == nil, line.isEmpty || line.elementsEqual([UInt8(ascii: "\r")]) { return .skipped(reason: "empty") }
    if columns == nil, adoptHeader(line) { return .skipped(reason: "header") }
    guard let columns = columns ?? SnowplowColumns(withoutHeader: line) else {
      throw SnowplowFault(
        "unknown_layout",
        "the line is no header with the column 'event_id' and has not \(SnowplowColumns.official.names.count) columns "
          + "between tabs: '\(SnowplowText.excerpt(String(decoding: line.prefix(60), as: UTF8.self)))'")
    }
    self.columns = columns

    let isContinued = pending != nil
    var record = pending ?? SnowplowRecord(delimiter: columns.delimiter, isQuoted: columns.isQuoted)
    pending = nil
    let isComplete = record.add(line)
    guard record.bytes.count <= maximumRecordByteCount else {
      throw SnowplowFault(.recordTooLong, "the record is longer than \(maximumRecordByteCount) bytes")
    }
    guard isComplete else {
      pending = record
      return .skipped(reason: "continued")
    }
    let id = record.count == columns.names.count ? columns.index["event_id"].map(record.text) : "event_id"
    if !isContinued, id?.lowercased() == "event_id", adoptHeader(line) { return .skipped(reason: "header") }
    try check(record, columns)
    let (event, link) = try assembly.event(of: record, columns)
    if let link, linked.insert([link.former, link.known]).inserted { links.append(link) }
    return .event(event)
  }

  private mutating func adoptHeader(_ line: ArraySlice<UInt8>) -> Bool {
    guard let header = SnowplowColumns(header: line) else { return false }
    columns = header
    return true
  }

  private func check(_ record: SnowplowRecord, _ columns: SnowplowColumns) throws(SnowplowFault) {
    if record.hasTextAfterQuote { throw SnowplowFault(.textAfterQuote, "a closing quote is followed by text") }
    let expected = columns.names.count
    guard record.count == expected else {
      throw SnowplowFault(
        record.count < expected ? .tooFewFields : .tooManyFields,
        "the record has \(record.count) fields, and \(expected) columns are known")
    }
    if record.bytes.contains(0) { throw SnowplowFault(.nulByte, "the record holds a NUL") }
    guard String(validating: record.bytes, as: UTF8.self) != nil else {
      throw SnowplowFault(.invalidUTF8, "the record is not UTF-8")
    }
  }
}
