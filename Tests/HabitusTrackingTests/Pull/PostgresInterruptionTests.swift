import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite(
  "Interrupted pulls from PostgreSQL", .enabled(if: DatabaseServer.isAvailable, DatabaseServer.reason),
  .timeLimit(.minutes(3)))
struct PostgresInterruptionTests {
  private static let quick = PullSurroundings(now: PullSurroundings.system.now, sleep: { _ in }, random: { 0 })

  private func source(_ database: TestDatabase, user: String = "reader", retries: Int) throws -> PostgresSource {
    var source = try PostgresSource(dsn: database.dsn(user: user))
    source.retries = PullRetries(maximumCount: retries, delay: .milliseconds(200))
    source.rowsPerPage = 500
    source.rowsPerTransaction = 4000
    return source
  }

  @Test("a connection that is cut in the middle: nothing is lost, the position is that of the last durable page")
  func cut() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(TrackingSchema.plain + TrackingSchema.events(20_000))
    let source = try source(database, retries: 0)
    let deliveries = Deliveries()
    var position: PullPosition?
    var cuts = 0
    for _ in 0..<20 {
      var count = 0
      do {
        _ = try await source.pull(from: position) { page in
          deliveries.add(page)
          count += 1
          if count == 7 {
            try database.run(
              "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'reader'"
            )
          }
        }
        break
      } catch PullError.connectionLost {
        cuts += 1
        position = deliveries.position
      }
    }
    #expect(cuts >= 4)
    #expect(deliveries.rows == (try database.rows()))
  }

  @Test("a lost connection is made again, as often as allowed")
  func reconnecting() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(TrackingSchema.plain + TrackingSchema.events(20_000))
    var source = try source(database, retries: 2)
    source.surroundings = Self.quick
    let deliveries = Deliveries()
    let summary = try await source.pull(from: nil) { page in
      deliveries.add(page)
      if [3, 9, 20].contains(deliveries.pages.count) {
        try database.run(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'reader'"
        )
      }
    }
    #expect(summary.retries == 3)
    #expect(summary.events == 20_000)
    #expect(deliveries.rows == (try database.rows()))
  }

  @Test("a server that is started again between pages")
  func restart() async throws {
    let server = try DatabaseServer()
    let database = try server.makeDatabase(TrackingSchema.plain + TrackingSchema.events(10_000))
    let source = try source(database, retries: 5)
    let deliveries = Deliveries()
    let summary = try await source.pull(from: nil) { page in
      deliveries.add(page)
      if deliveries.pages.count == 5 {
        try server.stop()
        try server.start()
      }
    }
    #expect(summary.retries >= 1)
    #expect(deliveries.rows == (try database.rows()))

    try server.stop()
    var impatient = source
    impatient.retries = PullRetries(maximumCount: 0)
    let error = await #expect(throws: PullError.self) { _ = try await impatient.pull(from: nil) { _ in } }
    guard case .unreachable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.isTransient == true)
  }

  @Test("statement_timeout and pg_cancel_backend stop a pull with advice, not with a retry")
  func stopped() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(
      TrackingSchema.plain + TrackingSchema.events(100)
        + """
        CREATE ROLE hurried_\(UInt32.random(in: 0...(.max))) LOGIN;
        """)
    let role = try #require(database.run("SELECT max(rolname) FROM pg_roles WHERE rolname LIKE 'hurried%'").first)
    try database.run(
      """
      GRANT USAGE ON SCHEMA tracking TO \(role); GRANT SELECT ON ALL TABLES IN SCHEMA tracking TO \(role);
      ALTER ROLE \(role) SET statement_timeout = 100;
      ALTER TABLE tracking.events RENAME TO stored;
      CREATE VIEW tracking.events AS SELECT * FROM tracking.stored WHERE pg_sleep(0.01) IS NOT NULL;
      GRANT SELECT ON tracking.events TO \(role);
      """)
    let source = try source(database, user: role, retries: 5)
    let error = await #expect(throws: PullError.self) { _ = try await source.pull(from: nil) { _ in } }
    guard case .queryStopped(_, "57014", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains("statement_timeout") == true)
  }

  @Test("a task that is cancelled ends its query on the server within seconds")
  func cancelled() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(
      TrackingSchema.plain + TrackingSchema.events(100)
        + """
        ALTER TABLE tracking.events RENAME TO stored;
        CREATE VIEW tracking.events AS SELECT * FROM tracking.stored WHERE pg_sleep(1) IS NOT NULL;
        GRANT SELECT ON tracking.events TO reader;
        """)
    let source = try source(database, retries: 5)
    let task = Task { try await source.pull(from: nil) { _ in } }
    try await Task.sleep(for: .seconds(1))
    let clock = ContinuousClock()
    let time = await clock.measure {
      task.cancel()
      await #expect(throws: PullError.cancelled) { _ = try await task.value }
    }
    #expect(time < .seconds(10))
    let running = try database.run(
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'reader' AND state = 'active'"
    )
    #expect(running == ["0"])
  }

  @Test("what a delivery throws ends the pull, and its page is not counted")
  func delivery() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(TrackingSchema.plain + TrackingSchema.events(10))
    let source = try source(database, retries: 5)
    await #expect(throws: PullError.delivery(reason: "Refusal()")) {
      _ = try await source.pull(from: nil) { _ in throw Refusal() }
    }
    await #expect(throws: PullError.cancelled) {
      _ = try await source.pull(from: nil) { _ in throw CancellationError() }
    }
  }
}
