public import HabitusModel

extension TrackerProtocol {
  /// Reads again what was once refused: a whole body, or a part of one.
  ///
  /// - Returns: the reading, in which something may still be refused; `nil` where nothing of it can be read.
  public func read(again part: [UInt8], received: Timestamp) -> TrackerReading? {
    var best: TrackerReading?
    for request in Self.requests(holding: part, of: name, received: received) {
      guard let reading = try? read(request) else { continue }
      if reading.refused.isEmpty, !reading.events.isEmpty { return reading }
      best = best ?? reading
    }
    return best
  }

  /// The requests that may have held a part, the likeliest first.
  private static func requests(holding part: [UInt8], of name: String, received: Timestamp) -> [TrackerRequest] {
    func post(_ path: String, _ body: [UInt8]) -> TrackerRequest {
      TrackerRequest(method: "POST", path: path, body: body, received: received)
    }
    func list(_ beginning: String) -> [UInt8] { Array(beginning.utf8) + part + Array("]}".utf8) }
    func get(_ path: String) -> TrackerRequest {
      TrackerRequest(method: "GET", path: path, query: String(decoding: part, as: UTF8.self), received: received)
    }
    switch name {
    case "tracking":
      return [post("/api/events/track-batch", list(#"{"events":["#)), post("/api/events/track-batch", part)]
    case "segment": return [post("/v1/batch", list(#"{"batch":["#)), post("/v1/batch", part)]
    case "posthog": return [post("/e", part), post("/batch", part)]
    case "snowplow":
      let path = "/com.snowplowanalytics.snowplow/tp2"
      return [post(path, list(#"{"schema":"","data":["#)), post(path, part), get("/i")]
    case "matomo": return [get("/matomo.php"), post("/matomo.php", part)]
    default: return []
    }
  }
}
