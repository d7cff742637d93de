import Foundation
import HabitusModel
import Testing

@testable import HabitusTracking

@Suite(
  "Pull from PostgreSQL", .enabled(if: DatabaseServer.isAvailable, DatabaseServer.reason), .timeLimit(.minutes(3)),
  .serialized)
struct PostgresSourceTests {
  /// Rows are delivered again while older transactions run anywhere on the server: so this one has no other users.
  private static let server = Result { try DatabaseServer() }

  private func source(_ database: TestDatabase, _ change: (inout PostgresSource) -> Void = { _ in }) throws
    -> PostgresSource
  {
    var source = try PostgresSource(dsn: database.dsn())
    source.retries = PullRetries(maximumCount: 0)
    change(&source)
    return source
  }

  private func pull(
    _ source: PostgresSource, from position: PullPosition? = nil
  ) async throws -> (Deliveries, PullSummary) {
    let deliveries = Deliveries()
    let summary = try await source.pull(from: position) { deliveries.add($0) }
    return (deliveries, summary)
  }

  private func makeDatabase(_ sql: String) throws -> TestDatabase {
    try Self.server.get().makeDatabase(sql)
  }

  @Test("50,000 events are delivered exactly once, in the order of created_at, and none the next time")
  func everything() async throws {
    let database = try makeDatabase(TrackingSchema.plain + TrackingSchema.events(50_000))
    let source = try source(database) {
      $0.rowsPerPage = 3000
      $0.rowsPerTransaction = 7000
    }
    let (deliveries, summary) = try await pull(source)
    #expect(summary.events == 50_000)
    #expect(deliveries.rows == (try database.rows()))
    #expect(deliveries.pages.allSatisfy { $0.events.count <= 3000 })
    #expect(summary.position == deliveries.position)
    let (again, second) = try await pull(source, from: deliveries.position)
    #expect(second.events == 0)
    #expect(again.events.isEmpty)
  }

  @Test("the position survives being written and read, at every page")
  func resuming() async throws {
    let database = try makeDatabase(TrackingSchema.plain + TrackingSchema.events(5000))
    var position: PullPosition?
    var rows: [String] = []
    for _ in 0..<100 {
      let deliveries = Deliveries()
      let source = try source(database) { $0.rowsPerPage = 400 }
      do {
        _ = try await source.pull(from: position) { page in
          if !deliveries.pages.isEmpty { throw Refusal() }
          deliveries.add(page)
        }
      } catch PullError.delivery {
        let data = try JSONEncoder().encode(try #require(deliveries.position))
        position = try JSONDecoder().decode(PullPosition.self, from: data)
        rows += deliveries.rows
        continue
      }
      rows += deliveries.rows
      break
    }
    #expect(rows == (try database.rows()))
  }

  @Test("the partitioned table is read where there is no other")
  func partitions() async throws {
    let database = try makeDatabase(
      TrackingSchema.partitioned + TrackingSchema.events(2000, into: "events_partitioned")
        + "INSERT INTO tracking.events_partitioned (event_id, user_id, event_type, event_timestamp, created_at)"
        + " VALUES ('e000000001', 'u1', 'page_view', '2026-02-03', '2026-01-01 00:00:00.01Z');")
    let source = try source(database) {
      $0.rowsPerPage = 1
      $0.rowsPerTransaction = 2
    }
    let (deliveries, _) = try await pull(source)
    #expect(deliveries.rows.sorted() == (try database.rows(of: "events_partitioned")))
    #expect(deliveries.events.count == 2001)
    // Rows of one key stay on one page.
    #expect(deliveries.pages.map(\.events.count).max() == 2)
    #expect(try await pull(source, from: deliveries.position).1.events == 0)
  }

  @Test("rows of transactions that end late are found, and no others are delivered again")
  func lateRows() async throws {
    let database = try makeDatabase(TrackingSchema.plain + TrackingSchema.events(100, created: "now()"))
    let source = try source(database)
    let (first, _) = try await pull(source)
    #expect(first.events.count == 100)
    // The age of a row is that of its transaction's begin; rows beyond the overlap are not looked for.
    try database.run(TrackingSchema.events(3, from: 200, created: "now() - interval '5 minutes'"))
    try database.run(TrackingSchema.events(1, from: 300, created: "now() - interval '20 minutes'"))
    let (second, _) = try await pull(source, from: first.position)
    #expect(second.events.map(\.event.id) == ["e000000200", "e000000201", "e000000202"])
    let (third, _) = try await pull(source, from: second.position)
    #expect(third.events.isEmpty)
  }

  @Test("a row of a transaction that ran during the pull is found by the next one, however many came since")
  func openTransaction() async throws {
    let database = try makeDatabase(TrackingSchema.plain + TrackingSchema.events(10, created: "now()"))
    let source = try source(database)
    try database.run("CREATE TABLE pulls AS SELECT 0 AS count")
    let open = Task.detached {
      try database.run(
        """
        BEGIN; SAVEPOINT one; \(TrackingSchema.events(1, from: 500, created: "now()")) RELEASE one;
        DO $$ BEGIN WHILE (SELECT count = 0 FROM pulls) LOOP PERFORM pg_sleep(0.02); END LOOP; END $$; COMMIT;
        """)
    }
    let waiting = """
      SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'
      """
    while try database.run(waiting) == ["0"] { try await Task.sleep(for: .milliseconds(20)) }
    try database.run(TrackingSchema.events(10, from: 600, created: "now()"))
    let (first, _) = try await pull(source)
    #expect(first.events.count == 20)
    try database.run("UPDATE pulls SET count = 1")
    _ = try await open.value
    let (second, _) = try await pull(source, from: first.position)
    #expect(second.events.map(\.event.id).contains("e000000500"))
    #expect(Set(first.rows + second.rows) == Set(try database.rows()))
    #expect(try await pull(source, from: second.position).1.events == 0)
  }

  @Test("events of the future do not keep later ones from being found")
  func future() async throws {
    let database = try makeDatabase(
      TrackingSchema.plain + TrackingSchema.events(2, created: "'infinity'")
        + TrackingSchema.events(2, from: 10, created: "now() + interval '1 year'")
        + TrackingSchema.events(2, from: 20, created: "'-infinity'"))
    let source = try source(database)
    let (first, _) = try await pull(source)
    #expect(first.rows.sorted() == (try database.rows()))
    try database.run(TrackingSchema.events(5, from: 100, created: "now()"))
    let (second, _) = try await pull(source, from: first.position)
    #expect(second.events.count == 5)
  }

  @Test("events without created_at are delivered, once")
  func undated() async throws {
    let database = try makeDatabase(
      TrackingSchema.plain + TrackingSchema.events(500, created: "NULL") + TrackingSchema.events(20, from: 1000))
    let source = try source(database) {
      $0.rowsPerPage = 64
      $0.rowsPerTransaction = 100
    }
    let (first, _) = try await pull(source)
    #expect(first.rows.sorted() == (try database.rows()))
    try database.run(TrackingSchema.events(1, from: 2000, created: "NULL"))
    let (second, _) = try await pull(source, from: first.position)
    #expect(second.events.map(\.event.id) == ["e000002000"])
  }

  @Test("5,000 rows of one moment go over pages and transactions, and are not sent again")
  func oneMoment() async throws {
    let database = try makeDatabase(
      TrackingSchema.plain + TrackingSchema.events(5000, created: "timestamptz '2026-01-01'"))
    let source = try source(database) {
      $0.rowsPerPage = 333
      $0.rowsPerTransaction = 1000
    }
    let (first, _) = try await pull(source)
    #expect(first.rows.sorted() == (try database.rows()))
    #expect(try await pull(source, from: first.position).1.events == 0)
  }

  @Test("a row that is changed is delivered again, one that is only read is not")
  func changedRows() async throws {
    let database = try makeDatabase(TrackingSchema.plain + TrackingSchema.events(10, created: "now()"))
    let source = try source(database)
    let (first, _) = try await pull(source)
    try database.run("UPDATE tracking.events SET device_type = 'mobile' WHERE event_id = 'e000000003'")
    let (second, _) = try await pull(source, from: first.position)
    #expect(second.events.map(\.event.id) == ["e000000003"])
  }

  @Test("without an index, from a view: everything comes; the overlap comes again")
  func view() async throws {
    let database = try makeDatabase(
      TrackingSchema.plain + TrackingSchema.events(2000)
        + """
        ALTER TABLE tracking.events RENAME TO stored; DROP INDEX tracking.events_created_at_event_id_idx;
        CREATE VIEW tracking.events AS SELECT * FROM tracking.stored; GRANT SELECT ON tracking.events TO reader;
        """)
    let source = try source(database) { $0.rowsPerTransaction = 300 }
    let (first, _) = try await pull(source)
    #expect(first.rows == (try database.rows()))
    #expect(try await pull(source, from: first.position).1.events == 2000)
  }

  @Test("an empty table gives nothing, and what comes later")
  func empty() async throws {
    let database = try makeDatabase(TrackingSchema.plain)
    let source = try source(database)
    let (first, summary) = try await pull(source)
    #expect(summary.events == 0)
    try database.run(TrackingSchema.events(7, created: "timestamptz '2001-01-01'"))
    #expect(try await pull(source, from: first.position).1.events == 7)
  }

  @Test("pages end at their bytes, too")
  func bytes() async throws {
    let database = try makeDatabase(TrackingSchema.plain + TrackingSchema.events(1000))
    let source = try source(database) { $0.bytesPerPage = 10_000 }
    let (deliveries, _) = try await pull(source)
    #expect(deliveries.rows == (try database.rows()))
    #expect(deliveries.pages.count > 10)
  }

  @Test("columns that the role may not read are left out, if an event can do without")
  func columnRights() async throws {
    let database = try makeDatabase(
      TrackingSchema.plain + TrackingSchema.events(3, created: "now()")
        + """
        REVOKE SELECT ON tracking.events FROM reader;
        GRANT SELECT (event_id, user_id, event_type, event_timestamp, created_at, device_type) ON tracking.events
          TO reader;
        """)
    let (deliveries, _) = try await pull(try source(database))
    #expect(deliveries.events.count == 3)
    #expect(deliveries.events.allSatisfy { $0.address == nil && $0.event.session == nil })
    #expect(deliveries.events[0].event.properties?.contains("\"device_type\":\"desktop\"") == true)
  }

  @Test(
    "a million rows",
    .enabled(if: ProcessInfo.processInfo.environment["HABITUS_PULL_ROWS"] != nil, "HABITUS_PULL_ROWS is not set"))
  func million() async throws {
    let count = Int(ProcessInfo.processInfo.environment["HABITUS_PULL_ROWS"] ?? "") ?? 1_000_000
    let database = try makeDatabase(TrackingSchema.plain + TrackingSchema.events(count))
    let deliveries = Deliveries()
    let clock = ContinuousClock()
    let source = try source(database)
    let time = try await clock.measure { _ = try await source.pull(from: nil) { deliveries.add($0) } }
    print("\(count) rows in \(time): \(Int(Double(count) / (time / .seconds(1)))) rows/s")
    #expect(deliveries.rows == (try database.rows()))
  }
}
