import HabitusModel

/// What a line of an access log says, as parts of the line. An empty part is one that the line does not have.
struct AccessLogEntry {
  var time = Timestamp(milliseconds: 0)
  var address: ArraySlice<UInt8> = []
  var user: ArraySlice<UInt8> = []
  var method: ArraySlice<UInt8> = []
  /// The target of the request: a path with or without query, a URL, or host and path.
  var target: ArraySlice<UInt8> = []
  /// The query, where the log keeps it apart from the target.
  var query: ArraySlice<UInt8> = []
  var protocolName: ArraySlice<UInt8> = []
  var host: ArraySlice<UInt8> = []
  var referrer: ArraySlice<UInt8> = []
  var userAgent: ArraySlice<UInt8> = []
  var status = Status.unknown
  var byteCount: Int64?
  /// In seconds.
  var duration: Double?

  /// How a request ended.
  enum Status: Equatable {
    /// The status of HTTP.
    case code(Int)
    /// The log has a place for the status, but there is none: the request was not answered.
    case none
    /// The log has no place for the status.
    case unknown
  }

  /// Reads the status, three digits; `-` and nothing are ``Status/none``. Returns `false` for anything else.
  mutating func setStatus(_ text: ArraySlice<UInt8>) -> Bool {
    if text.isAbsent || text.elementsEqual("-1".utf8) {
      status = .none
      return true
    }
    guard text.count == 3, let code = text.wholeNumber else { return false }
    status = code >= 100 ? .code(Int(code)) : .none
    return true
  }

  /// Takes a request line apart: method, target, protocol. Returns `false` where it is none of HTTP's.
  mutating func setRequest(_ text: ArraySlice<UInt8>) -> Bool {
    guard let methodEnd = text.firstIndex(of: 0x20), setMethod(text[..<methodEnd]) else { return false }
    var target = text[methodEnd...]
    if let blank = target.lastIndex(of: 0x20), target[(blank + 1)...].starts(with: "HTTP/".utf8) {
      protocolName = target[(blank + 1)...]
      target = target[..<blank]
    }
    target = target.trimmed
    guard !target.isEmpty, !target.elementsEqual("-".utf8) else { return false }
    self.target = target
    return true
  }

  /// Takes a method: capitals, hyphens and underlines, at most 24. Returns `false` for anything else.
  mutating func setMethod(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, first &- 65 < 26, text.count <= 24,
      text.allSatisfy({ $0 &- 65 < 26 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
    else { return false }
    method = text
    return true
  }
}

/// Why a line is no entry.
enum AccessLogFault: Error, Equatable {
  /// By design: a header, a comment, something that is no request.
  case skipped(String)
  /// It cannot be read.
  case refused(reason: String, message: String)

  static func refused(_ reason: String, _ message: String) -> AccessLogFault {
    .refused(reason: reason, message: message)
  }

  static let notHTTP = AccessLogFault.skipped("not_http")
  static let noRequest = AccessLogFault.skipped("no_request")
  static let noTime = AccessLogFault.refused("no_time", "there is no time")
  static let invalidTime = AccessLogFault.refused("invalid_time", "the time cannot be read")
  static let outOfRange = AccessLogFault.refused("time_out_of_range", "the time lies outside the years 0001 to 9999")
  static let invalidStatus = AccessLogFault.refused("invalid_status", "the status is no number of three digits")
  static let tooFewFields = AccessLogFault.refused("too_few_fields", "the line ends too early")
  static let unterminatedQuote = AccessLogFault.refused("unterminated_quote", "a quote is not closed")
  static let unknownFormat = AccessLogFault.refused(
    "unknown_format", "the line is written in none of the known formats; they are listed in the documentation")
}
