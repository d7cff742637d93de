import Habitus
import Testing

@Suite("PatternDetector")
struct PatternDetectorTests {
  /// Sessions an hour apart: ten of a, b, c and ten of c alone.
  private var planted: [Event] {
    (0..<20).flatMap { session -> [Event] in
      let start = Double(session * 60)
      return session % 2 == 0
        ? ["a", "b", "c"].enumerated().map { event("ann", start + Double($0.offset), $0.element) }
        : [event("ann", start, "c")]
    }
  }

  @Test("counts support in sessions and finds the planted order, not its reverse")
  func planted() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append(planted, namespace: "test")
    let report = try await PatternDetector(made.workspace).detectPatterns(userID: "ann")
    let path = try #require(report[.path].first)
    #expect(path.elements == ["a", "b", "c"])
    #expect(path.dimension == .eventType && path.unit == .sessions)
    #expect(path.support == 10)
    #expect(path.total == 20)
    #expect(try #require(path.qValue) <= 0.05)
    #expect(
      path.sentence.english.hasPrefix("In 50\u{202F}% of sessions a, then at once b, then at once c: "),
      "\(path.sentence.english)")
    #expect(
      path.sentence.french.hasPrefix("Dans 50\u{202F}% des sessions a, puis aussitôt b, puis aussitôt c\u{202F}: "),
      "\(path.sentence.french)")
    #expect(path.comparison == nil)
    // The last session with it is the nineteenth, at 18:00; five are told of ten.
    #expect(path.evidence.count == 5)
    #expect(
      path.evidence.first
        == PatternOccurrence(
          user: "ann", start: Timestamp(milliseconds: monday + 18 * 3_600_000),
          end: Timestamp(milliseconds: monday + 18 * 3_600_000 + 120_000), eventCount: 3))
    for pattern in report[.sequence] + report[.path] {
      #expect(["a", "b", "c"].filter(pattern.elements.contains) == pattern.elements, "in order: \(pattern.elements)")
    }
  }

  @Test("finds nothing in sessions whose order is that of a shuffled deck")
  func shuffled() async throws {
    var random = SmallGenerator(state: 11)
    let events = (0..<200).flatMap { session in
      (0..<4).map { step in
        event("ann", Double(session * 60 + step), ["a", "b", "c"].randomElement(using: &random) ?? "a")
      }
    }
    let made = try TestWorkspace()
    try made.workspace.store.append(events, namespace: "test")
    let patterns = try await PatternDetector(made.workspace).detectPatterns(userID: "ann", windowDays: 60).patterns
    #expect(patterns.filter { $0.kind == .sequence }.isEmpty)
  }

  @Test("compares a user's hours with everybody's, and everybody's with an even day")
  func hours() async throws {
    let made = try TestWorkspace()
    try made.workspace.store.append(twoKindsOfUsers(each: 5), namespace: "test")
    let detector = PatternDetector(made.workspace)
    let own = try await detector.detectPatterns(userID: "browser1")[.hourOfDay]
    #expect(own.map(\.elements) == [["9"]])
    // 10 of the user's 10 visits; of everybody's 100, 50 are in the mornings.
    #expect(own.first?.support == 10)
    #expect(abs(try #require(own.first?.expectedShare) - 0.5) < 1e-12)
    let all = try await detector.detectPatterns()[.hourOfDay]
    #expect(Set(all.map(\.elements)) == [["9"], ["23"]])
    #expect(all.allSatisfy { abs(($0.expectedShare ?? 0) - 1.0 / 24) < 1e-12 })
  }

  @Test("looks only at the intervals that are configured")
  func intervals() async throws {
    let made = try TestWorkspace { $0.patterns.intervals = [.daily] }
    try made.workspace.store.append(twoKindsOfUsers(each: 2), namespace: "test")
    let kinds = Set(try await PatternDetector(made.workspace).detectPatterns().patterns.map(\.kind))
    #expect(kinds.isDisjoint(with: [.hourOfDay, .hourOfWeek]))
  }

  @Test("tells no hours of data that have only dates, whatever the zone", arguments: ["UTC", "Europe/Paris"])
  func datesOnly(zone: String) async throws {
    let made = try TestWorkspace { $0.features.timeZone = zone }
    try made.workspace.store.append((0..<9).map { event("ann", Double($0 * 1440 * 7), "buy") }, namespace: "test")
    let patterns = try await PatternDetector(made.workspace).detectPatterns(windowDays: 100).patterns
    #expect(patterns.map(\.kind) == [.weekday])
    // The window ends a millisecond into a Monday, and has 14 others in its 100 days: 100/14 = 7.1.
    #expect(
      patterns.first?.sentence.french
        == "100\u{202F}% des jours de visite sont des lundis\u{202F}: 7,1 fois ce que donnerait une répartition égale.")
    let preferences = try await PreferenceCalculator(made.workspace).calculatePreferences(
      userID: "ann", windowDays: 100)
    #expect(Set(preferences.map(\.dimension)) == ["event_type", "weekday"])
  }
}
