internal import HabitusModel

/// Turns the lines of a web server's access log into events.
///
/// **Formats.** ``AccessLogFormat`` lists them. Of Matomo's 27 samples of formats 25 are read. Not read are
/// CloudFront's RTMP log (a streaming protocol that the service has dropped; refused as `unsupported_fields`) and
/// times in a form of one's own (refused as `invalid_time`). Blank lines are skipped as `empty_line`, lines
/// beginning with `#` as `comment`, connections that are not HTTP as `not_http`, lines of HTTP servers that hold no
/// request of HTTP (`"-"`, a TLS handshake on the wrong port) as `no_request`.
///
/// **Types.** A request for a file that pages are made of (`GET` or `HEAD`; by the path's ending, see
/// `ResourceKind`) is skipped as `static_file`, whatever its status, or is a `request_static` if wanted. Of the
/// others, a status of 400 or more is a `request_error`. `GET` or `HEAD` with 200 to 299 or 304, or in a log
/// without statuses, is a `page_view`; `GET` of a document or an archive is a `download`, whose item is the path
/// and whose category is the path's ending. Everything else is a `request`: other methods, redirects, requests
/// without answer.
///
/// **Page.** The path without query and sessions (`;jsessionid=…`), percent-decoded; bytes that are not UTF-8
/// become U+FFFD, escapes of control characters stay as they are.
///
/// **Visitor.** The user whom the server authenticated; where there is none, or a placeholder (``IdentityRules``),
/// the identifier that ``VisitorIdentity`` makes from address and agent. A line with neither is refused as
/// `no_user`.
///
/// Events have no id and no session; their source is `access_log`; times count with the offset that is written
/// beside them. A line with a NUL is refused.
public struct AccessLogParser: RecordParser {
  /// What becomes of the lines.
  public let options: AccessLogOptions
  private let zone: ZoneOffsets
  private var format: AccessLogFormat?
  private var w3c = W3CLine()
  private var visitors: VisitorCache
  private var properties = AccessLogProperties()

  /// Makes a parser for one file.
  ///
  /// - Throws: ``TrackingError/unknownTimeZone(_:)``.
  public init(
    identity: VisitorIdentity, options: AccessLogOptions = AccessLogOptions()
  ) throws(TrackingError) {
    self.options = options
    zone = options.timeZone == "UTC" ? .utc : try ZoneOffsets(identifier: options.timeZone)
    format = options.format
    visitors = VisitorCache(identity)
  }

  /// Reads one line without its end.
  public mutating func read(_ line: ArraySlice<UInt8>) -> RecordReading {
    do throws(AccessLogFault) {
      return try event(of: try entry(of: line.last == 0x0D ? line.dropLast() : line))
    } catch {
      switch error {
      case .skipped(let reason): return .skipped(reason: reason)
      case .refused(let reason, let message): return .refused(reason: reason, message: message)
      }
    }
  }

  // MARK: Formats

  private mutating func entry(of line: ArraySlice<UInt8>) throws(AccessLogFault) -> AccessLogEntry {
    guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 }) else { throw .skipped("empty_line") }
    if line.position(of: 0, from: line.startIndex) != nil { throw .refused("nul_byte", "the line contains a NUL") }
    if first == UInt8(ascii: "#") {
      if options.format == nil || options.format == .w3c, w3c.readDirective(line.trimmed), w3c.hasFields {
        format = .w3c
      }
      throw .skipped("comment")
    }
    guard options.format == nil else { return try entry(of: line, format) }
    if let format {
      do throws(AccessLogFault) {
        return try entry(of: line, format)
      } catch .unknownFormat {
        // The line may be written in another format than those before it.
      }
    }
    guard let detected = Self.format(of: line), detected != format else { throw .unknownFormat }
    let entry = try entry(of: line, detected)
    format = detected
    return entry
  }

  private func entry(of line: ArraySlice<UInt8>, _ format: AccessLogFormat?) throws(AccessLogFault) -> AccessLogEntry {
    switch format {
    case .ncsa: try NCSALine.read(line, zone: zone)
    case .w3c: try w3c.read(line, zone: zone)
    case .classicLoadBalancer: try LoadBalancerLine.classic(line, zone: zone)
    case .applicationLoadBalancer: try LoadBalancerLine.application(line, zone: zone)
    case .s3: try LoadBalancerLine.s3(line, zone: zone)
    case .haproxy: try LoadBalancerLine.haproxy(line, zone: zone)
    case .nginxJSON, .caddyJSON, .traefikJSON: try json(line)
    case nil: throw .unknownFormat
    }
  }

  private func json(_ line: ArraySlice<UInt8>) throws(AccessLogFault) -> AccessLogEntry {
    // Where no format was told, a line of another form is one of another format.
    if options.format == nil, line.first != UInt8(ascii: "{") { throw .unknownFormat }
    return try JSONLogLine.read(line, format: options.format, zone: zone)
  }

  /// The format that a line has the form of.
  private static func format(of line: ArraySlice<UInt8>) -> AccessLogFormat? {
    if line.first == UInt8(ascii: "{") { return .nginxJSON }
    if LoadBalancerLine.haproxyStart(line) != nil { return .haproxy }
    let first = LogFields.firstWord(line)
    if LoadBalancerLine.isOwner(first) { return .s3 }
    if LoadBalancerLine.isConnectionKind(first) { return .applicationLoadBalancer }
    if first.count >= 20, first.last == UInt8(ascii: "Z"), first.prefix(4).wholeNumber != nil,
      first[first.startIndex + 10] == UInt8(ascii: "T")
    {
      return .classicLoadBalancer
    }
    return line.contains(UInt8(ascii: "[")) ? .ncsa : nil
  }

  // MARK: Events

  private mutating func event(of entry: AccessLogEntry) throws(AccessLogFault) -> RecordReading {
    let target = RequestTarget(entry.target)
    let isGet = entry.method.elementsEqual("GET".utf8)
    let path = SessionParameters.removed(fromPath: target.path)
    let kind = isGet || entry.method.elementsEqual("HEAD".utf8) ? ResourceKind(path: path) : nil
    if kind == .staticFile, !options.keepsStaticFiles { throw .skipped("static_file") }
    let decoded = path.isEmpty ? ArraySlice("/".utf8) : path.percentDecoded
    let page = String(decoding: decoded, as: UTF8.self)
    var event = Event(user: "", time: entry.time, type: "request", page: page, source: "access_log")
    switch (kind, entry.status) {
    case (.staticFile, _): event.type = "request_static"
    case (_, .code(400...)): event.type = "request_error"
    case (.page, .code(200..<300)), (.page, .code(304)), (.page, .unknown): event.type = "page_view"
    case (.download(let ending), .code(200..<300)), (.download(let ending), .code(304)),
      (.download(let ending), .unknown):
      guard isGet else { break }
      event.type = "download"
      event.item = page
      event.category = ending
    default: break
    }
    let visitor = visitors.visitor(address: entry.address, userAgent: entry.userAgent)
    if let user = Self.authenticated(entry.user) {
      event.user = user
    } else if entry.address.isEmpty {
      throw .refused("no_user", "the line has neither an address nor a user")
    } else {
      event.user = visitor.user
    }
    let host = (entry.host.isEmpty ? target.host : entry.host).withoutPort
    let query = SessionParameters.removed(fromQuery: entry.query.isEmpty ? target.query : entry.query)
    properties.write(entry, host: host, query: query)
    event.properties = properties.text
    return .event(
      TrackedEvent(event, address: visitor.address.isEmpty ? nil : visitor.address, userAgent: visitor.userAgent))
  }

  /// The user whom the server authenticated, unless the name is one that stands for nobody.
  private static func authenticated(_ name: ArraySlice<UInt8>) -> UserID? {
    guard !name.isEmpty else { return nil }
    let text = String(decoding: name, as: UTF8.self)
    return IdentityRules.canJoin(text) ? UserID(text) : nil
  }
}

extension AccessLogParser: ResumableRecordParser {
  /// The lines of a W3C header that were met last; empty in other formats.
  public var header: [[UInt8]] { w3c.header }
}
