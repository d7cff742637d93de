import Habitus
import Synchronization
import Testing

@testable import HabitusServer

@Suite("Health")
struct HealthTests {
  @Test("A failure counts for 30 seconds, or until something succeeds")
  func failures() {
    let health = Health()
    let start = ContinuousClock.now
    #expect(health.reasons() == ["starting"])
    health.noteStart()
    health.noteFailure(now: start)
    #expect(health.reasons(now: start + .seconds(29)) == ["storage_failed"])
    #expect(health.reasons(now: start + .seconds(30)).isEmpty)
    health.noteFailure(now: start)
    health.noteSuccess()
    #expect(health.reasons(now: start).isEmpty)
    health.noteEnd()
    health.noteStopped()
    #expect(health.reasons() == ["ending", "intake_stopped"])
  }

  @Test("A process that runs is alive; it is ready until its intake fails")
  func answers() async throws {
    let server = TestServer()
    try await server.run { port in
      let client = try RawClient(port: port)
      let key = ["X-API-Key": "good"]
      func ready() throws -> RawClient.Response { try client.call("GET", "/readyz") }
      #expect(try ready().status == 200 && ready().body == #"{"status":"ready"}"#)
      server.intake.state.withLock { $0.error = .storage("disk full") }
      _ = try client.call("POST", "/v1/batch", key, body: "n=1")
      #expect(try ready().status == 503 && ready().body == #"{"status":"not ready","reasons":["storage_failed"]}"#)
      server.intake.state.withLock { $0.error = .busy(retryAfter: .seconds(1)) }
      _ = try client.call("POST", "/v1/batch", key, body: "n=1")
      server.intake.state.withLock { $0.error = nil }
      _ = try client.call("POST", "/v1/batch", key, body: "n=1")
      #expect(try ready().status == 200)
      server.intake.state.withLock { $0.error = .stopped }
      _ = try client.call("POST", "/v1/batch", key, body: "n=1")
      #expect(try ready().body.contains("intake_stopped"))
      let alive = try client.call("GET", "/livez/")
      #expect(alive.status == 200 && alive.headers["cache-control"] == "no-store")
    }
  }
}
