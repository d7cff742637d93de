import Foundation
import HabitusModel
import HabitusTracking
import Testing

/// Requests that were recorded at PostHog's own capture service, each with the events that it made of them.
@Suite("PostHog's recorded requests", .enabled(if: Recorded.isPresent, "the file in ../shared/data is not there"))
struct PostHogRecordedTests {
  @Test("every recorded request becomes the events that PostHog's own service made of it")
  func recordedRequests() throws {
    var eventCount = 0
    var requestCount = 0
    for line in try Recorded.lines() {
      let recorded = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let reading = try PostHogCapture().read(try request(recorded))
      let outputs = try #require(recorded["output"] as? [[String: Any]])
      #expect(reading.refused.isEmpty)
      #expect(reading.answer == .json(#"{"status":"Ok"}"#))
      try #require(reading.events.count == outputs.count)
      for (event, output) in zip(reading.events, outputs) {
        try compare(event, output)
        #expect(reading.credential == output["token"] as? String)
      }
      requestCount += 1
      eventCount += outputs.count
    }
    #expect(requestCount == 16)
    #expect(eventCount > 40)
  }

  @Test("the recorded identification says that two identifiers are one person's")
  func recordedIdentification() throws {
    let links = try Recorded.lines().flatMap { line in
      let recorded = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      return try PostHogCapture().read(try request(recorded)).links
    }
    #expect(links.count == 1)
    let link = try #require(links.first)
    #expect(link.former == "018a981f-4b2d-78ae-947b-bedbaa02a0f4")
    #expect(link.known == "pWAkITyQ3CN7332UqQxnH6p3FV8VJd7pY647EdNkxWc")
    #expect(link.time.description == "2023-09-15T09:15:02.328Z")
    #expect(link.kind == .identify)
  }

  private func request(_ recorded: [String: Any]) throws -> TrackerRequest {
    let path = try #require(recorded["path"] as? String)
    let parts = path.split(separator: "?", maxSplits: 1)
    var name = String(parts[0])
    if name.hasSuffix("/") { name.removeLast() }
    var headers = ["content-type": try #require(recorded["content_type"] as? String), "user-agent": "Agent/1"]
    if let encoding = recorded["content_encoding"] as? String, !encoding.isEmpty {
      headers["content-encoding"] = encoding
    }
    let now = try #require(recorded["now"] as? String)
    let method = try #require(recorded["method"] as? String)
    let body = try #require(recorded["body"] as? String)
    return TrackerRequest(
      method: method, path: name, query: parts.count > 1 ? String(parts[1]) : "", headers: headers,
      body: [UInt8](try #require(Data(base64Encoded: body))), address: recorded["ip"] as? String,
      received: try #require(Timestamp(rfc3339: now)))
  }

  private func compare(_ tracked: TrackedEvent, _ output: [String: Any]) throws {
    let event = tracked.event
    let text = try #require(output["data"] as? String)
    let data = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let given = data["properties"] as? [String: Any] ?? [:]
    let name = try #require(data["event"] as? String)
    #expect(event.id == output["uuid"] as? String)
    #expect(event.user.rawValue == output["distinct_id"] as? String)
    #expect(event.source == "posthog")
    #expect(event.session == given["$session_id"] as? String)
    #expect(event.page == given["$pathname"] as? String)
    #expect(try event.time == time(data, output))

    // The names of two types of event are ours; PostHog's stays as a property.
    let isClick = name == "$autocapture" && given["$event_type"] as? String == "click"
    #expect(event.type == (name == "$pageview" ? "page_view" : isClick ? "click" : name))
    var expected = given
    if event.type != name { expected["$event"] = name }
    // The key is not kept, and what has become a field of the event is not there twice.
    if given["token"] as? String == output["token"] as? String { expected["token"] = nil }
    if given["distinct_id"] as? String == output["distinct_id"] as? String { expected["distinct_id"] = nil }
    expected["$session_id"] = nil
    expected["$ip"] = nil
    for (key, value) in data where !["uuid", "event", "properties", "distinct_id", "timestamp", "offset"].contains(key)
    {
      #expect(expected[key] == nil)
      expected[key] = value
    }
    let kept = try Recorded.renamed(event.properties ?? "{}")
    let properties = try JSONSerialization.jsonObject(with: Data(kept.utf8)) as? NSDictionary
    #expect(properties == expected as NSDictionary)

    // PostHog takes the connection's address always; here it is the visitor's only where the library runs there.
    let isBrowser = given["$lib"] as? String == "web"
    #expect(tracked.address == (isBrowser ? output["ip"] as? String : nil))
    #expect(tracked.userAgent == (isBrowser ? "Agent/1" : nil))
  }

  /// What PostHog's later stage makes of `timestamp`, `offset`, `sent_at` and `now`.
  private func time(_ data: [String: Any], _ output: [String: Any]) throws -> Timestamp {
    let nowText = try #require(output["now"] as? String)
    let now = try #require(Timestamp(rfc3339: nowText))
    if let offset = data["offset"] as? Int { return Timestamp(milliseconds: now.milliseconds - Int64(offset)) }
    let stampText = try #require(data["timestamp"] as? String)
    let stamp = try #require(Timestamp(rfc3339: stampText))
    guard let sent = Timestamp(rfc3339: output["sent_at"] as? String ?? "") else { return stamp }
    return Timestamp(milliseconds: now.milliseconds - sent.milliseconds + stamp.milliseconds)
  }
}

private enum Recorded {
  static let path = RealData.folder + "/logs/posthog_capture_requests.jsonl.gz"
  static let isPresent = FileManager.default.fileExists(atPath: path)

  static func lines() throws -> [Substring] {
    let packed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let text = try PayloadDecoding.decoded(packed, contentEncoding: "gzip", maximumByteCount: 1 << 26)
    return String(decoding: text, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("###") }
  }

  /// The product's name was replaced in the outputs of the file, but not inside its encoded bodies.
  static func renamed(_ text: String) throws -> String {
    text.replacing("posthog", with: "markettor").replacing("PostHog", with: "MarketTor")
      .replacing("hogql", with: "torql")
  }
}
