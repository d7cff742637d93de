import HabitusModel
import Testing

@testable import HabitusTracking

@Suite("Pauses between retries")
struct PullRetriesTests {
  @Test("double with every retry, between half and all of it, up to the longest")
  func pauses() {
    let retries = PullRetries(maximumCount: 9, delay: .seconds(4), longestDelay: .seconds(60))
    #expect(retries.pause(beforeRetry: 1, requested: nil, random: 0) == .seconds(2))
    #expect(retries.pause(beforeRetry: 3, requested: nil, random: 0.5) == .seconds(12))
    #expect(retries.pause(beforeRetry: 1000, requested: nil, random: 0) == .seconds(30))
    #expect(retries.pause(beforeRetry: 1, requested: .seconds(9), random: 0) == .seconds(9))
    #expect(retries.pause(beforeRetry: 1, requested: .seconds(900), random: 0) == .seconds(60))
  }

  @Test(
    "Retry-After is seconds or a date",
    arguments: [
      ("120", Duration.seconds(120)), (" 0 ", .zero), ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(37)),
      ("Sun, 06 Nov 1994 08:00:00 GMT", .zero), ("99999999999999999999", .seconds(1_000_000_000)), ("", nil),
      ("soon", nil), ("-1", nil), ("Sun, 36 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
    ])
  func retryAfter(text: String, duration: Duration?) throws {
    let now = try #require(Timestamp(rfc3339: "1994-11-06T08:49:00Z"))
    #expect(RetryAfter.duration(text, now: now) == duration)
  }
}
