import Habitus
import Testing

@Suite("ConsentManager")
struct ConsentManagerTests {
  private func manager(_ standing: HabitusConfiguration.Consent.Standing = .granted) throws -> (
    TestWorkspace, ConsentManager
  ) {
    let made = try TestWorkspace { $0.consent.standing = standing }
    return (made, ConsentManager(made.workspace, now: { Timestamp(milliseconds: 1000) }))
  }

  private func say(_ purpose: String, _ isGranted: Bool, _ time: Int64, expires: Int64? = nil) -> ConsentStatement {
    ConsentStatement(
      user: "ann", purpose: purpose, isGranted: isGranted, time: Timestamp(milliseconds: time),
      expires: expires.map { Timestamp(milliseconds: $0) }, source: "test")
  }

  private func at(_ time: Int64) -> Timestamp { Timestamp(milliseconds: time) }

  @Test("Users who said nothing are treated as configured", arguments: HabitusConfiguration.Consent.Standing.allCases)
  func standing(standing: HabitusConfiguration.Consent.Standing) async throws {
    let (made, manager) = try manager(standing)
    defer { withExtendedLifetime(made) {} }
    #expect(try await manager.permits("ann", at: at(5)) == (standing == .granted))
    #expect(try await manager.states().permits("ann", at: at(5)) == (standing == .granted))
    #expect(try await manager.status(userID: "ann").isEmpty)
  }

  @Test("Says where a user stands on each purpose at any moment, and keeps the history")
  func status() async throws {
    let (made, manager) = try manager(.required)
    defer { withExtendedLifetime(made) {} }
    let statements = [
      say("marketing", true, 10, expires: 20), say("analytics", true, 10), say("*", false, 30),
      say("analytics", true, 40),
    ]
    #expect(try await manager.record(statements) == 4)
    #expect(try await manager.record(statements) == 0)
    func states(_ time: Int64) async throws -> [String: ConsentState.Status] {
      let states = try await manager.status(userID: "ann", at: at(time))
      return Dictionary(uniqueKeysWithValues: states.map { ($0.purpose, $0.status) })
    }
    #expect(try await states(9) == [:])
    #expect(try await states(19) == ["analytics": .granted, "marketing": .granted])
    #expect(try await states(20) == ["analytics": .granted, "marketing": .expired])
    #expect(try await states(30) == ["*": .withdrawn, "analytics": .withdrawn, "marketing": .withdrawn])
    #expect(try await states(40) == ["*": .withdrawn, "analytics": .granted, "marketing": .withdrawn])
    #expect(try await manager.permits("ann", purpose: "marketing", at: at(19)))
    #expect(try await !manager.permits("ann", purpose: "marketing", at: at(20)))
    #expect(try await !manager.permits("ann", purpose: "other", at: at(40)))
    #expect(try await manager.permits("ann", at: at(40)))
    #expect(try await manager.history(userID: "ann").map(\.time.milliseconds) == [10, 10, 30, 40])
    #expect(try await manager.statuses(at: at(40)).map(\.purpose) == ["*", "analytics", "marketing"])
    #expect(try await manager.statuses(of: ["bob"]).isEmpty)
  }

  @Test("An agreement to every purpose is refused")
  func everyPurpose() async throws {
    let (made, manager) = try manager()
    defer { withExtendedLifetime(made) {} }
    await #expect(throws: StoreError.self) { try await manager.record([say("*", true, 1)]) }
  }
}
