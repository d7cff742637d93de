import HabitusTracking
import Testing

@Suite("Segment: wrong bodies")
struct SegmentFuzzTests {
  @Test("mutations of right bodies are read or refused")
  func mutations() {
    let event =
      #"{"type":"track","event":"E","userId":"u","anonymousId":"a","previousId":"p","messageId":"m","timestamp":"#
      + #""2026-01-05T00:01:46.810Z","sentAt":"2026-01-05T00:01:47Z","name":"N","context":{"ip":"1.2.3.4","page":{"#
      + #""path":"/p"},"sessionId":1},"integrations":{"All":true},"properties":{"name":"M","url":"x","context":1}}"#
    let calls = ["track", "identify", "page", "screen", "group", "alias"]
    Mutations.check(SegmentTracking(), seed: 3, count: 250, calls.map { ("/v1/\($0)", event, "") })
    let batch =
      #"{"batch":[\#(event),{"type":"alias","userId":"u","previousId":5}],"sentAt":"2026-01-05","writeKey":"k","#
      + #""context":{"ip":"1","page":null},"integrations":{"x":false}}"#
    Mutations.check(SegmentTracking(), seed: 4, count: 1500, [("/v1/batch", batch, "")])
  }
}
