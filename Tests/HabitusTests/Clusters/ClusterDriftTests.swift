import Foundation
import HabitusModel
import HabitusStore
import Testing

@testable import Habitus

@Suite("ClusterDrift")
struct ClusterDriftTests {
  private static let day: Int64 = 86_400_000
  private static let hour: Int64 = 3_600_000

  /// The end of the ten days of ``twoKindsOfUsers(each:seed:)``.
  private static let end = Timestamp(milliseconds: monday + 10 * day)

  /// Ten days later; the window still holds everything.
  private static let later = Timestamp(milliseconds: monday + 20 * day)

  private func workspace(_ change: (inout HabitusConfiguration) -> Void = { _ in }) throws -> TestWorkspace {
    let made = try TestWorkspace {
      $0.clustering.features = ["event_count", "active_days", "distinct_types"]
      change(&$0)
    }
    try made.workspace.store.append(twoKindsOfUsers(each: 60), namespace: "test")
    return made
  }

  private func drift(
    _ workspace: Workspace, asOf: Timestamp = end, hoursLater: Double = 0
  ) async throws -> ClusterDrift {
    let clustering = UserClustering(workspace)
    let fitted = try #require(try await clustering.lastFit())
    return try await clustering.drift(
      asOf: asOf, windowDays: nil,
      now: Timestamp(milliseconds: fitted.milliseconds + Int64(hoursLater * Double(Self.hour))))
  }

  private func policy(_ change: (inout HabitusConfiguration.Clustering) -> Void) -> HabitusConfiguration.Clustering {
    var policy = HabitusConfiguration.Clustering()
    change(&policy)
    return policy
  }

  @Test("finds nothing where nothing has changed, and then no reason to find the groups anew")
  func unchanged() async throws {
    let made = try workspace()
    _ = try await Analysis(made.workspace).run(asOf: Self.end)
    let drift = try await drift(made.workspace, hoursLater: 23.9)
    #expect(drift.fittedUserCount == 120 && drift.userCount == 120)
    #expect(Set(drift.features.map(\.feature)) == ["event_count", "active_days", "distinct_types"])
    #expect(drift.features.allSatisfy { $0.index == 0 && $0.level == .none })
    #expect(drift.movedShare == 0 && drift.outlierShare == 0)
    #expect(drift.reasons.isEmpty && !drift.isRefitDue && drift.obstacle == nil)
    #expect(drift.age == .seconds(86_040))
  }

  @Test("says that the groups are due from the configured age on")
  func age() async throws {
    let made = try workspace()
    _ = try await Analysis(made.workspace).run(asOf: Self.end)
    let drift = try await drift(made.workspace, hoursLater: 24)
    #expect(drift.isRefitDue)
    #expect(
      drift.reasons == [
        LocalizedText(
          english:
            "The groups were found 24 hours ago; after 24 hours they are found anew (user_clustering.update_frequency_hours).",
          french:
            "Les groupes ont été formés il y a 24 heures\u{202F}; ils sont recalculés au bout de 24 heures (user_clustering.update_frequency_hours)."
        )
      ])
  }

  /// Of the 60 users who look a little, `count` do in the next ten days what buyers do.
  private func change(_ count: Int, _ store: Store) throws {
    let events = (0..<count).flatMap { user in
      (10..<20).flatMap { day in
        (0..<6).map { step in
          event(
            "browser\(user)", Double(day * 1440 + 22 * 60 + step), ["search", "filter", "click", "apply"][step % 4],
            item: "j\(step)", category: "jobs")
        }
      }
    }
    try store.append(events, namespace: "test")
  }

  @Test("measures features that have drifted and users who have moved, and names both among the reasons")
  func moved() async throws {
    let made = try workspace()
    _ = try await Analysis(made.workspace).run(asOf: Self.end)
    try change(30, made.workspace.store)
    let drift = try await drift(made.workspace, asOf: Self.later)
    // 30 of 120 have left their group.
    #expect(drift.movedShare == 0.25)
    let types = try #require(drift.features.first { $0.feature == "distinct_types" })
    // One type or four before, 60 users each; now 30, 60, and 30 with five. With edges at 1 and 4 (values of their own)
    // the fives are in a bin that was empty, which counts half a user of 120.
    let index = (0.25 - 0.5) * log(0.25 / 0.5) + (0.25 - 0.5 / 120) * log(0.25 / (0.5 / 120))
    #expect(abs(types.index - index) < 1e-9)
    #expect(types.level == .major && types.qValue < 1e-6)
    // 60 users with 20 events and 60 with 80 before; 30 and 90 now.
    let counts = try #require(drift.features.first { $0.feature == "event_count" })
    #expect(abs(counts.index - ((0.25 - 0.5) * log(0.5) + (0.75 - 0.5) * log(1.5))) < 1e-9)
    #expect(counts.fittedMissingShare == 0 && counts.missingShare == 0)
    #expect(drift.features.map(\.index) == drift.features.map(\.index).sorted(by: >))
    #expect(drift.reasons.count == 2)
    #expect(
      drift.reasons.first?.english.hasPrefix("3 features have drifted since the fit, most of all distinct_types: ")
        == true)
    #expect(
      drift.reasons.last?.french
        == "25\u{202F}% des utilisateurs ne se comportent plus comme leur groupe d’origine\u{202F}; à partir de 20\u{202F}%, les groupes sont recalculés (user_clustering.refit_moved_share)."
    )
  }

  @Test("counts users the same whether or not a refresh has noted their moves, and forgets moves before the fit")
  func refreshed() async throws {
    let made = try workspace()
    _ = try await Analysis(made.workspace).run(asOf: Self.end)
    try change(12, made.workspace.store)
    #expect(try await drift(made.workspace, asOf: Self.later).movedShare == 0.1)
    let refresh = try ProfileRefresh(made.workspace, clock: { Self.later })
    refresh.mark((0..<12).map { UserID("browser\($0)") })
    try await refresh.refresh()
    let history = try await ProfileManager(made.workspace).getClusterHistory(userID: "browser3")
    #expect(history.map(\.cause) == [.behaviour])
    #expect(try await drift(made.workspace, asOf: Self.later).movedShare == 0.1)
    // What was stored by a refit is where everybody is from now on.
    _ = try await Analysis(made.workspace).run(asOf: Self.later)
    #expect(try await drift(made.workspace, asOf: Self.later).movedShare == 0)
  }

  @Test("does not take chance for drift: few users drawn from those of the fit")
  func chance() throws {
    func decision(_ qValue: Double) -> ClusterDrift {
      ClusterDrift(
        fitted: Self.end, now: Self.end, fittedUserCount: 50, userCount: 50,
        features: [
          .init(
            feature: "event_count", index: 0.4, expectedIndex: 0.36, qValue: qValue,
            level: .init(index: 0.4, qValue: qValue), fittedMissingShare: 0, missingShare: 0)
        ], movedShare: 0.1, outlierShare: 0, policy: HabitusConfiguration.Clustering())
    }
    #expect(decision(0.3).features.map(\.level) == [.none] && !decision(0.3).isRefitDue)
    #expect(decision(0.01).features.map(\.level) == [.major])
    #expect(
      decision(0.01).reasons == [
        LocalizedText(
          english:
            "The feature event_count has drifted since the fit: its population stability index is 0.4; from 0.25 on the groups are found anew (user_clustering.refit_drift).",
          french:
            "La variable event_count a dérivé depuis la formation des groupes\u{202F}: son indice de stabilité de la population est de 0,4\u{202F}; à partir de 0,25, les groupes sont recalculés (user_clustering.refit_drift)."
        )
      ])
  }

  @Test(
    "judges an index by the conventional limits",
    arguments: [(0.0, ClusterDrift.Level.none), (0.0999, .none), (0.1, .moderate), (0.2499, .moderate), (0.25, .major)])
  func levels(index: Double, level: ClusterDrift.Level) {
    #expect(ClusterDrift.Level(index: index, qValue: 0) == level)
  }

  @Test("keeps the groups, with the reason, where too few users are left to find others")
  func fewUsers() async throws {
    let made = try workspace()
    _ = try await Analysis(made.workspace).run(asOf: Self.end)
    let end = Timestamp(milliseconds: Self.end.milliseconds + 90 * Self.day)
    let drift = try await drift(made.workspace, asOf: end, hoursLater: 48)
    #expect(drift.userCount == 0 && drift.features.isEmpty)
    #expect(drift.movedShare == nil && drift.outlierShare == nil)
    #expect(!drift.isRefitDue)
    #expect(
      drift.obstacle?.english
        == "The groups stay as they are: no user has enough events in the window, and groups take at least 10.")
    #expect(
      drift.obstacle?.french
        == "Les groupes restent tels quels\u{202F}: aucun utilisateur n’a assez d’événements dans la fenêtre, alors qu’il en faut au moins 10."
    )
  }

  @Test("writes ages in minutes, hours and days, with the plurals of both languages")
  func ages() {
    func text(_ age: Double) -> [String] {
      let text = RefitText.age(.seconds(age), limit: .seconds(5400))
      return [
        String(text.english.dropFirst("The groups were found ".count).prefix { $0 != ";" }),
        String(text.french.dropFirst("Les groupes ont été formés il y a ".count).prefix { $0 != "\u{202F}" }),
      ]
    }
    #expect(text(5400) == ["90 minutes ago", "90 minutes"])
    #expect(text(60) == ["1 minute ago", "1 minute"])
    #expect(text(93) == ["1.6 minutes ago", "1,6 minute"])
    #expect(text(9000) == ["2.5 hours ago", "2,5 heures"])
    #expect(text(172_800) == ["2 days ago", "2 jours"])
  }

  @Test("needs groups that stand")
  func nothing() async throws {
    let made = try workspace()
    await #expect(throws: HabitusError.notAnalysed(what: "clusters")) {
      try await UserClustering(made.workspace).drift()
    }
  }
}
