/// Logs of Elastic Load Balancing, HAProxy and S3.
enum LoadBalancerLine {
  /// Classic load balancers: time, name, client, backend, three durations, two statuses, two sizes, request, agent.
  static func classic(_ line: ArraySlice<UInt8>, zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    var fields = LogFields(line)
    return try elastic(&fields, zone: zone)
  }

  /// Application load balancers: the kind of connection, then the fields of ``classic(_:zone:)``.
  static func application(_ line: ArraySlice<UInt8>, zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    var fields = LogFields(line)
    guard isConnectionKind(try fields.word()) else { throw .unknownFormat }
    return try elastic(&fields, zone: zone)
  }

  /// Whether a word names the kind of connection with which the line of an application load balancer begins.
  static func isConnectionKind(_ word: ArraySlice<UInt8>) -> Bool {
    ["http", "https", "h2", "grpcs", "ws", "wss"].contains { word.elementsEqual($0.utf8) }
  }

  private static func elastic(_ fields: inout LogFields, zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    var entry = AccessLogEntry()
    let time = try fields.word()
    try fields.skip(1)
    entry.address = try fields.word().orEmpty.withoutPort
    try fields.skip(1)
    var duration = 0.0
    for _ in 0..<3 { duration += try fields.word().decimal ?? 0 }
    entry.duration = duration
    let status = try fields.word()
    try fields.skip(2)
    entry.byteCount = try fields.word().wholeNumber
    let request = try fields.quoted()
    entry.time = try LogTime.read(time, zone: zone)
    guard entry.setRequest(request.unescaped) else { throw .notHTTP }
    guard entry.setStatus(status) else { throw .invalidStatus }
    if fields.next == UInt8(ascii: "\"") { entry.userAgent = try fields.quoted().orEmpty.unescaped }
    return entry
  }

  /// HAProxy behind what syslog writes: client, time, frontend, server, timers, status, bytes, …, request.
  static func haproxy(_ line: ArraySlice<UInt8>, zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    guard let start = haproxyStart(line) else { throw .unknownFormat }
    var entry = AccessLogEntry()
    var fields = LogFields(line[start...])
    entry.address = try fields.word().orEmpty.withoutPort
    guard fields.next == UInt8(ascii: "[") else { throw .notHTTP }
    let time = try fields.group(closing: UInt8(ascii: "]"))
    try fields.skip(2)
    let timers = try fields.word()
    // What is no request of HTTP has three timers in place of five.
    guard timers.count(where: { $0 == UInt8(ascii: "/") }) == 4 else { throw .notHTTP }
    if let slash = timers.lastIndex(of: UInt8(ascii: "/")) {
      let total = timers[(slash + 1)...]
      entry.duration = (total.first == UInt8(ascii: "+") ? total.dropFirst() : total).decimal.map { $0 / 1000 }
    }
    let status = try fields.word()
    entry.byteCount = try fields.word().wholeNumber
    guard fields.skipToQuote() else { throw .tooFewFields }
    let request = try fields.quoted()
    entry.time = try LogTime.read(time, zone: zone)
    guard entry.setRequest(request.unescaped) else { throw .noRequest }
    guard entry.setStatus(status) else { throw .invalidStatus }
    return entry
  }

  /// Where the text behind `haproxy[…]:` begins.
  static func haproxyStart(_ line: ArraySlice<UInt8>) -> Int? {
    let name = Array("haproxy[".utf8)
    var search = line.startIndex
    while let bracket = line.position(of: UInt8(ascii: "["), from: search) {
      if bracket - line.startIndex >= 7, line[(bracket - 7)...bracket].elementsEqual(name) {
        guard let end = line.position(of: UInt8(ascii: "]"), from: bracket), end + 1 < line.endIndex,
          line[end + 1] == UInt8(ascii: ":")
        else { return nil }
        return end + 2
      }
      search = bracket + 1
    }
    return nil
  }

  /// S3: owner, bucket, time, address, requester, …, request, status, error, bytes, size, durations, referrer, agent.
  static func s3(_ line: ArraySlice<UInt8>, zone: ZoneOffsets) throws(AccessLogFault) -> AccessLogEntry {
    var entry = AccessLogEntry()
    var fields = LogFields(line)
    guard isOwner(try fields.word()) else { throw .unknownFormat }
    entry.host = try fields.word().orEmpty
    guard fields.next == UInt8(ascii: "[") else { throw .unknownFormat }
    let time = try fields.group(closing: UInt8(ascii: "]"))
    entry.address = try fields.word().orEmpty
    entry.user = try fields.word().orEmpty
    try fields.skip(3)
    entry.time = try LogTime.read(time, zone: zone)
    guard entry.setRequest(try fields.field().unescaped) else { throw .noRequest }
    guard entry.setStatus(try fields.word()) else { throw .invalidStatus }
    try fields.skip(1)
    entry.byteCount = try fields.word().wholeNumber
    try fields.skip(1)
    entry.duration = try fields.word().decimal.map { $0 / 1000 }
    try fields.skip(1)
    entry.referrer = try fields.field().orEmpty.unescaped
    entry.userAgent = try fields.field().orEmpty.unescaped
    return entry
  }

  /// Whether a word is the canonical identifier of an owner: 64 hexadecimal digits.
  static func isOwner(_ word: ArraySlice<UInt8>) -> Bool {
    word.count == 64 && word.allSatisfy { $0.hexadecimalValue != nil }
  }
}
