import Foundation
import HabitusKernels
import HabitusModel
import Testing

@testable import Habitus

@Suite("Exposure test")
struct ExposureTestTests {
  @Test("is Fisher's exact test where all units give as many chances")
  func equalChances() {
    // 4 units with one chance each, 2 with the first thing, 2 with the second: both coincide in 1 of C(4, 2) = 6 ways.
    let test = ExposureTest(first: [0, 2], others: [0, 2], secondCount: 2, both: 2)
    #expect(abs(test.pValue - 1.0 / 6) < 1e-12)
    #expect(abs(test.expected - 1) < 1e-12)
  }

  @Test("equals the sum over all ways to place the second thing", .tags(.differential), arguments: 0..<UInt64(30))
  func bruteForce(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let chances = (0..<Int.random(in: 3...9, using: &random)).map { _ in Int.random(in: 0...5, using: &random) }
    let isFirst = chances.map { _ in Bool.random(using: &random) }
    let able = chances.count { $0 > 0 }
    guard able > 1, isFirst.contains(true) else { return }
    let secondCount = Int.random(in: 1..<able, using: &random)
    let both = Int.random(in: 1...secondCount, using: &random)
    // θ by bisection, then every subset of units by its odds.
    var (low, high) = (0.0, 50.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      let expected = chances.reduce(0.0) { $0 + 1 - exp(-middle * Double($1)) }
      if expected < Double(secondCount) { low = middle } else { high = middle }
    }
    var (total, tail, mean) = (0.0, 0.0, 0.0)
    for subset in 0..<1 << chances.count where subset.nonzeroBitCount == secondCount {
      let members = chances.indices.filter { subset & 1 << $0 != 0 }
      let weight = members.reduce(1.0) { $0 * expm1(low * Double(chances[$1])) }
      let coinciding = members.count { isFirst[$0] }
      total += weight
      mean += weight * Double(coinciding)
      if coinciding >= both { tail += weight }
    }
    var (first, others) = (Array(repeating: 0, count: 6), Array(repeating: 0, count: 6))
    for (unit, count) in chances.enumerated() {
      if isFirst[unit] { first[count] += 1 } else { others[count] += 1 }
    }
    let test = ExposureTest(first: first, others: others, secondCount: secondCount, both: both)
    #expect(abs(test.pValue - tail / total) < 1e-6, "seed \(seed)")
    #expect(abs(test.expected - mean / total) < 1e-6, "seed \(seed)")
  }

  @Test("finds nothing where long units have both because they are long")
  func longUnits() {
    var (first, others) = (Array(repeating: 0, count: 101), Array(repeating: 0, count: 101))
    first[100] = 5
    others[1] = 20
    let test = ExposureTest(first: first, others: others, secondCount: 6, both: 5)
    #expect(test.expected > 4.9)
    #expect(test.pValue > 0.5)
  }

  @Test("leaves nothing to chance where every unit has the second thing, or none has both")
  func edges() {
    #expect(ExposureTest(first: [0, 2], others: [1, 2], secondCount: 4, both: 2).pValue == 1)
    #expect(ExposureTest(first: [0, 2], others: [0, 2], secondCount: 2, both: 0).pValue == 1)
    #expect(ExposureTest(first: [], others: [], secondCount: 0, both: 0).pValue == 1)
  }

  @Test("is about the same by the exact sum and by the normal distribution")
  func approximation() {
    func test(exactWork: Int) -> ExposureTest {
      ExposureTest(first: [0, 60, 50], others: [0, 70, 40], secondCount: 90, both: 55, exactWork: exactWork)
    }
    let (exact, normal) = (test(exactWork: .max), test(exactWork: 0))
    #expect((0.0001..<0.05).contains(exact.pValue))
    #expect(abs(exact.pValue - normal.pValue) < 0.1 * exact.pValue)
    #expect(abs(exact.expected - normal.expected) < 0.1)
  }
}

@Suite("Follow-up")
struct FollowUpTests {
  private static let hour: Int64 = 3_600_000

  /// A history of `x`, `y` and `z` at these hours.
  private func history(_ events: [(hour: Double, type: String)]) throws -> CodedHistory {
    // Another user before, so that x, y and z have the codes 0, 1 and 2.
    let frame = frame(of: [
      ["x", "y", "z"].map { SimpleEvent(milliseconds: monday, type: $0) },
      events.map { SimpleEvent(milliseconds: monday + Int64($0.hour * Double(Self.hour)), type: $0.type) },
    ])
    let plan = try FeaturePlan(
      options: FeatureOptions(),
      window: AnalysisWindow(asOf: Timestamp(milliseconds: monday + 30 * 24 * Self.hour), days: 31, timeZone: "UTC"),
      types: frame.dictionaries.types)
    return CodedHistory(try #require(plan.timeline(of: frame.frame, userAt: 1)), .eventType)
  }

  /// So many `x`, and as long after each one a `y`.
  private func pairs(_ count: Int, every hours: Double, apart: Double) -> [(hour: Double, type: String)] {
    (0..<count).flatMap { index -> [(hour: Double, type: String)] in
      let hour = Double(index) * hours
      return [(hour, "x"), (hour + apart, "y")]
    }
  }

  private func followUp(_ events: [(hour: Double, type: String)], lagHours: Int64 = 24) throws -> FollowUp {
    let order = SessionOrder(try history(events), items: [0, 1], lag: lagHours * Self.hour)
    return FollowUp(of: 1, after: 0, in: order)
  }

  @Test("inside sessions looks at what they begin and end with")
  func byHand() throws {
    // Days apart: x y | y x | x x y y | x y x (begins and ends alike) | x alone.
    let found = try followUp([
      (0, "x"), (0.1, "y"), (48, "y"), (48.1, "x"), (96, "x"), (96.1, "x"), (96.2, "y"), (96.3, "y"), (144, "x"),
      (144.1, "y"), (144.2, "x"), (192, "x"),
    ])
    #expect(found.forward == 2 && found.backward == 1 && found.difference == 0)
    #expect(found.total == 5 && found.followed == 3 && found.preceded == 2)
    // P(Binomial(3, ½) ≥ 2) = 4/8, twice for two counts.
    #expect(found.pValue == 1)
    #expect(found.balance == 1)
  }

  @Test("sees what comes in a later session that begins within the lag, which need not be full")
  func laterSessions() throws {
    let days = pairs(12, every: 48, apart: 20)
    let found = try followUp(days)
    #expect(found.difference == 12 && found.forward == 0 && found.backward == 0)
    #expect(found.total == 12 && found.followed == 12 && found.preceded == 0)
    #expect(found.pValue < 0.001)
    #expect(try followUp(days, lagHours: 20).difference == 12)
    #expect(try followUp(days, lagHours: 19).difference == 0)
  }

  @Test("sees an order inside sessions of a user who never pauses for the lag")
  func insideSessions() throws {
    let found = try followUp(pairs(12, every: 12, apart: 0.1))
    #expect(found.difference == 0 && found.forward == 12 && found.backward == 0)
    #expect(abs(found.pValue - 2 / 4096) < 1e-12)
    // Every session but the first has a y within the day before.
    #expect(found.followed == 12 && found.preceded == 11)
  }

  @Test("gives no order to events of one moment, as where only dates are known")
  func ties() throws {
    let found = try followUp(pairs(20, every: 48, apart: 0))
    #expect(found.pValue == 1 && found.followed == 0 && found.preceded == 0)
  }

  @Test(
    "difference and variance are those over all orders of the sessions' contents", .tags(.differential),
    arguments: 0..<UInt64(10))
  func permutations(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    // Contents: 0 neither (z), 1 x, 2 y, 3 both; the z keep the sessions.
    let contents = [1, 2] + (0..<4).map { _ in Int.random(in: 0..<4, using: &random) }
    var hours: [Double] = [0]
    for _ in 1..<6 { hours.append(hours[hours.count - 1] + Double.random(in: 2...30, using: &random)) }
    func difference(_ contents: [Int]) -> Int {
      var sum = 0
      for first in 0..<6 {
        for second in first + 1..<6 where hours[second] - hours[first] <= 24 {
          sum += (contents[first] & 1) * (contents[second] >> 1) - (contents[first] >> 1) * (contents[second] & 1)
        }
      }
      return sum
    }
    func orders(_ rest: [Int]) -> [[Int]] {
      rest.isEmpty
        ? [[]]
        : rest.indices.flatMap { index -> [[Int]] in
          var others = rest
          let taken = others.remove(at: index)
          return orders(others).map { [taken] + $0 }
        }
    }
    let all = orders(contents).map { Double(difference($0)) }
    #expect(abs(all.reduce(0, +)) < 1e-9)
    let events = zip(hours, contents).flatMap { hour, content -> [(hour: Double, type: String)] in
      ["x", "y", "z"].enumerated().filter { content & 1 << $0.offset != 0 || $0.offset == 2 }.map { (hour, $0.element) }
    }
    let order = SessionOrder(try history(events), items: [0, 1], lag: 24 * Self.hour)
    #expect(FollowUp(of: 1, after: 0, in: order).difference == difference(contents))
    let variance = FollowUp.variance(
      first: contents.count { $0 & 1 != 0 }, second: contents.count { $0 & 2 != 0 }, both: contents.count { $0 == 3 },
      in: order)
    #expect(abs(variance - all.reduce(0) { $0 + $1 * $1 } / 720) < 1e-9, "seed \(seed)")
  }
}

@Suite("Association patterns")
struct AssociationPatternsTests {
  private func patterns(_ made: MadeUsers, count: Int, seed: UInt64) throws -> [[Pattern]] {
    let detector = AssociationPatterns(.init(), .eventType, terms: MadeUsers.types)
    return try MadeUsers.timelines(made.frame(count: count, seed: seed)).map { detector.patterns(of: $0, user: "u") }
  }

  @Test("are found for at most 5 % of users whose events are independent draws", arguments: [0, 0.5])
  func noise(repetition: Double) throws {
    let found = try patterns(MadeUsers(planted: .repetition(repetition)), count: 300, seed: 41)
    #expect(found.count { !$0.isEmpty } <= 15)
  }

  @Test("are found for at least 90 % of users with a clear link")
  func together() throws {
    let found = try patterns(MadeUsers(planted: .together(0.9), sessions: 60...60), count: 60, seed: 42)
    #expect(found.count { $0.contains { $0.kind == .together && $0.elements == ["x", "y"] } } >= 54)
    let pattern = try #require(found.joined().first { $0.kind == .together && $0.elements == ["x", "y"] })
    #expect(pattern.unit == .sessions && pattern.evidence.count == 5)
    #expect(try #require(pattern.figures["phi"]) >= 0.3 && pattern.lift ?? 0 >= 1.2)
    #expect(pattern.evidence.map(\.start) == pattern.evidence.map(\.start).sorted(by: >))
    #expect(pattern.sentence.english.hasPrefix("x and y go together: both are in "))
    #expect(pattern.sentence.french.contains("vont ensemble\u{202F}: les deux dans "))
  }

  @Test("follow-ups are found for at least 90 % of users with a clear one, and never the contrary")
  func followUps() throws {
    let found = try patterns(MadeUsers(planted: .followUp(1), sessions: 60...60), count: 60, seed: 43)
    #expect(found.count { $0.contains { $0.kind == .followUp && $0.elements == ["x", "y"] } } >= 54)
    #expect(!found.joined().contains { $0.kind == .followUp && $0.elements == ["y", "x"] })
    let pattern = try #require(found.joined().first { $0.kind == .followUp })
    #expect(pattern.figures["lag_hours"] == 24)
    #expect(pattern.sentence.english.hasPrefix("After x, y comes within 24\u{202F}h in "))
  }

  @Test("of a user with few or no frequent things are none")
  func few() throws {
    #expect(try patterns(MadeUsers(planted: .nothing, sessions: 1...1), count: 5, seed: 1).allSatisfy(\.isEmpty))
  }

  @Test("of everybody are found where they are planted, and nowhere in independent draws")
  func everybody() throws {
    let detector = AssociationPatterns(.init(), .eventType, terms: MadeUsers.types)
    func found(_ planted: MadeUsers.Planted, _ count: Int) throws -> [Pattern] {
      var evidence = AssociationEvidence(.eventType, detector.settings)
      var other = evidence
      for (index, timeline) in try MadeUsers.timelines(
        MadeUsers(planted: planted, sessions: 2...6).frame(count: count, seed: 5)
      )
      .enumerated() {
        if index % 2 == 0 { evidence.add(timeline) } else { other.add(timeline) }
      }
      evidence.add(other)
      return try detector.patterns(ofEverybody: evidence, workers: 2)
    }
    #expect(try found(.nothing, 400).isEmpty)
    let followUps = try found(.followUp(0.8), 300).filter { $0.kind == .followUp }
    #expect(followUps.map(\.elements) == [["x", "y"]])
    #expect(try #require(followUps.first?.figures["users_for"]) > 100)
    #expect(try found(.together(0.9), 300).contains { $0.kind == .together && $0.elements == ["x", "y"] })
  }
}

@Suite("Pairs over users")
struct UserPairsTests {
  @Test("classes of numbers of events are single up to 8, then four to an octave")
  func classes() {
    #expect([0, 1, 8].map(UserPairs.eventClass) == [0, 1, 8])
    #expect(
      [9, 10, 11, 12, 13, 14, 15, 16, 19, 20, 32].map(UserPairs.eventClass) == [
        8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 16,
      ])
    #expect((1..<5000).allSatisfy { UserPairs.eventClass($0) <= UserPairs.eventClass($0 + 1) })
  }

  @Test("equal Mantel and Haenszel's sums computed pair by pair", .tags(.differential), arguments: 0..<UInt64(5))
  func twin(seed: UInt64) throws {
    let frame = MadeUsers(planted: .nothing, sessions: 1...4).frame(count: 120, seed: seed)
    var evidence = AssociationEvidence(.eventType, .init())
    for timeline in try MadeUsers.timelines(frame) { evidence.add(timeline) }
    let users = (0..<evidence.userCount).map { user in
      Dictionary(
        uniqueKeysWithValues: (evidence.offsets[user]..<evidence.offsets[user + 1]).map {
          (evidence.codes[$0], Int(evidence.counts[$0]))
        })
    }
    func expected(_ first: UInt32, _ second: UInt32) -> Double {
      let classes = Dictionary(grouping: users) { user in
        UserPairs.eventClass(user.values.reduce(0, +) - (user[first] ?? 0))
      }
      return classes.values.reduce(0) { sum, members in
        sum + Double(members.count { $0[first] != nil }) * Double(members.count { $0[second] != nil })
          / Double(members.count)
      }
    }
    let pairs = try UserPairs(evidence, minimumUsers: 1).pairs(minimumBoth: 1, minimumPhi: -1, workers: 2)
    #expect(pairs.count == 28)
    for pair in pairs {
      #expect(pair.table.both == users.count { $0[pair.first] != nil && $0[pair.second] != nil })
      let twin = max(expected(pair.first, pair.second), expected(pair.second, pair.first))
      #expect(abs(pair.expected - twin) < 1e-9)
    }
  }
}

@Suite("Correlation patterns")
struct CorrelationPatternsTests {
  private static let names = TermDictionary((0..<200).map { "user\($0)" })

  private func table(_ columns: [(name: String, values: [Double])]) throws -> FeatureTable {
    let known = Dictionary(uniqueKeysWithValues: FeatureDictionary.definitions.map { ($0.name, $0) })
    let count = columns[0].values.count
    return FeatureTable(
      window: try AnalysisWindow(asOf: Timestamp(milliseconds: monday), days: 30, timeZone: "UTC"),
      definitions: try columns.map { try #require(known[$0.name]) }, users: (0..<UInt32(count)).map { $0 },
      values: (0..<count).flatMap { row in columns.map { $0.values[row] } })
  }

  @Test("are those of features that nothing but users bind, over the users who have both")
  func planted() throws {
    var random = SplitMix64(seed: 3)
    let night = (0..<200).map { _ in Double.random(in: 0..<1, using: &random) }
    let results = night.enumerated().map { $0.offset % 10 == 0 ? Double.nan : $0.element * 9 + 1 }
    let noise = night.map { _ in Double.random(in: 0..<1, using: &random) }
    let found = try CorrelationPatterns(.init(), workers: 2).patterns(
      of: table([
        ("night_share", night), ("weekend_share", night), ("search_results_mean", results), ("bounce_rate", noise),
      ]), users: Self.names)
    // Both clock features go with the results, and say the same; between themselves they are bound.
    #expect(found.map(\.elements) == [["night_share", "search_results_mean"]])
    #expect(found[0].support == 180 && found[0].total == 200)
    #expect(abs((found[0].figures["rank_correlation"] ?? 0) - 1) < 1e-12)
    #expect(found[0].sentence.english.contains("rise and fall together (rank correlation 1)"))
  }

  @Test("are none for few users")
  func few() throws {
    let values = (0..<19).map(Double.init)
    let table = try table([("night_share", values), ("search_results_mean", values)])
    #expect(try CorrelationPatterns(.init(), workers: 1).patterns(of: table, users: Self.names).isEmpty)
  }

  @Test("every feature of the dictionary is known to be made of something")
  func ingredients() {
    #expect(Set(BoundFeatures.ingredients.keys) == Set(FeatureDictionary.definitions.map(\.name)))
    #expect(BoundFeatures.areBound("event_count", "session_count"))
    #expect(!BoundFeatures.areBound("event_count", "night_share"))
    #expect(!BoundFeatures.areBound("event_count", "a feature of the application"))
  }
}
