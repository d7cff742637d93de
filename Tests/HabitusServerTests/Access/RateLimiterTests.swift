import Testing

@testable import HabitusServer

@Suite("Rate limits")
struct RateLimiterTests {
  private let start = ContinuousClock.now
  private let web = RateLimiter.Bucket.key("web")

  @Test("Ten seconds' worth may be sent at once, and then as much as the rate allows")
  func burst() {
    let limiter = RateLimiter()
    #expect(limiter.charge(100, to: web, rate: 10, now: start) == nil)
    #expect(limiter.charge(1, to: web, rate: 10, now: start) == .milliseconds(100))
    #expect(limiter.charge(10, to: web, rate: 10, now: start + .milliseconds(500)) == .milliseconds(500))
    #expect(limiter.charge(5, to: web, rate: 10, now: start + .milliseconds(500)) == nil)
    #expect(limiter.charge(100, to: web, rate: 10, now: start + .seconds(3600)) == nil)
    #expect(limiter.charge(1, to: web, rate: 10, now: start + .seconds(3600)) != nil)
  }

  @Test("A batch larger than that passes when all of it is there, and is waited for afterwards")
  func largeBatch() {
    let limiter = RateLimiter()
    #expect(limiter.charge(250, to: web, rate: 10, now: start) == nil)
    #expect(limiter.charge(1, to: web, rate: 10, now: start) == .milliseconds(15_100))
    #expect(limiter.charge(1, to: web, rate: 10, now: start + .milliseconds(15_100)) == nil)
  }

  @Test("Sources have limits of their own; a rate of 0 is none; an empty request counts as one event")
  func sources() {
    let limiter = RateLimiter()
    for _ in 0..<10 { #expect(limiter.charge(0, to: web, rate: 1, now: start) == nil) }
    #expect(limiter.charge(0, to: web, rate: 1, now: start) == .seconds(1))
    #expect(limiter.charge(1, to: .open("web"), rate: 1, now: start) == nil)
    #expect(limiter.charge(1_000_000, to: web, rate: 0, now: start) == nil)
  }

  @Test("A rate below one event in a second works, and a clock that goes back gives nothing")
  func small() {
    let limiter = RateLimiter()
    #expect(limiter.charge(1, to: web, rate: 0.01, now: start) == nil)
    #expect(limiter.charge(1, to: web, rate: 0.01, now: start) == .seconds(100))
    #expect(limiter.charge(1, to: web, rate: 0.01, now: start - .seconds(500)) == .seconds(100))
    #expect(limiter.charge(1, to: web, rate: 0.01, now: start + .seconds(100)) == nil)
  }
}
