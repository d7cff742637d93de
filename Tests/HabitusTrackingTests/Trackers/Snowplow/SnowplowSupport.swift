import HabitusModel
import HabitusTracking
import Testing

/// When the requests of these tests come: 2023-11-14T22:13:20Z.
let snowplowReceived = Timestamp(milliseconds: 1_700_000_000_000)

/// A batch with payloads as they are written.
func snowplowBatch(
  _ payloads: String..., headers: [String: String] = [:], address: String? = "198.51.100.9"
) -> TrackerRequest {
  let schema = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4"
  return TrackerRequest(
    method: "POST", path: "/com.snowplowanalytics.snowplow/tp2", headers: headers,
    body: Array(#"{"schema":"\#(schema)","data":[\#(payloads.joined(separator: ","))]}"#.utf8), address: address,
    received: snowplowReceived)
}

/// A payload of a query.
func snowplowQuery(_ query: String, path: String = "/i", headers: [String: String] = [:]) -> TrackerRequest {
  TrackerRequest(
    method: "GET", path: path, query: query, headers: headers, address: "198.51.100.9", received: snowplowReceived)
}

/// The only event of a request.
func snowplowEvent(_ request: TrackerRequest, mapping: EventMapping = .standard) throws -> TrackedEvent {
  let reading = try SnowplowTracker(mapping: mapping).read(request)
  #expect(reading.refused.isEmpty)
  #expect(reading.events.count == 1)
  return try #require(reading.events.first)
}

/// The refusal of a request of which nothing can be read.
func snowplowRefusal(_ request: TrackerRequest) throws -> TrackerRefusal {
  try #require(throws: TrackerRefusal.self) { try SnowplowTracker().read(request) }
}

/// The properties of an event.
func snowplowProperties(_ event: Event) throws -> JSONNode {
  try JSONDocument(try #require(event.properties)).root
}
