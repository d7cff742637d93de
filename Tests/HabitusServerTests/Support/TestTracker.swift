import Habitus

/// A protocol whose bodies are words: `n=3` for three events, `key=K` for a key, `bad=2` for two parts that cannot be
/// read, `broken` for a body of which nothing can.
struct TestTracker: TrackerProtocol {
  var name = "test"
  var maximumBodyByteCount = 1000
  var routes = [TrackerRoute("POST", "/v1/batch"), TrackerRoute("GET", "/v1/pixel")]

  func read(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    var reading = TrackerReading(answer: .json(#"{"taken":true}"#))
    let text = String(decoding: request.body, as: UTF8.self)
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      switch parts[0] {
      case "n":
        for index in 0..<(Int(parts[1]) ?? 0) {
          let event = Event(
            id: "\(index)", user: UserID(request.query.isEmpty ? "u" : request.query), time: request.received,
            type: "t", source: name)
          reading.events.append(TrackedEvent(event, address: request.address))
        }
      case "key": reading.credential = parts[1]
      case "bad":
        let part = RefusedPayload(reason: "no_user", message: "", raw: [])
        reading.refused += Array(repeating: part, count: Int(parts[1]) ?? 0)
      case "broken":
        throw TrackerRefusal(status: 400, reason: "invalid_json", message: "broken", raw: request.body)
      default: break
      }
    }
    return reading
  }

  func answer(to refusal: TrackerRefusal) -> TrackerAnswer {
    TrackerAnswer(
      status: refusal.status, contentType: "text/x-test", body: Array("\(name) refuses: \(refusal.reason)".utf8))
  }
}
