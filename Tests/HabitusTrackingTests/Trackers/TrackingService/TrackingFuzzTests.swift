import HabitusTracking
import Testing

@Suite("Tracking service: wrong bodies")
struct TrackingFuzzTests {
  @Test("mutations of right bodies are read or refused")
  func mutations() {
    let event =
      #"{"event_id":"e1","event_type":"click","user_id":"u1","session_id":"s","page":"/p","timestamp":"#
      + #""2026-01-05T00:01:46.810Z","client_timestamp":1767571306,"userAgent":"UA","ip_address":"1.2.3.4","#
      + #""match_id":"m","decision":"accepted","properties":{"element_id":"b","page":"x","results_count":"7"}}"#
    let kinds = ["track", "match/proposed", "match/viewed", "match/decision", "match/feedback"]
    let single = kinds.map { (path: "/api/events/\($0)", body: event, query: "") }
    Mutations.check(TrackingService(), seed: 1, count: 250, single)
    Mutations.check(
      TrackingService(), seed: 2, count: 500,
      [
        ("/api/events/track-batch", #"{"events":[\#(event),{"user_id":"u","action_type":"a"}]}"#, ""),
        ("/api/consent/set", #"{"user_id":"u","consent_type":"a","is_granted":true,"expires_at":"2027-01-01"}"#, ""),
        ("/api/consent/record", #"{"analytics":true,"marketing":false}"#, "user_id=u"),
        ("/api/consent/withdraw", #"["analytics","marketing"]"#, "user_id=u"),
      ])
  }
}
