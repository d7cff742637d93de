import Foundation
import Habitus
import Synchronization
import Testing

@testable import HabitusServer

@Suite("Who may send")
struct AccessTests {
  private func call(
    _ server: TestServer, _ headers: [String: String] = [:], _ path: String = "/v1/batch", body: String = "n=1"
  ) async throws -> RawClient.Response {
    try await server.run { port in try RawClient(port: port).call("POST", path, headers, body: body) }
  }

  @Test(
    "A valid key is taken from wherever trackers put it",
    arguments: [
      (["Authorization": "Basic " + Data("good:".utf8).base64EncodedString()], "/v1/batch", "n=1"),
      (["Authorization": "Bearer good"], "/v1/batch", "n=1"), (["X-API-Key": "good"], "/v1/batch", "n=1"),
      ([:], "/v1/batch?writeKey=good", "n=1"), ([:], "/v1/batch?api_key=good", "n=1"),
      ([:], "/v1/batch?token=good", "n=1"), ([:], "/v1/batch", "n=1 key=good"),
      // A password for a proxy in front does not hide the key of the protocol.
      (["Authorization": "Basic " + Data("proxy:secret".utf8).base64EncodedString()], "/v1/batch", "n=1 key=good"),
    ] as [([String: String], String, String)])
  func places(headers: [String: String], path: String, body: String) async throws {
    let server = TestServer()
    #expect(try await call(server, headers, path, body: body).status == 200)
    #expect(server.intake.sources == [IntakeSource(protocolName: "test", name: "web", namespace: "test")])
  }

  @Test(
    "Without a valid key nothing is stored or kept, and the protocol says so",
    arguments: [
      ([:], "n=1", 401, "no_key"), ([:], "broken", 401, "no_key"), (["X-API-Key": "bad"], "n=1", 401, "unknown_key"),
      (["X-API-Key": "bad"], "broken", 401, "unknown_key"), ([:], "n=1 key=bad", 401, "unknown_key"),
      (["X-API-Key": "reader"], "n=1", 403, "forbidden"), (["X-API-Key": "other"], "n=1", 403, "forbidden"),
      (["X-API-Key": "other"], "broken", 403, "forbidden"), (["X-API-Key": "admin"], "n=1", 403, "forbidden"),
      (["X-API-Key": "bad"], String(repeating: "x", count: 1001), 401, "unknown_key"),
      ([:], String(repeating: "x", count: 1001), 413, "body_too_large"),
    ] as [([String: String], String, Int, String)])
  func refusals(headers: [String: String], body: String, status: Int, reason: String) async throws {
    let server = TestServer()
    let response = try await call(server, headers, body: body)
    #expect(response.status == status && response.body == "test refuses: \(reason)")
    #expect((response.headers["www-authenticate"] != nil) == (status == 401))
    #expect(server.intake.readingCount == 0 && server.intake.refusalCount == 0)
  }

  @Test("An open source needs no key and takes any; a valid key still names the source")
  func openSources() async throws {
    var server = TestServer { $0.openSources = ["test"] }
    server.trackers.append(TestTracker(name: "second", routes: [TrackerRoute("POST", "/second")]))
    try await server.run { port in
      let client = try RawClient(port: port)
      for headers in [[:], ["X-API-Key": "bad"], ["X-API-Key": "reader"], ["X-API-Key": "good"]] {
        #expect(try client.call("POST", "/v1/batch", headers, body: "n=1").status == 200)
      }
      #expect(try client.call("POST", "/second", body: "n=1").status == 401)
    }
    #expect(server.intake.sources.map(\.name) == ["open", "open", "open", "web"])
  }

  @Test("What cannot be read is counted and kept where the sender may send")
  func unreadable() async throws {
    let server = TestServer()
    let response = try await call(server, ["X-API-Key": "good"], body: "broken")
    #expect(response.status == 400 && response.body == "test refuses: invalid_json")
    let (refusal, source) = try #require(server.intake.state.withLock { $0.refusals.first })
    #expect(refusal.reason == "invalid_json" && refusal.raw == Array("broken".utf8) && source.name == "web")
    let open = TestServer { $0.openSources = ["test"] }
    #expect(try await call(open, body: "broken").status == 400)
    #expect(open.intake.refusalCount == 1)
  }

  @Test("A key may have a namespace and a limit of its own")
  func ownLimit() async throws {
    let server = TestServer { $0.namespace = "site" }
    try await server.run { port in
      let client = try RawClient(port: port)
      #expect(try client.call("POST", "/v1/batch", ["X-API-Key": "slow"], body: "n=8 bad=2").status == 200)
      let limited = try client.call("POST", "/v1/batch", ["X-API-Key": "slow"], body: "n=3")
      #expect(limited.status == 429 && limited.body == "test refuses: rate_limited")
      #expect((2...3).contains(Int(limited.headers["retry-after"] ?? "") ?? 0))
      #expect(try client.call("POST", "/v1/batch", ["X-API-Key": "slow"], body: "broken").status == 429)
      #expect(try client.call("POST", "/v1/batch", ["X-API-Key": "good"], body: "n=3").status == 200)
    }
    #expect(server.intake.sources.map(\.namespace) == ["shop", "test"])
    #expect(server.intake.refusalCount == 0)
  }

  @Test("The configured limit holds for every source")
  func configuredLimit() async throws {
    let server = TestServer { options in
      options.eventsPerSecond = 0.5
      options.openSources = ["test"]
    }
    try await server.run { port in
      let client = try RawClient(port: port)
      #expect(try client.call("POST", "/v1/batch", body: "n=5").status == 200)
      #expect(try client.call("POST", "/v1/batch", body: "n=1").status == 429)
      #expect(try client.call("POST", "/v1/batch", ["X-API-Key": "good"], body: "n=5").status == 200)
      #expect(try client.call("POST", "/v1/batch", ["X-API-Key": "good"], body: "n=5").status == 429)
    }
  }

  @Test(
    "Failures of the intake ask to come again",
    arguments: [
      (IntakeError.busy(retryAfter: .milliseconds(2500)), "busy", "3"),
      (.busy(retryAfter: .zero), "busy", "1"), (.stopped, "stopped", "5"), (.storage("disk full"), "storage", "10"),
    ])
  func failures(error: IntakeError, reason: String, wait: String) async throws {
    let server = TestServer()
    server.intake.state.withLock { $0.error = error }
    let response = try await call(server, ["X-API-Key": "good"])
    #expect(response.status == 503 && response.body == "test refuses: \(reason)")
    #expect(response.headers["retry-after"] == wait)
  }

  @Test("The address is the peer's, or what a trusted proxy says")
  func addresses() async throws {
    for (proxies, expected) in [([], "127.0.0.1"), (["127.0.0.0/8"], "203.0.113.7")] {
      let server = TestServer { $0.trustedProxies = proxies }
      _ = try await call(server, ["X-API-Key": "good", "X-Forwarded-For": "203.0.113.7"])
      #expect(server.intake.state.withLock { $0.readings[0].reading.events[0].address } == expected)
    }
  }

  @Test("Consents are told to whoever may send, in the words of the protocol where they are not")
  func consents() async throws {
    var server = TestServer()
    server.trackers = [TestTracker(name: "tracking", routes: [TrackerRoute("POST", "/api/events/track")])]
    try await server.run { port in
      let client = try RawClient(port: port)
      let key = ["X-API-Key": "good"]
      let known = try client.call("GET", "/api/consent/status?user_id=u1", key)
      #expect(
        known.status == 200
          && known.body == #"{"consents":{"analytics":true,"marketing":false},"status":"success","user_id":"u1"}"#)
      #expect(try client.call("GET", "/api/consent/status?user_id=u2", key).status == 404)
      #expect(try client.call("GET", "/api/consent/status?user_id=", key).status == 400)
      #expect(try client.call("GET", "/api/consent/status", key).status == 400)
      #expect(try client.call("GET", "/api/consent/status?user_id=failing", key).status == 503)
      let refused = try client.call("GET", "/api/consent/status?user_id=u1")
      #expect(refused.status == 401 && refused.body == "tracking refuses: no_key")
    }
  }

  @Test("Options that cannot be are refused before anything listens")
  func options() {
    func make(_ trackers: [any TrackerProtocol], _ change: (inout ServerOptions) -> Void) throws {
      var options = ServerOptions()
      change(&options)
      _ = try HabitusHTTPServer(
        options, protocols: trackers, intake: RecordingIntake(), keys: FixedKeys(), consents: FixedConsents(),
        logger: TestServer().logger)
    }
    #expect(throws: ServerError.unknownSource("tset", known: ["test"])) {
      try make([TestTracker()]) { $0.openSources = ["tset"] }
    }
    #expect(throws: ServerError.invalidProxy("proxy")) { try make([]) { $0.trustedProxies = ["proxy"] } }
    #expect(throws: ServerError.invalidOrigin("x")) { try make([]) { $0.origins = ["x"] } }
    #expect(throws: ServerError.routeConflict(route: "POST /v1/batch", protocols: ["test", "second"])) {
      try make([TestTracker(), TestTracker(name: "second")]) { _ in }
    }
    #expect(throws: ServerError.routeConflict(route: "GET /livez", protocols: ["of the service itself", "test"])) {
      try make([TestTracker(routes: [TrackerRoute("GET", "/livez/")])]) { _ in }
    }
  }
}
