import HabitusModel
import HabitusTracking
import Testing

@Suite("PostHog capture, times and identities")
struct PostHogTimeAndIdentityTests {
  private static let received = Timestamp(milliseconds: 1_767_225_600_000)

  private func read(_ body: String, query: String = "") throws -> TrackerReading {
    try PostHogCapture().read(
      TrackerRequest(method: "POST", path: "/capture", query: query, body: Array(body.utf8), received: Self.received))
  }

  @Test(
    "times are corrected by when the request was sent",
    arguments: [
      (#""timestamp":"2025-12-31T10:00:00Z""#, "", "2025-12-31T10:00:00.000Z"),
      (#""timestamp":"2025-12-31T10:00:00Z","sent_at":"2025-12-31T10:00:07Z""#, "", "2025-12-31T23:59:53.000Z"),
      (#""timestamp":"2025-12-31T12:00:00+02:00","sentAt":"2025-12-31T10:00:07Z""#, "", "2025-12-31T23:59:53.000Z"),
      (#""timestamp":"2025-12-31T10:00:00Z""#, "_=1767175207000", "2025-12-31T23:59:53.000Z"),
      (#""timestamp":"2025-12-31T10:00:00Z""#, "sent_at=1767175207000", "2025-12-31T23:59:53.000Z"),
      // Seconds are too coarse.
      (#""timestamp":"2025-12-31T10:00:00Z""#, "_=1767175207", "2025-12-31T10:00:00.000Z"),
      // Later than its sending: it happened when it came.
      (#""timestamp":"2025-12-31T10:00:09Z","sent_at":"2025-12-31T10:00:07Z""#, "", "2026-01-01T00:00:00.000Z"),
      (
        #""timestamp":"2025-12-31T10:00:00Z","sent_at":"2025-12-31T10:00:07Z","properties":{"$ignore_sent_at":true}"#,
        "", "2025-12-31T10:00:00.000Z"
      ),
      (
        #""timestamp":"2024-12-31T10:00:00Z","sent_at":"2025-12-31T10:00:07Z","historical_migration":true"#, "",
        "2024-12-31T10:00:00.000Z"
      ),
      (#""timestamp":1767175200000"#, "", "2025-12-31T10:00:00.000Z"),
      (#""timestamp":"2025-12-31T10:00:00Z","offset":5"#, "", "2025-12-31T10:00:00.000Z"),
      (#""offset":1500"#, "_=1767175207000", "2025-12-31T23:59:58.500Z"),
      (#""offset":1500.5,"timestamp":null"#, "", "2025-12-31T23:59:58.499Z"),
      (#""offset":-1500,"timestamp":"""#, "", "2026-01-01T00:00:00.000Z"),
      (#""a":1"#, "", "2026-01-01T00:00:00.000Z"),
    ])
  func times(members: String, query: String, time: String) throws {
    let body = #"{"event":"e","distinct_id":"u",\#(members)}"#
    #expect(try read(body, query: query).events.first?.event.time.description == time)
  }

  // MARK: Identities

  @Test(
    "identifying and aliasing say that two identifiers are one person's",
    arguments: [
      ("$identify", #""$anon_distinct_id":"anon""#, "anon", "u", IdentityStatement.Kind.identify),
      ("$create_alias", #""alias":"new""#, "u", "new", .alias),
      ("$merge_dangerously", #""alias":"old""#, "old", "u", .alias),
    ])
  func links(name: String, property: String, former: String, known: String, kind: IdentityStatement.Kind) throws {
    let reading = try read(#"{"event":"\#(name)","distinct_id":"u","properties":{\#(property)}}"#)
    #expect(
      reading.links == [
        IdentityStatement(
          former: UserID(former), known: UserID(known), time: Self.received, kind: kind, source: "posthog")
      ])
    #expect(reading.events.map(\.event.type) == [name])
    #expect(reading.events.first?.event.properties == "{\(property)}")
  }

  @Test(
    "identifiers that can stand for nobody join nobody",
    arguments: [
      #"{"event":"$identify","distinct_id":"u","properties":{"$anon_distinct_id":"u"}}"#,
      #"{"event":"$identify","distinct_id":"undefined","properties":{"$anon_distinct_id":"a"}}"#,
      #"{"event":"$identify","distinct_id":"u","properties":{"$anon_distinct_id":"00000000-0000-0000-0000-000000000000"}}"#,
      #"{"event":"$identify","distinct_id":"u"}"#,
      #"{"event":"$create_alias","distinct_id":"u","properties":{"alias":[]}}"#,
      #"{"event":"$create_alias","distinct_id":"u","properties":{"alias":"a\u0000"}}"#,
      #"{"event":"other","distinct_id":"u","properties":{"alias":"a","$anon_distinct_id":"b"}}"#,
    ])
  func noLinks(body: String) throws {
    let reading = try read(body)
    #expect(reading.links.isEmpty)
    #expect(reading.events.count == 1)
  }
}
