import Foundation
import Habitus
import HabitusServer
import Logging
import ServiceLifecycle

/// A server on a port of its own, with stand-ins behind it.
struct TestServer {
  var options = ServerOptions()
  var trackers: [any TrackerProtocol] = [TestTracker()]
  var intake = RecordingIntake()
  var keys = FixedKeys()
  var items = RecordingItems()
  var jobs: [any Service] = []
  var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  init(_ change: (inout ServerOptions) -> Void = { _ in }) {
    options.port = 0
    change(&options)
  }

  /// Runs `body` on a thread of its own while the server listens, then ends the server and waits for that.
  func run<Result: Sendable>(_ body: @escaping @Sendable (Int) throws -> Result) async throws -> Result {
    try await running { port, _ in try await Self.onThread { try body(port) } }
  }

  /// Runs `body`, which may end the server itself, while the server listens.
  func running<Result: Sendable>(
    _ body: @escaping @Sendable (Int, ServiceRun) async throws -> Result
  ) async throws -> Result {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = try HabitusHTTPServer(
      options, protocols: trackers, intake: intake, keys: keys, consents: FixedConsents(), items: items,
      logger: logger,
      now: { Timestamp(milliseconds: 1_700_000_000_000) }, onListening: { continuation.yield($0) })
    let service = ServiceRun(server: server, intake: intake, jobs: jobs, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { continuation.finish() }
        try await service.run()
      }
      guard let port = await ports.first(where: { _ in true }) else {
        try await group.waitForAll()
        throw CancellationError()
      }
      let result: Swift.Result<Result, any Error>
      do { result = .success(try await body(port, service)) } catch { result = .failure(error) }
      service.end()
      try await group.waitForAll()
      return try result.get()
    }
  }

  /// Blocking work on a thread of its own. Queues of Dispatch share their threads with Swift's concurrency, so that
  /// clients that wait there for answers would keep the server from giving them.
  static func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Swift.Result(catching: body)) }
    }
  }
}
