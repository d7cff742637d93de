import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite(
  "Consents from PostgreSQL", .enabled(if: DatabaseServer.isAvailable, DatabaseServer.reason), .timeLimit(.minutes(3)))
struct PostgresConsentTests {
  private static let rows = """
    INSERT INTO tracking.user_consents VALUES
      ('a', 'analytics', true, '2026-01-01Z', '2027-01-01Z', '1'), ('a', 'marketing', false, '2026-01-02Z', NULL, '1'),
      ('b', 'analytics', true, NULL, 'infinity', NULL), ('c', 'analytics', NULL, NULL, NULL, NULL),
      ('d', 'analytics', true, 'infinity', '-infinity', NULL);
    """

  private func pull(
    _ database: TestDatabase, from position: PullPosition? = nil, rowsPerPage: Int = 2
  ) async throws -> Deliveries {
    var source = try PostgresSource(dsn: database.dsn())
    source.rowsPerPage = rowsPerPage
    let deliveries = Deliveries()
    _ = try await source.pull(from: position) { deliveries.add($0) }
    return deliveries
  }

  @Test("come before the events, each with the time at which it was said, or read")
  func statements() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(
      TrackingSchema.plain + TrackingSchema.events(1) + Self.rows)
    let deliveries = try await pull(database)
    #expect(deliveries.pages.firstIndex { !$0.events.isEmpty } == 3)
    #expect(
      deliveries.consents.map { "\($0.user) \($0.purpose) \($0.isGranted)" } == [
        "a analytics true", "a marketing false", "b analytics true", "d analytics true",
      ])
    let read = try #require(deliveries.pages.first?.consentsRead)
    #expect(abs(read.milliseconds - Int64(Date().timeIntervalSince1970 * 1000)) < 60_000)
    let times = deliveries.consents.map(\.time)
    #expect(times == [Timestamp(rfc3339: "2026-01-01")!, read, read, read])
    let expires = deliveries.consents.map(\.expires)
    #expect(expires == [Timestamp(rfc3339: "2027-01-01"), nil, nil, Timestamp.representable.lowerBound])
    #expect(deliveries.refused.map(\.reason) == ["no_consent"])
    #expect(
      deliveries.refused.first.map { String(decoding: $0.raw, as: UTF8.self) }
        == #"{"user_id":"c","consent_type":"analytics"}"#)
  }

  @Test("are read again only when the table has changed, though no time has")
  func changes() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(TrackingSchema.plain + Self.rows)
    let first = try await pull(database)
    let second = try await pull(database, from: first.position)
    #expect(second.consents.isEmpty && second.refused.isEmpty)
    try database.run("UPDATE tracking.user_consents SET is_granted = false WHERE user_id = 'a' AND is_granted")
    let third = try await pull(database, from: second.position)
    #expect(third.consents.count == 4)
    let changed = try #require(third.consents.first)
    #expect(!changed.isGranted)
    #expect(changed.time == third.pages.first?.consentsRead)
  }

  @Test("are left out where no table is named")
  func none() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(
      TrackingSchema.plain + Self.rows + "DROP TABLE tracking.user_consents;")
    var source = try PostgresSource(dsn: database.dsn())
    source.tables.consents = nil
    let deliveries = Deliveries()
    _ = try await source.pull(from: nil) { deliveries.add($0) }
    #expect(deliveries.consents.isEmpty)
  }

  @Test("a table of 5,000 rows that is interrupted is read again from its beginning")
  func interrupted() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(
      TrackingSchema.plain
        + "INSERT INTO tracking.user_consents SELECT n, 'analytics', true, now() FROM generate_series(1, 5000) n;")
    let source = try PostgresSource(dsn: database.dsn())
    var paged = source
    paged.rowsPerPage = 1000
    let deliveries = Deliveries()
    await #expect(throws: PullError.self) {
      _ = try await paged.pull(from: nil) { page in
        if deliveries.pages.count == 2 { throw Refusal() }
        deliveries.add(page)
      }
    }
    let rest = try await pull(database, from: deliveries.position, rowsPerPage: 1000)
    #expect(rest.consents.count == 5000)
  }
}
