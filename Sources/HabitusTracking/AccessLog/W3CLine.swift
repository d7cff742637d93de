/// W3C extended log file format (working draft of 1996) as servers write it: a header names the fields of the lines.
struct W3CLine {
  /// What of a line is read, by the names of its fields.
  enum Field {
    case date, time, localDate, localTime, address, user, method, path, query, host, visitorHost, status, bytes
    case agent, referrer, protocolName, seconds, milliseconds, taken
  }

  private var fields: [Field?] = []
  private var day: ArraySlice<UInt8> = []
  private var isMicrosoft = false
  /// The header's lines that matter for the lines after it.
  private(set) var header: [[UInt8]] = []

  /// Whether a line that names the fields was met.
  var hasFields: Bool { !fields.isEmpty }

  /// Reads a line that begins with `#`; returns whether it is a directive of this format.
  mutating func readDirective(_ line: ArraySlice<UInt8>) -> Bool {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let value = line[(colon + 1)...].trimmed
    switch String(decoding: line[..<colon], as: UTF8.self).lowercased() {
    case "#fields":
      fields = value.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 }).map(Self.field)
      keep(line)
    case "#software":
      isMicrosoft = ["microsoft", "iis "].contains { String(decoding: value, as: UTF8.self).lowercased().contains($0) }
      header = []
      keep(line)
    case "#date":
      day = ArraySlice(Array(LogFields.firstWord(value)))
      keep(line)
    case "#version", "#start-date", "#end-date", "#remark": break
    default: return false
    }
    return true
  }

  /// Keeps a line of the header in place of the former one of its kind.
  private mutating func keep(_ line: ArraySlice<UInt8>) {
    header.removeAll { $0.prefix(4).elementsEqual(line.prefix(4)) }
    header.append(Array(line))
  }

  private static func field(_ name: ArraySlice<UInt8>) -> Field? {
    switch String(decoding: name, as: UTF8.self).lowercased() {
    case "date": .date
    case "time": .time
    case "date-local": .localDate
    case "time-local": .localTime
    case "c-ip": .address
    case "cs-username": .user
    case "cs-method": .method
    case "cs-uri-stem", "cs-uri": .path
    case "cs-uri-query": .query
    case "cs-host", "cs(host)": .host
    case "x-host-header": .visitorHost
    case "sc-status", "c-status": .status
    case "sc-bytes": .bytes
    case "cs(user-agent)", "c-user-agent": .agent
    case "cs(referer)", "cs(referrer)", "cs-referrer", "c-referrer": .referrer
    case "cs-version", "cs-protocol-version": .protocolName
    case "x-duration": .seconds
    case "timetakenms": .milliseconds
    case "time-taken": .taken
    default: nil
    }
  }

  /// Reads a line of values.
  func read(_ line: ArraySlice<UInt8>, zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    guard hasFields else {
      throw .refused("no_header", "no line '#Fields: …' before it says what its fields are")
    }
    guard fields.contains(.path), fields.contains(.address) || fields.contains(.user),
      fields.contains(.method) || fields.contains(.status), fields.contains(.time) || fields.contains(.localTime)
    else {
      throw .refused("unsupported_fields", "the line '#Fields: …' names no address, path, time, or method and status")
    }
    var values = W3CValues(line)
    var entry = AccessLogEntry()
    var date = day
    var time: ArraySlice<UInt8> = []
    var status: ArraySlice<UInt8>?
    entry.method = ArraySlice("GET".utf8)
    for field in fields {
      let value = try values.next()
      switch field {
      case nil: break
      case .date, .localDate: date = value
      case .time, .localTime: time = value
      case .address: entry.address = value.orEmpty
      case .user: entry.user = value.orEmpty
      case .method: guard entry.setMethod(value) else { throw .noRequest }
      case .path: entry.target = value.orEmpty
      case .query: entry.query = value.orEmpty
      case .host: if entry.host.isEmpty { entry.host = value.orEmpty }
      case .visitorHost: if !value.isAbsent { entry.host = value }
      case .status: status = value
      case .bytes: entry.byteCount = value.wholeNumber
      case .agent: entry.userAgent = Self.agent(value.orEmpty)
      case .referrer: entry.referrer = value.orEmpty
      case .protocolName: entry.protocolName = value.orEmpty
      case .seconds: entry.duration = value.decimal
      case .milliseconds: entry.duration = value.decimal.map { $0 / 1000 }
      case .taken: entry.duration = value.decimal.map { isMicrosoft ? $0 / 1000 : $0 }
      }
    }
    if time.isAbsent || date.isAbsent { throw .noTime }
    let isLocal = fields.contains(.localTime)
    entry.time = try LogTime.read(date + [0x20] + time, zone: isLocal ? zone : .utc)
    if let status, !entry.setStatus(status) { throw .invalidStatus }
    if entry.target.isEmpty { throw .noRequest }
    return entry
  }

  /// An agent as the visitor sent it: IIS writes blanks as `+`, CloudFront and SHOUTcast as `%20`, the former encoded
  /// twice.
  private static func agent(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    if text.contains(0x20) { return text }
    let once = text.percentDecoded
    if once.contains(0x20) { return once }
    let twice = once.percentDecoded
    if twice.contains(0x20) { return twice }
    guard text.contains(UInt8(ascii: "+")) else { return once }
    return ArraySlice(text.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 })
  }
}

/// The values of a line: between tabs where it has any, else words and quoted texts between blanks.
private struct W3CValues {
  private var rest: ArraySlice<UInt8>
  private var fields: LogFields
  private let hasTabs: Bool
  private var isDone = false

  init(_ line: ArraySlice<UInt8>) {
    rest = line
    fields = LogFields(line)
    hasTabs = line.contains(0x09)
  }

  mutating func next() throws(AccessLogFault) -> ArraySlice<UInt8> {
    guard hasTabs else { return try fields.field() }
    if isDone { throw .tooFewFields }
    guard let tab = rest.firstIndex(of: 0x09) else {
      isDone = true
      return rest.trimmed
    }
    defer { rest = rest[(tab + 1)...] }
    return rest[..<tab].trimmed
  }
}
