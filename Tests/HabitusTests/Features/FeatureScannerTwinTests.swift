import HabitusModel
import Testing

@testable import Habitus

@Suite("FeatureScanner against its plain twin")
struct FeatureScannerTwinTests {
  struct Scene: Sendable, CustomTestStringConvertible {
    var zone = "UTC"
    var asOf: String
    var days = 30
    var change: @Sendable (inout FeatureOptions) -> Void = { _ in }
    var testDescription: String { "\(days) days before \(asOf) in \(zone)" }
  }

  static let scenes = [
    Scene(asOf: "2026-03-05T12:00:00.001Z"),
    Scene(asOf: "2026-03-05T00:00:00Z", days: 7),
    Scene(asOf: "2026-03-05T00:00:00Z", days: 1),
    Scene(asOf: "2026-03-05T00:00:00Z", days: 400),
    Scene(asOf: "1969-12-20T17:11:12.013Z"),
    Scene(asOf: "1970-01-10T17:11:12.013Z"),
    Scene(zone: "Europe/Paris", asOf: "2025-04-02T10:30:00Z", days: 10),
    Scene(zone: "Europe/Paris", asOf: "2025-10-28T22:59:59.999Z"),
    Scene(zone: "Europe/Paris", asOf: "2026-03-30T03:00:00Z", days: 14),
    Scene(zone: "Europe/Paris", asOf: "2026-04-12T08:00:00Z", days: 300),
    Scene(zone: "Asia/Kolkata", asOf: "2026-03-05T18:30:00Z"),
    Scene(zone: "Asia/Kathmandu", asOf: "2026-03-05T18:15:00.001Z", days: 15),
    Scene(zone: "Asia/Kathmandu", asOf: "1986-01-05T12:00:00Z", days: 20),
    Scene(zone: "America/St_Johns", asOf: "2006-11-02T12:00:00Z", days: 12),
    Scene(zone: "America/St_Johns", asOf: "2026-03-12T12:00:00Z"),
    Scene(zone: "Australia/Lord_Howe", asOf: "2026-04-08T12:00:00Z", days: 21),
    Scene(zone: "Pacific/Apia", asOf: "2012-01-03T09:00:00Z", days: 14),
    Scene(zone: "Europe/Paris", asOf: "1911-03-15T12:00:00Z", days: 20),
    Scene(asOf: "2026-03-05T12:00:00Z") { $0.sessionCap = .seconds(3600) },
    Scene(asOf: "2026-03-05T12:00:00Z", days: 90) { $0.sessionBoundary = .source },
    Scene(asOf: "2026-03-05T12:00:00Z", days: 90) { $0.sessionGap = .seconds(40 * 86_400) },
    Scene(asOf: "2026-03-05T12:00:00Z") { $0.sessionGap = .zero },
    Scene(asOf: "2026-03-05T12:00:00Z") { $0.engagementHalfLife = .seconds(600) },
    Scene(asOf: "2026-03-05T12:00:00Z") { $0.engagementHalfLife = .seconds(3600) },
    Scene(asOf: "2026-03-05T12:00:00Z") {
      $0.roles.view = "search"
      $0.roles.goal = ["save", "apply", "nothing"]
      $0.roles.download = "message"
      $0.eventWeights = ["save": -2.5]
      $0.otherEventWeight = 0.25
    },
  ]

  @Test("gives the same values", .tags(.differential), arguments: scenes.indices, 0..<UInt64(3))
  func equalsTwin(scene index: Int, seed: UInt64) throws {
    let scene = Self.scenes[index]
    var options = FeatureOptions()
    options.timeZone = scene.zone
    options.windowDays = scene.days
    scene.change(&options)
    let window = try window(asOf: scene.asOf, options)
    var random = SplitMix64(seed: seed &* 100 &+ UInt64(index))
    // The third seed has more types and categories than the counters have lanes.
    let users = (0..<40).map { _ in Self.events(around: window, manyCodes: seed == 2, using: &random) }
    let (frame, dictionaries) = frame(of: users)
    let plan = try FeaturePlan(options: options, window: window, types: dictionaries.types)
    let table = scan([frame], plan)
    try Self.expectTwin(table, plan, users, "seed \(seed)")
  }

  @Test(
    "gives the same values for users with thousands of events",
    .tags(.differential),
    arguments: [
      ("UTC", "2026-03-05T12:00:00Z"), ("Europe/Paris", "2025-10-28T12:00:00Z"),
      ("Pacific/Apia", "2012-01-03T12:00:00Z"),
    ])
  func heavyUsers(zone: String, asOf: String) throws {
    var options = FeatureOptions()
    options.timeZone = zone
    let window = try window(asOf: asOf, options)
    var random = SplitMix64(seed: 5)
    let types = ["page_view", "search", "filter", "apply"]
    let users = [5000, 9000, 2049].map { count in
      (0..<count).map { _ in
        SimpleEvent(
          milliseconds: Int64.random(in: window.start.milliseconds..<window.asOf.milliseconds, using: &random),
          type: types[Int.random(in: 0..<4, using: &random)], item: "\(Int.random(in: 0..<3000, using: &random))",
          category: "\(Int.random(in: 0..<500, using: &random))", value: Double.random(in: 0..<60, using: &random))
      }.sorted { $0.time < $1.time }
    }
    let (frame, dictionaries) = frame(of: users)
    let plan = try FeaturePlan(options: options, window: window, types: dictionaries.types)
    try Self.expectTwin(scan([frame], plan), plan, users, zone)
  }

  private static func expectTwin(
    _ table: FeatureTable, _ plan: FeaturePlan, _ users: [[SimpleEvent]], _ scene: String
  ) throws {
    let twin = ReferenceFeatures(options: plan.options, window: plan.window)
    let expected = users.enumerated().compactMap { user, events in
      twin.values(of: events).map { (user: UInt32(user), values: $0) }
    }
    try #require(table.users == expected.map(\.user))
    #expect(expected.count > users.count / 2)
    for (row, user) in expected.enumerated() {
      for (definition, value) in zip(plan.definitions, table.row(row)) {
        let wanted = user.values[definition.name]
        #expect(
          agree(definition.name, value, wanted),
          "\(scene), user \(user.user), \(definition.name): \(value), not \(String(describing: wanted))")
      }
    }
  }

  private static func agree(_ name: String, _ value: Double, _ wanted: Double?) -> Bool {
    guard let wanted else { return value.isNaN }
    let difference = abs(value - wanted)
    return (name == "mean_hour" ? min(difference, 24 - difference) : difference) <= 1e-9 * max(1, abs(wanted))
  }

  /// One user's events in order: ties, silences of exactly the session gap, days off, places on and beside both edges.
  private static func events(
    around window: AnalysisWindow, manyCodes: Bool, using random: inout SplitMix64
  ) -> [SimpleEvent] {
    let start = window.start.milliseconds
    let end = window.asOf.milliseconds
    let lengths = [1, 2, 3, 5, 16, 17, 40, 120]
    let count = lengths[Int.random(in: 0..<lengths.count, using: &random)]
    var time = Int64.random(in: start - 86_400_000..<end, using: &random)
    var events: [SimpleEvent] = []
    let edges = [start - 1, start, end - 1, end]
    let types = ["page_view", "click", "search", "filter", "download", "apply", "save", "message", "other"]
    for position in 0..<count {
      switch Int.random(in: 0..<10, using: &random) {
      case 0: break
      case 1: time += 1_800_000
      case 2: time += 1_800_001
      case 3: time += Int64.random(in: 0..<86_400_000, using: &random)
      case 4: time += Int64.random(in: 0..<4 * 86_400_000, using: &random)
      case 5: time += 3_600_000
      default: time += Int64.random(in: 1..<200_000, using: &random)
      }
      let isEdge = Int.random(in: 0..<15, using: &random) == 0
      let type =
        manyCodes && Bool.random(using: &random)
        ? "type \(Int.random(in: 0..<30, using: &random))" : types[Int.random(in: 0..<types.count, using: &random)]
      let categoryCount = manyCodes ? 40 : 6
      events.append(
        SimpleEvent(
          milliseconds: isEdge ? edges[position % 4] : time, type: type,
          item: Int.random(in: 0..<4, using: &random) == 0 ? nil : "i\(Int.random(in: 0..<9, using: &random))",
          category: Int.random(in: 0..<3, using: &random) == 0
            ? nil : "c\(Int.random(in: 0..<categoryCount, using: &random))",
          value: Bool.random(using: &random) ? nil : Double.random(in: -5...100, using: &random),
          session: Int.random(in: 0..<4, using: &random) == 0 ? nil : "s\(time / 40_000_000)"))
    }
    return events.sorted { $0.time < $1.time }
  }
}
