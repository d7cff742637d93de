import Foundation
import Habitus
import ServiceLifecycle
import Synchronization
import Testing

@testable import HabitusServer

@Suite("The end of the service")
struct ShutdownTests {
  @Test("Every acknowledged request was accepted, and requests under way are answered")
  func underway() async throws {
    let server = TestServer()
    server.intake.state.withLock { $0.delay = .milliseconds(150) }
    let acknowledged = try await server.running { port, service in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask {
            try await TestServer.onThread {
              let client = try RawClient(port: port)
              var count = 0
              // Until the server no longer answers.
              while (try? client.call("POST", "/v1/batch", ["X-API-Key": "good"], body: "n=1"))?.status == 200 {
                count += 1
              }
              return count
            }
          }
        }
        // Until each connection has had an answer and has its next request under way.
        while server.intake.eventCount < 8 || server.intake.state.withLock({ $0.underway }) < 8 {
          try await Task.sleep(for: .milliseconds(5))
        }
        service.end()
        return try await group.reduce(0, +)
      }
    }
    // Each connection had a request under way at the end, which was answered.
    #expect(acknowledged == server.intake.eventCount && acknowledged >= 16)
    #expect(server.intake.state.withLock { $0.isStopped && $0.underway == 0 })
  }

  @Test("A body that is arriving may arrive, idle connections are closed, and nobody new gets in")
  func arriving() async throws {
    let server = TestServer()
    try await server.running { port, service in
      let (idle, slow) = try await TestServer.onThread {
        let clients = (try Held(port), try Held(port))
        clients.1.client.send(
          "POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: good\r\nContent-Length: 5\r\n\r\nn=1")
        Thread.sleep(forTimeInterval: 0.1)
        return clients
      }
      service.end()
      try await TestServer.onThread {
        #expect(idle.client.waitForClose())
        Thread.sleep(forTimeInterval: 0.1)
        #expect(throws: (any Error).self) { _ = try RawClient(port: port).call("GET", "/livez") }
        slow.client.send("  ")
        let answer = try slow.client.response()
        #expect(answer.status == 200)
        #expect(slow.client.waitForClose())
      }
    }
    #expect(server.intake.eventCount == 1)
  }

  /// A client that one thread at a time uses.
  private final class Held: @unchecked Sendable {
    let client: RawClient
    init(_ port: Int) throws { client = try RawClient(port: port) }
  }

  @Test("Requests that do not end are cut off at the limit, and the intake is stopped all the same")
  func limit() async throws {
    let server = TestServer { $0.shutdownLimit = .milliseconds(300) }
    let time = try await server.running { port, service in
      let slow = try await TestServer.onThread {
        let held = try Held(port)
        held.client.send("POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: good\r\nContent-Length: 50\r\n\r\nn=1")
        Thread.sleep(forTimeInterval: 0.1)
        return held
      }
      let start = ContinuousClock.now
      service.end()
      try await TestServer.onThread { #expect(slow.client.waitForClose()) }
      return ContinuousClock.now - start
    }
    // Well below the 20 and 30 seconds of the other limits, on a busy machine, too.
    #expect((.milliseconds(300)..<(.seconds(9))).contains(time))
    #expect(server.intake.readingCount == 0 && server.intake.state.withLock { $0.isStopped })
  }

  @Test("At the limit, a write that is under way is still waited for by the intake")
  func slowWrite() async throws {
    let server = TestServer { $0.shutdownLimit = .milliseconds(100) }
    server.intake.state.withLock { $0.delay = .milliseconds(600) }
    try await server.running { port, service in
      let slow = try await TestServer.onThread {
        let held = try Held(port)
        held.client.send(RawClient.request("POST", "/v1/batch", ["X-API-Key": "good"], body: "n=1"))
        Thread.sleep(forTimeInterval: 0.1)
        return held
      }
      service.end()
      try await TestServer.onThread { #expect(slow.client.waitForClose()) }
    }
    #expect(server.intake.eventCount == 1 && server.intake.state.withLock { $0.isStopped && $0.underway == 0 })
  }

  /// Notes when it ends.
  private struct Job: Service {
    let name: String
    let ends: Ends
    var failure: (any Error)?

    func run() async throws {
      if let failure { throw failure }
      try? await gracefulShutdown()
      ends.names.withLock { $0.append(name + (ends.isIntakeStopped() ? " too late" : "")) }
    }
  }

  private final class Ends: Sendable {
    let names = Mutex<[String]>([])
    let isIntakeStopped: @Sendable () -> Bool
    init(_ isIntakeStopped: @escaping @Sendable () -> Bool) { self.isIntakeStopped = isIntakeStopped }
  }

  @Test("Jobs end after the server, from the last to the first, and before the intake")
  func order() async throws {
    var server = TestServer()
    let intake = server.intake
    let ends = Ends { intake.state.withLock { $0.isStopped } }
    server.jobs = [Job(name: "first", ends: ends), Job(name: "second", ends: ends)]
    try await server.run { _ in }
    #expect(ends.names.withLock { $0 } == ["second", "first"])
    #expect(ends.isIntakeStopped())
  }

  @Test("A job that fails ends the service in the same order, with its error")
  func failure() async throws {
    struct Broken: Error {}
    var server = TestServer()
    let intake = server.intake
    server.jobs = [Job(name: "broken", ends: Ends { false }, failure: Broken())]
    await #expect(throws: Broken.self) { try await server.run { _ in Thread.sleep(forTimeInterval: 0.2) } }
    #expect(intake.state.withLock { $0.isStopped })
  }

  @Test("A port in use, a host that is not here and a port that is not allowed are refused in words")
  func listening() async throws {
    let first = TestServer()
    let intake = RecordingIntake()
    try await first.running { port, _ in
      var second = TestServer { $0.port = port }
      second.intake = intake
      let other = second
      await #expect(throws: ServerError.portInUse(host: "127.0.0.1", port: port)) { try await other.run { _ in } }
    }
    #expect(intake.state.withLock { $0.isStopped })
    for host in ["192.0.2.1", "no such host.invalid"] {
      let server = TestServer { $0.host = host }
      await #expect(throws: ServerError.unknownHost(host)) { try await server.run { _ in } }
    }
  }
}
