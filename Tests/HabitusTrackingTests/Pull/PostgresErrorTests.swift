import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite(
  "Errors of PostgreSQL", .enabled(if: DatabaseServer.isAvailable, DatabaseServer.reason), .timeLimit(.minutes(3)))
struct PostgresErrorTests {
  private func error(
    _ dsn: String, from position: PullPosition? = nil, _ change: (inout PostgresSource) -> Void = { _ in }
  ) async throws -> PullError? {
    var source = try PostgresSource(dsn: dsn)
    source.retries = PullRetries(maximumCount: 0)
    source.connectTimeout = .seconds(2)
    change(&source)
    do {
      _ = try await source.pull(from: position) { _ in }
      return nil
    } catch {
      return error
    }
  }

  @Test("a wrong password is told, and not repeated")
  func password() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(TrackingSchema.plain)
    #expect(try await error(database.dsn(user: "guarded") + " password=right-password") == nil)
    let wrong = try await error(database.dsn(user: "guarded") + " password=wrong-password")
    guard case .loginRefused = wrong else {
      Issue.record("\(String(describing: wrong))")
      return
    }
    #expect(wrong?.isTransient == false)
    #expect(wrong?.description.contains("wrong-password") == false)
    #expect(wrong?.description.contains("guarded") == true)
    let url = "postgres://guarded:wrong-password@127.0.0.1:\(database.server.port)/\(database.name)"
    #expect(try await error(url)?.description.contains("wrong-password") == false)
    guard case .loginRefused = try await error(database.dsn(user: "nobody_knows")) else {
      Issue.record("an unknown role is let in")
      return
    }
    guard case .loginRefused = try await error(database.dsn(user: "guarded")) else {
      Issue.record("a missing password is accepted")
      return
    }
  }

  @Test(
    "a connection string that cannot be read is not repeated",
    arguments: [
      "", "sekret", "postgres://u:sekret%zz@h/d", "host=h password='sekret", "postgres://u:sekret@[::1/d", "h\u{0}=x",
    ])
  func dsn(text: String) {
    do {
      _ = try PostgresSource(dsn: text)
      Issue.record("it is taken")
    } catch {
      guard case .invalidAddress = error else {
        Issue.record("\(error)")
        return
      }
      #expect(!error.description.contains("sekret"))
    }
  }

  @Test("nothing listens")
  func unreachable() async throws {
    let refused = try await error("host=127.0.0.1 port=1 dbname=d user=u")
    guard case .unreachable = refused else {
      Issue.record("\(String(describing: refused))")
      return
    }
    let unknown = try await error("host=no-such-host.invalid dbname=d user=u")
    guard case .unreachable = unknown else {
      Issue.record("\(String(describing: unknown))")
      return
    }
  }

  @Test("a server that listens and says nothing")
  func silent() async throws {
    let stub = try StubService { _ in .init(delay: .seconds(30)) }
    let silent = try await error("host=127.0.0.1 port=\(stub.port) dbname=d user=u sslmode=disable")
    guard case .unreachable = silent else {
      Issue.record("\(String(describing: silent))")
      return
    }
  }

  @Test(
    "missing tables, columns and rights are named",
    arguments: [
      ("DROP SCHEMA tracking CASCADE", "missingTable", "tracking.events or tracking.events_partitioned"),
      ("DROP TABLE tracking.events", "missingTable", "tracking.events or"),
      ("DROP TABLE tracking.feedback_events", "missingTable", "tracking.feedback_events"),
      ("DROP TABLE tracking.user_consents", "missingTable", "tracking.user_consents"),
      ("ALTER TABLE tracking.events DROP created_at", "missingColumn", "created_at"),
      ("ALTER TABLE tracking.events DROP user_id", "missingColumn", "user_id"),
      ("ALTER TABLE tracking.events ALTER created_at TYPE text", "missingColumn", "created_at of the type timestamptz"),
      ("ALTER TABLE tracking.user_consents DROP is_granted", "missingColumn", "is_granted"),
      ("REVOKE USAGE ON SCHEMA tracking FROM reader", "noPermission", "schema tracking"),
      ("REVOKE SELECT ON tracking.events FROM reader", "noPermission", "tracking.events"),
      ("REVOKE SELECT ON tracking.match_events FROM reader", "noPermission", "tracking.match_events"),
    ])
  func missing(sql: String, kind: String, object: String) async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(TrackingSchema.plain + sql)
    let found = try #require(try await error(database.dsn()))
    #expect("\(Mirror(reflecting: found).children.first?.label ?? "")" == kind)
    #expect(found.description.contains(object))
    #expect(!found.isTransient)
  }

  @Test("a column that cannot be read as a time")
  func text() async throws {
    let database = try DatabaseServer.shared.get().makeDatabase(
      TrackingSchema.plain + "ALTER TABLE tracking.events ALTER event_timestamp TYPE text;"
        + "INSERT INTO tracking.events VALUES ('e', 'never', 'u', 's', 'x');")
    guard case .queryFailed(_, "22007", _) = try await error(database.dsn()) else {
      Issue.record("it is read")
      return
    }
  }

  @Test("the position of another source is refused")
  func foreign() async throws {
    let stub = try StubService { _ in .init(body: #"{"events":[]}"#) }
    let service = try TrackingServiceSource(baseURL: "http://127.0.0.1:\(stub.port)", token: nil)
    let position = try #require(try await service.pull(from: nil) { _ in }.position)
    #expect(try await error("host=127.0.0.1 dbname=x", from: position) == .foreignPosition(source: "postgres"))
  }
}
