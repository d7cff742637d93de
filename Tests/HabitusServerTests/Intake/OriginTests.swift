import Testing

@testable import HabitusServer

@Suite("Pages that send")
struct OriginTests {
  private let preflight = [
    "Origin": "https://app.example.com", "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type,authorization",
  ]

  @Test("A preflight of a listed origin says what may be sent, and the answers can be read")
  func listed() async throws {
    let server = TestServer { $0.origins = ["https://app.example.com"] }
    try await server.run { [preflight] port in
      let client = try RawClient(port: port)
      let allowed = try client.call("OPTIONS", "/v1/batch/", preflight)
      #expect(allowed.status == 204 && allowed.headers["access-control-allow-origin"] == "https://app.example.com")
      #expect(allowed.headers["access-control-allow-credentials"] == "true")
      #expect(allowed.headers["access-control-allow-methods"] == "OPTIONS, POST")
      let headers = allowed.headers["access-control-allow-headers"]?.lowercased() ?? ""
      for name in ["authorization", "content-type", "content-encoding", "x-api-key"] { #expect(headers.contains(name)) }
      #expect(allowed.headers["access-control-max-age"] == "7200" && allowed.headers["vary"] == "Origin")
      #expect(allowed.headers["content-length"] == nil)
      for (key, status) in [("good", 200), ("bad", 401)] {
        let answer = try client.call(
          "POST", "/v1/batch", ["Origin": "https://app.example.com", "X-API-Key": key], body: "n=1")
        #expect(answer.status == status)
        #expect(answer.headers["access-control-allow-origin"] == "https://app.example.com")
        #expect(answer.headers["access-control-expose-headers"] == "Retry-After")
      }
      let plain = try client.call("POST", "/v1/batch", ["X-API-Key": "good"], body: "n=1")
      #expect(plain.headers["access-control-allow-origin"] == nil && plain.headers["vary"] == "Origin")
    }
    #expect(server.intake.readingCount == 2)
  }

  @Test("A preflight of another origin is refused; a request is taken, but the page cannot read the answer")
  func others() async throws {
    for origins in [[], ["https://other.example"], ["*"]] {
      let server = TestServer { $0.origins = origins }
      try await server.run { [preflight] port in
        let client = try RawClient(port: port)
        let refused = try client.call("OPTIONS", "/v1/batch", preflight)
        #expect(refused.status == 403 && refused.headers["access-control-allow-origin"] == nil)
        let answer = try client.call(
          "POST", "/v1/batch", ["Origin": "https://app.example.com", "X-API-Key": "good"], body: "n=1")
        #expect(answer.status == 200 && answer.headers["access-control-allow-origin"] == nil)
      }
    }
  }

  @Test("The star admits every page to open sources")
  func star() async throws {
    let server = TestServer { options in
      options.origins = ["*"]
      options.openSources = ["test"]
    }
    try await server.run { [preflight] port in
      let client = try RawClient(port: port)
      let allowed = try client.call("OPTIONS", "/v1/batch", preflight)
      #expect(allowed.status == 204 && allowed.headers["access-control-allow-origin"] == "*")
      #expect(allowed.headers["access-control-allow-credentials"] == nil)
    }
  }

  @Test("OPTIONS without an origin says what a path takes; the service's own paths are not for pages")
  func plainOptions() async throws {
    try await TestServer { $0.origins = ["https://app.example.com"] }.run { [preflight] port in
      let client = try RawClient(port: port)
      let plain = try client.call("OPTIONS", "/v1/pixel")
      #expect(plain.status == 204 && plain.headers["allow"] == "GET, OPTIONS")
      let own = try client.call("OPTIONS", "/metrics", preflight)
      #expect(own.headers["access-control-allow-origin"] == nil)
      #expect(try client.call("OPTIONS", "/nothing", preflight).status == 404)
    }
  }
}
