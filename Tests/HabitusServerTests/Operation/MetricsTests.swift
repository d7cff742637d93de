import Habitus
import Synchronization
import Testing

@testable import HabitusServer

@Suite("Figures")
struct MetricsTests {
  @Test("Requests, bytes, durations and connections are counted, in the format of Prometheus")
  func requests() async throws {
    let server = TestServer()
    var counters = SourceCounters()
    counters.requests = 3
    counters.accepted = 40
    counters.stored = 30
    counters.duplicate = 7
    counters.differing = 1
    counters.withoutConsent = 2
    counters.bots = 5
    let strange = IntakeSource(protocolName: "test", name: "a \"b\"\\\nc", namespace: "default")
    let source = counters
    server.intake.state.withLock { state in
      state.counters.sources[strange] = source
      state.counters.refused[strange] = ["no_user": 4, "invalid_time": 1]
      state.counters.queuedEvents = 11
      state.counters.commits = 5
      state.counters.commitSeconds = 0.125
    }
    let text = try await server.run { port in
      let client = try RawClient(port: port)
      for _ in 0..<3 { _ = try client.call("POST", "/v1/batch", ["X-API-Key": "good"], body: "n=1") }
      _ = try client.call("POST", "/v1/batch", body: "n=1")
      _ = try client.call("GET", "/nothing")
      let response = try client.call("GET", "/metrics")
      #expect(response.status == 200 && response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      return response.body
    }
    let figures = try PrometheusParser(text)
    #expect(figures["habitus_http_requests_total", ["protocol": "test", "status": "200"]] == 3)
    #expect(figures["habitus_http_requests_total", ["protocol": "test", "status": "401"]] == 1)
    #expect(figures["habitus_http_requests_total", ["protocol": "none", "status": "404"]] == 1)
    #expect(figures["habitus_http_refusals_total", ["protocol": "test", "reason": "no_key"]] == 1)
    #expect(figures["habitus_http_request_bytes_total", ["protocol": "test"]] == 12)
    #expect(figures["habitus_http_response_bytes_total", ["protocol": "test"]] == 62)
    let name = "habitus_http_request_duration_seconds"
    #expect(figures[name + "_count", ["protocol": "test"]] == 4)
    #expect(figures[name + "_bucket", ["protocol": "test", "le": "+Inf"]] == 4)
    let buckets = figures.samples.filter { $0.name == name + "_bucket" && $0.labels["protocol"] == "test" }
    #expect(buckets.count == 14 && zip(buckets, buckets.dropFirst()).allSatisfy { $0.value <= $1.value })
    #expect(try #require(figures[name + "_sum", ["protocol": "test"]]) > 0)
    #expect(figures["habitus_http_connections", [:]] == 1 && figures["habitus_http_connections_total", [:]] == 1)
    let labels = ["protocol": "test", "source": strange.name, "namespace": "default"]
    let expected = [
      ("requests", 3), ("events_accepted", 40), ("events_stored", 30), ("events_duplicate", 7), ("events_differing", 1),
      ("events_without_consent", 2), ("events_bot", 5),
    ]
    for (figure, value) in expected { #expect(figures["habitus_intake_\(figure)_total", labels] == Double(value)) }
    #expect(figures["habitus_intake_refused_total", labels.merging(["reason": "no_user"]) { $1 }] == 4)
    #expect(figures["habitus_intake_queued_events", [:]] == 11 && figures["habitus_intake_commits_total", [:]] == 5)
    #expect(figures["habitus_intake_commit_seconds_total", [:]] == 0.125)
    #expect(try #require(figures["process_resident_memory_bytes", [:]]) > 1e6)
    #expect(try #require(figures["habitus_uptime_seconds", [:]]) >= 0)
    #expect(figures.types[name] == "histogram" && figures.types["habitus_http_requests_total"] == "counter")
  }

  @Test("Durations fall into the first bucket whose bound is not below them")
  func buckets() {
    let figures = RequestFigures()
    for seconds in [0, 0.001, 0.0011, 10, 11] {
      figures.note("p", status: 200, refusal: nil, received: 0, sent: 0, seconds: seconds)
    }
    let durations = figures.current.traffic["p"]?.durations
    #expect(durations == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
  }

  @Test("Whoever calls through a proxy needs a key of the scope admin, unless figures are open")
  func access() async throws {
    for (isOpen, header, key, status) in [
      (false, nil, nil, 200), (false, "X-Forwarded-For", nil, 401), (false, "Forwarded", nil, 401),
      (false, "Via", nil, 401), (false, "X-Real-IP", nil, 401), (false, "Via", "good", 401), (false, "Via", "bad", 401),
      (false, "Via", "admin", 200), (true, "Via", nil, 200),
    ] as [(Bool, String?, String?, Int)] {
      let response = try await TestServer { $0.opensMetrics = isOpen }.run { port in
        var headers: [String: String] = [:]
        if let header { headers[header] = "1.2.3.4" }
        if let key { headers["Authorization"] = "Bearer \(key)" }
        return try RawClient(port: port).call("GET", "/metrics", headers)
      }
      #expect(response.status == status, "\(header ?? "direct"), \(key ?? "no key")")
    }
  }
}
