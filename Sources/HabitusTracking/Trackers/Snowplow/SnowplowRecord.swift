/// Splits a record into fields, line by line: a quoted field of CSV can hold line ends.
///
/// As in all CSV here, a quote opens a quoted field only at its very beginning; elsewhere in an unquoted field it
/// stands for itself. The lines of one field are joined with a newline; a carriage return before it stays. At the end
/// of a record it does not.
struct SnowplowRecord {
  private enum Place {
    case start, unquoted, quoted, afterQuote
  }

  private let delimiter: UInt8
  private let isQuoted: Bool
  private var place = Place.start
  /// The contents of all fields, one after the other.
  private(set) var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// Whether something else than a delimiter followed a closing quote.
  private(set) var hasTextAfterQuote = false

  /// Begins a record; without quoting, as in Snowplow's own files, a quote is a character like any other.
  init(delimiter: UInt8, isQuoted: Bool) {
    self.delimiter = delimiter
    self.isQuoted = isQuoted
  }

  /// How many fields there are.
  var count: Int { ends.count }

  /// The content of a field.
  subscript(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

  /// The content of a field as text.
  func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }

  /// Adds a line, and tells whether the record ends with it.
  mutating func add(_ line: ArraySlice<UInt8>) -> Bool {
    for index in line.indices {
      let byte = line[index]
      if byte == UInt8(ascii: "\r"), index == line.endIndex - 1, place != .quoted { break }
      add(byte)
    }
    if place == .quoted {
      bytes.append(UInt8(ascii: "\n"))
      return false
    }
    ends.append(bytes.count)
    return true
  }

  private mutating func add(_ byte: UInt8) {
    let isQuote = isQuoted && byte == UInt8(ascii: "\"")
    switch place {
    case .quoted:
      if isQuote { place = .afterQuote } else { bytes.append(byte) }
    case .afterQuote where isQuote:
      bytes.append(byte)
      place = .quoted
    case .start where isQuote:
      place = .quoted
    case .start, .unquoted, .afterQuote:
      if byte == delimiter {
        ends.append(bytes.count)
        place = .start
      } else {
        hasTextAfterQuote = hasTextAfterQuote || place == .afterQuote
        bytes.append(byte)
        place = .unquoted
      }
    }
  }
}
