import HabitusModel
import HabitusStore
import Synchronization
import Testing

@testable import Habitus

@Suite("AnalysisSchedule")
struct AnalysisScheduleTests {
  /// A clock that is set by hand, in hours after the events. Fits are stored at the machine's time, so it begins there.
  private final class HandClock: Sendable {
    let start = Timestamp.now.milliseconds
    private let hours = Mutex(0.0)

    func set(_ hours: Double) { self.hours.withLock { $0 = hours } }
    var now: Timestamp { Timestamp(milliseconds: start + hours.withLock { Int64($0 * 3_600_000) }) }
    /// The midnight before the start.
    var today: Int64 { start - start % 86_400_000 }
  }

  private let clock = HandClock()

  /// Two kinds of users in the ten days before today.
  private func events() -> [Event] {
    twoKindsOfUsers(each: 30).map { event in
      var event = event
      event.time = Timestamp(milliseconds: event.time.milliseconds - monday + clock.today - 10 * 86_400_000)
      return event
    }
  }

  private func made(_ change: (inout HabitusConfiguration) -> Void = { _ in }) throws -> TestWorkspace {
    let made = try TestWorkspace {
      // Of days that pass while nobody does anything only what is done is left.
      $0.clustering.features = ["event_count", "distinct_types"]
      $0.features.windowDays = 60
      change(&$0)
    }
    try made.workspace.store.append(events(), namespace: "test")
    return made
  }

  private func schedule(_ workspace: Workspace) -> AnalysisSchedule {
    AnalysisSchedule(workspace, clock: { [clock] in clock.now })
  }

  private func modelCount(_ workspace: Workspace) throws -> Int { try workspace.store.models(kind: "user clusters").count }

  @Test("finds groups where there are none, then lets them stand until they are of the configured age")
  func age() async throws {
    let made = try made()
    let schedule = schedule(made.workspace)
    #expect(try await schedule.run() == .init(grouping: .anew, reasons: []))
    for hours in [0.1, 1.5, 12, 23.9] {
      clock.set(hours)
      #expect(try await schedule.run() == nil, "after \(hours) h")
    }
    clock.set(24.1)
    let outcome = try #require(try await schedule.run())
    #expect(outcome.grouping == .anew && outcome.reasons.count == 1)
    #expect(try modelCount(made.workspace) == 2)
  }

  @Test("analyses everybody with the groups that stand where profiles are updated more often than groups")
  func standing() async throws {
    let made = try made {
      $0.profiles.updateFrequency = .seconds(2 * 3600)
      $0.profiles.keepsHistory = true
    }
    let schedule = schedule(made.workspace)
    try await schedule.run()
    let manager = ProfileManager(made.workspace)
    let before = try await manager.getProfile(userID: "buyer1")
    for (hours, isDue) in [(1.9, false), (2.1, true), (3, false), (4.2, true)] {
      clock.set(hours)
      #expect(try await schedule.run() == (isDue ? .init(grouping: .standing, reasons: []) : nil), "after \(hours) h")
    }
    #expect(try modelCount(made.workspace) == 1)
    let after = try await manager.getProfile(userID: "buyer1")
    #expect(after.cluster == before.cluster && after.cluster != nil)
    #expect(after.features?.window.asOf == clock.now)
    #expect(try await manager.getFeatureHistory(userID: "buyer1").count == 3)
    #expect(try await manager.getClusterHistory(userID: "buyer1").isEmpty)
  }

  @Test("finds the groups anew where users have drifted, and looks for that every hour at most")
  func drift() async throws {
    let made = try made()
    let schedule = schedule(made.workspace)
    try await schedule.run()
    let more = (0..<30).flatMap { user in
      (0..<60).map { step in
        Event(
          id: "more-\(user)-\(step)", user: UserID("browser\(user)"),
          time: Timestamp(milliseconds: clock.start + 1_800_000 + Int64(step) * 1000),
          type: ["search", "filter", "click", "apply"][step % 4])
      }
    }
    try made.workspace.store.append(more, namespace: "test")
    clock.set(0.9)
    #expect(try await schedule.run() == nil)
    clock.set(1.1)
    let outcome = try #require(try await schedule.run())
    #expect(outcome.grouping == .anew)
    #expect(outcome.reasons.contains { $0.english.contains("user_clustering.refit_drift") })
    #expect(outcome.reasons.contains { $0.english.contains("user_clustering.refit_moved_share") })
    #expect(try modelCount(made.workspace) == 2)
  }

  @Test("goes on with the groups that stand when the service is started again")
  func restart() async throws {
    let made = try made()
    try await schedule(made.workspace).run()
    clock.set(2)
    #expect(try await schedule(made.workspace).run() == nil)
    clock.set(25)
    #expect(try await schedule(made.workspace).run()?.grouping == .anew)
  }

  @Test("does not look for groups all the time where too few users are left")
  func fewUsers() async throws {
    let made = try made { $0.features.windowDays = 20 }
    let schedule = schedule(made.workspace)
    try await schedule.run()
    clock.set(30 * 24)
    #expect(try await schedule.run()?.grouping == .anew)
    #expect(try modelCount(made.workspace) == 1)
    clock.set(30 * 24 + 0.5)
    #expect(try await schedule.run() == nil)
    clock.set(30 * 24 + 1.1)
    #expect(try await schedule.run()?.grouping == .anew)
  }

  @Test("is asked as often as the shortest frequency, and every ten minutes at least")
  func pace() throws {
    #expect(schedule(try TestWorkspace().workspace).pace == .seconds(600))
    let quick = try TestWorkspace { $0.clustering.updateFrequency = .seconds(60) }
    #expect(schedule(quick.workspace).pace == .seconds(60))
  }
}
