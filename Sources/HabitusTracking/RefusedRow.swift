/// A record of a source that did not become an event, with all that is needed to read it again.
public struct RefusedRow: Sendable, Equatable, Codable {
  /// The longest part of a record that is kept, in bytes.
  public static let maximumRawByteCount = 65_536

  /// Where it came from; `-` is standard input.
  public var file: String
  /// The line of the record's first byte, from 1.
  public var line: Int
  /// Why it was refused.
  public var reason: RefusalReason
  /// The offending value, cut to 100 bytes; empty where none is to blame. May be personal data.
  public var value: String
  /// The record's first ``maximumRawByteCount`` bytes, without the end of its line.
  public var raw: [UInt8]
  /// The whole record's length in bytes.
  public var rawByteCount: Int
  /// How the record is to be read.
  public var layout: RecordLayout

  /// Makes a refused row from its parts.
  public init(
    file: String, line: Int, reason: RefusalReason, value: String, raw: [UInt8], rawByteCount: Int, layout: RecordLayout
  ) {
    self.file = file
    self.line = line
    self.reason = reason
    self.value = value
    self.raw = raw
    self.rawByteCount = rawByteCount
    self.layout = layout
  }

  /// Reason and offending value in words.
  public var message: String { value.isEmpty ? reason.message : "\(reason.message): '\(value)'" }
}

/// Why a record did not become an event; the raw value is a stable code.
public enum RefusalReason: String, Sendable, Codable, CaseIterable {
  /// A row has fewer fields than the header.
  case tooFewFields = "too_few_fields"
  /// A row has more fields than the header.
  case tooManyFields = "too_many_fields"
  /// A quoted field is followed by something else than a delimiter.
  case textAfterQuote = "text_after_quote"
  /// A quoted field does not end.
  case unterminatedQuote = "unterminated_quote"
  /// The record is longer than the limit.
  case recordTooLong = "record_too_long"
  /// The bytes are not UTF-8.
  case invalidUTF8 = "invalid_utf8"
  /// The text holds a NUL.
  case nulByte = "nul_byte"
  /// The record is not JSON.
  case invalidJSON = "invalid_json"
  /// The record is JSON, but not an object.
  case notAnObject = "not_an_object"
  /// A mapped field holds an object or an array.
  case notAScalar = "not_a_scalar"
  /// There is no user.
  case noUser = "no_user"
  /// There is no time.
  case noTime = "no_time"
  /// There is no event type.
  case noType = "no_type"
  /// An item has no id.
  case noItem = "no_item"
  /// A row repeats the header.
  case repeatedHeader = "repeated_header"
  /// The time cannot be read.
  case invalidTime = "invalid_time"
  /// The time lies outside the years 0001 to 9999.
  case timeOutOfRange = "time_out_of_range"
  /// What is to be added to the time is not a number.
  case invalidTimeOffset = "invalid_time_offset"
  /// The value is not a finite decimal number.
  case invalidValue = "invalid_value"
  /// The mark of a bot's event is neither a yes nor a no.
  case invalidBot = "invalid_bot"

  /// The reason in words.
  public var message: String {
    switch self {
    case .tooFewFields: "fewer fields than the header"
    case .tooManyFields: "more fields than the header"
    case .textAfterQuote: "text after a closing quote"
    case .unterminatedQuote: "a quote that is not closed"
    case .recordTooLong: "record longer than the limit"
    case .invalidUTF8: "not UTF-8"
    case .nulByte: "contains a NUL byte"
    case .invalidJSON: "not valid JSON"
    case .notAnObject: "not a JSON object"
    case .notAScalar: "an object or array where a text or number belongs"
    case .noUser: "no user"
    case .noTime: "no time"
    case .noType: "no event type"
    case .noItem: "no item id"
    case .repeatedHeader: "the header once more"
    case .invalidTime: "not a time"
    case .timeOutOfRange: "time outside the years 0001 to 9999"
    case .invalidTimeOffset: "time offset is not a number"
    case .invalidValue: "value is not a finite decimal number"
    case .invalidBot: "the mark of a bot is neither true nor false"
    }
  }
}

/// How the records of one file are written.
public struct RecordLayout: Sendable, Equatable, Codable {
  /// CSV, JSON Lines or a JSON array.
  public var format: FileFormat
  /// The byte between fields; of no meaning for JSON.
  public var delimiter: UInt8
  /// The names of the columns in order; empty for JSON.
  public var columns: [String]

  /// Makes a layout from its parts.
  public init(format: FileFormat, delimiter: UInt8 = UInt8(ascii: ","), columns: [String] = []) {
    self.format = format
    self.delimiter = delimiter
    self.columns = columns
  }
}
