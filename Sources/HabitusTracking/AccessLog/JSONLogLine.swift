/// Logs that are a JSON object a line: nginx, Caddy, Traefik.
enum JSONLogLine {
  /// Reads a line in `format`; without one, the members tell which it is.
  static func read(
    _ line: ArraySlice<UInt8>, format: AccessLogFormat?, zone: ZoneOffsets
  ) throws(AccessLogFault) -> AccessLogEntry {
    let root: JSONNode
    do throws(JSONTextError) {
      root = try JSONDocument(line).root
    } catch {
      throw .refused("invalid_json", error.description)
    }
    guard root.kind == .object else { throw .refused("not_an_object", "the line is JSON, but not an object") }
    switch format {
    case .caddyJSON: return try caddy(root, zone)
    case .traefikJSON: return try traefik(root, zone)
    case .nginxJSON: return try nginx(root, zone)
    default:
      if root["RequestMethod"] != nil || root["ClientHost"] != nil { return try traefik(root, zone) }
      if root["request"]?.kind == .object || root["logger"] != nil { return try caddy(root, zone) }
      return try nginx(root, zone)
    }
  }

  private static func caddy(_ root: JSONNode, _ zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    guard let request = root["request"], request.kind == .object else { throw .noRequest }
    var entry = AccessLogEntry()
    entry.address = try text(request["client_ip"] ?? request["remote_ip"] ?? request["remote_addr"])
    if request["client_ip"] == nil, request["remote_ip"] == nil { entry.address = entry.address.withoutPort }
    entry.user = try text(root["user_id"])
    entry.target = try text(request["uri"])
    entry.host = try text(request["host"])
    entry.protocolName = try text(request["proto"])
    for (name, value) in request["headers"]?.members ?? [] {
      switch name.lowercased() {
      case "user-agent": entry.userAgent = try text(value.elements.first ?? value)
      case "referer": entry.referrer = try text(value.elements.first ?? value)
      default: break
      }
    }
    entry.duration = number(root["duration"])
    entry.byteCount = integer(root["size"])
    try complete(&entry, method: request["method"], status: root["status"], time: root["ts"] ?? root["time"], zone)
    return entry
  }

  private static func traefik(_ root: JSONNode, _ zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    var entry = AccessLogEntry()
    entry.address = try text(root["ClientHost"])
    entry.user = try text(root["ClientUsername"])
    entry.target = try text(root["RequestPath"])
    entry.host = try text(root["RequestHost"] ?? root["RequestAddr"])
    entry.protocolName = try text(root["RequestProtocol"])
    entry.userAgent = try text(root["request_User-Agent"])
    entry.referrer = try text(root["request_Referer"])
    entry.duration = number(root["Duration"]).map { $0 / 1e9 }
    entry.byteCount = integer(root["DownstreamContentSize"])
    try complete(
      &entry, method: root["RequestMethod"], status: root["DownstreamStatus"] ?? root["OriginStatus"],
      time: root["StartUTC"] ?? root["StartLocal"] ?? root["time"], zone)
    return entry
  }

  private static func nginx(_ root: JSONNode, _ zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    var entry = AccessLogEntry()
    entry.address = try text(
      root["remote_addr"] ?? root["ip"] ?? root["client_ip"] ?? root["clientip"] ?? root["remote_ip"] ?? root["client"])
    entry.user = try text(root["remote_user"] ?? root["userid"] ?? root["user"])
    entry.host = try text(root["http_host"] ?? root["host"] ?? root["vhost"] ?? root["server_name"])
    entry.userAgent = try text(root["http_user_agent"] ?? root["user_agent"] ?? root["agent"])
    entry.referrer = try text(root["http_referer"] ?? root["http_referrer"] ?? root["referrer"] ?? root["referer"])
    entry.byteCount = integer(root["body_bytes_sent"] ?? root["bytes_sent"] ?? root["length"] ?? root["bytes"])
    entry.duration = number(root["request_time"]) ?? number(root["generation_time_milli"]).map { $0 / 1000 }
    let request = try text(root["request"])
    if request.isEmpty || !entry.setRequest(request) {
      entry.target = try text(root["request_uri"] ?? root["path"] ?? root["uri"] ?? root["url"])
      entry.query = try text(root["args"] ?? root["query_string"])
      entry.protocolName = try text(root["server_protocol"] ?? root["protocol"])
    }
    try complete(
      &entry, method: entry.method.isEmpty ? root["request_method"] ?? root["method"] : nil,
      status: root["status"] ?? root["status_code"],
      time: root["time_iso8601"] ?? root["time_local"] ?? root["time"] ?? root["@timestamp"] ?? root["timestamp"]
        ?? root["date"] ?? root["msec"], zone)
    return entry
  }

  /// Fills and checks what every entry needs. Without a method it is `GET`.
  private static func complete(
    _ entry: inout AccessLogEntry, method: JSONNode?, status: JSONNode?, time: JSONNode?, _ zone: ZoneOffsets
  ) throws(AccessLogFault) {
    let time = try text(time)
    if time.isEmpty { throw .noTime }
    entry.time = try LogTime.read(time, zone: zone)
    let method = try text(method)
    if !method.isEmpty {
      guard entry.setMethod(method) else { throw .noRequest }
    } else if entry.method.isEmpty {
      entry.method = ArraySlice("GET".utf8)
    }
    if let status, !entry.setStatus(try text(status)), !status.isNull {
      // Zero is what a server writes that did not answer.
      guard status.scalarText == "0" else { throw .invalidStatus }
      entry.status = .none
    }
    if entry.target.isEmpty { throw .noRequest }
  }

  /// The text of a string or number; nothing for other values and for `-`.
  private static func text(_ node: JSONNode?) throws(AccessLogFault) -> ArraySlice<UInt8> {
    guard let text = node?.scalarText else { return [] }
    let bytes = ArraySlice(text.utf8)
    if bytes.contains(0) { throw .refused("nul_byte", "a text of the line contains a NUL") }
    return bytes.orEmpty
  }

  /// A number, or a text that is one; neither negative nor infinite.
  private static func number(_ node: JSONNode?) -> Double? {
    (node?.scalarText).flatMap { ArraySlice($0.utf8).decimal }
  }

  private static func integer(_ node: JSONNode?) -> Int64? {
    (node?.scalarText).flatMap { ArraySlice($0.utf8).wholeNumber }
  }
}
