import Foundation
import Habitus
import Testing

@Suite("Sequences of single users")
struct UserSequenceTests {
  @Test("of users whose events come in random order at most one in twenty has a sequence or path")
  func falseDiscoveries() async throws {
    let events = PlantedHabits.shuffled(PlantedHabits(strength: 0.9).events(userCount: 200), seed: 3)
    let found = try await usersWithOrder(events)
    #expect(found.count <= 10, "\(found.count) of 200")
  }

  @Test("finds clear paths of at least nine users in ten, and the more the clearer they are")
  func power() async throws {
    let isPrinted = ProcessInfo.processInfo.environment["PRINT_PATTERN_CURVES"] != nil
    let userCount = isPrinted ? 200 : 40
    var shares: [(strength: Double, share: Double)] = []
    for strength in isPrinted ? [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1] : [0, 0.2, 0.5, 0.8] {
      let habits = PlantedHabits(strength: strength, seed: 5)
      let found = try await usersWithOrder(habits.events(userCount: userCount), part: habits.path)
      shares.append((strength, Double(found.count) / Double(userCount)))
    }
    if isPrinted {
      for (strength, share) in shares { print("| \(strength) | \(share) |") }
    }
    #expect(shares[0].share <= 0.05)
    #expect(shares.filter { $0.strength >= 0.5 }.allSatisfy { $0.share >= 0.9 }, "\(shares)")
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0.share <= $1.share + 0.05 }, "\(shares)")
  }

  @Test("tells a habit from what everybody does, and from what the group does")
  func standing() async throws {
    let made = try TestWorkspace { $0.features.minimumEventCount = 1_000_000 }
    var events = PlantedHabits(strength: 0.9).events(userCount: 20)
    events += PlantedHabits(strength: 0.9, path: ["message", "download"], seed: 2).events(userCount: 1).map {
      var event = $0
      event.user = "odd"
      event.id = "odd-" + event.id
      return event
    }
    try made.workspace.store.append(events, namespace: "test")
    let detector = PatternDetector(made.workspace)
    let odd = try await detector.detectPatterns(userID: "odd")
    let path = try #require(odd[.path].first { $0.elements == ["message", "download"] })
    #expect(path.comparison?.standing == .own)
    #expect(path.evidence.count == 5)
    #expect(path.evidence.map(\.start) == path.evidence.map(\.start).sorted(by: >))
    let usual = try await detector.detectPatterns(userID: "user3")
    let shared = try #require(usual[.path].first { $0.elements == ["search", "filter", "apply"] })
    #expect(shared.comparison?.standing == .shared)
    #expect((shared.comparison?.everybodyShare ?? 0) > 0.7)

    let similar = try await detector.getSimilarPatterns(userID: "odd")
    #expect(similar.own.contains { $0.elements == ["message", "download"] })
    #expect(similar.user == "odd" && similar.cluster == nil && similar.ofCluster.isEmpty)
    #expect(Set(similar.own + similar.shared).isSubset(of: Set(odd.patterns)))
  }

  @Test("reports of each user are those that are told one by one")
  func eachUser() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append(PlantedHabits(strength: 0.6).events(userCount: 12), namespace: "test")
    let detector = PatternDetector(made.workspace)
    let collected = Reports()
    try await detector.detectPatternsOfEachUser { reports in collected.append(reports) }
    #expect(collected.all.count == 12)
    for report in collected.all {
      #expect(try await detector.detectPatterns(userID: try #require(report.user)) == report)
    }
  }

  private final class Reports: @unchecked Sendable {
    private let lock = NSLock()
    private var reports: [PatternReport] = []

    func append(_ more: [PatternReport]) { lock.withLock { reports += more } }
    var all: [PatternReport] { lock.withLock { reports } }
  }

  /// The users who have a sequence or path, one with all steps of `part` where that is given.
  private func usersWithOrder(_ events: [Event], part: [String]? = nil) async throws -> Set<UserID> {
    let made = try TestWorkspace()
    try made.workspace.store.append(events, namespace: "test")
    let collected = Reports()
    try await PatternDetector(made.workspace).detectPatternsOfEachUser { collected.append($0) }
    return Set(
      collected.all.filter { report in
        (report[.sequence] + report[.path]).contains { pattern in
          part.map { part in pattern.elements.filter(part.contains).count >= 2 } ?? true
        }
      }.compactMap(\.user))
  }
}
