import Foundation
import GRDB
import HabitusKernels
import HabitusModel
import Testing

@testable import Habitus

@Suite("The rule of a group")
struct ClusterRuleTests {
  private typealias Condition = ClusterRule.Condition

  private func vector(_ values: [String: Double], types: [String: Int] = [:]) -> FeatureVector {
    let window = AnalysisWindow(
      start: Timestamp(milliseconds: monday), asOf: Timestamp(milliseconds: monday + 1), days: 1)
    let names = values.keys.sorted()
    return FeatureVector(
      user: "u", window: window, definitions: names.map { definition($0) }, storage: names.compactMap { values[$0] },
      activity: ActivitySummary(countByType: types))
  }

  private func rule(_ alternatives: [[Condition]]) -> ClusterRule {
    ClusterRule(
      cluster: 1, alternatives: alternatives, text: LocalizedText(english: "", french: ""), precision: 1, recall: 1,
      f1Score: 1)
  }

  @Test("by hand: a threshold between the groups, in words, in SQL and as a function")
  func byHand() throws {
    let described = description([
      (definition("session_duration_mean_s"), [100, 110, 120, 280, 290, 300]),
      (definition("event_count"), [5, 9, 7, 6, 8, 7]),
    ])
    let rule = try #require(try described.rule(for: 1, labels: threeAndThree, ids: [3, 8]))
    #expect(rule.cluster == 8 && rule.precision == 1 && rule.recall == 1 && rule.f1Score == 1)
    #expect(rule.alternatives == [[Condition(feature: "session_duration_mean_s", above: 200)]])
    #expect(rule.text.english == "mean length of a session > 3\u{202F}min\u{202F}20\u{202F}s")
    #expect(rule.text.french == "durée moyenne d’une session > 3\u{202F}min\u{202F}20\u{202F}s")
    #expect(rule.sql == "\"session_duration_mean_s\" > 200")
    #expect(rule.matches(vector(["session_duration_mean_s": 200.5])))
    #expect(!rule.matches(vector(["session_duration_mean_s": 200])) && !rule.matches(vector(["event_count": 9])))
    let decoded = try JSONDecoder().decode(ClusterRule.self, from: JSONEncoder().encode(rule))
    #expect(decoded == rule)
  }

  @Test("there is none for everybody, for nobody, and where nothing differs")
  func none() throws {
    let described = description([(definition("event_count"), [1, 2, 3, 4, 5, 6])])
    #expect(try described.rule(for: 0, labels: Array(repeating: 0, count: 6), ids: [1]) == nil)
    #expect(try described.rule(for: 1, labels: Array(repeating: 0, count: 6), ids: [1, 2]) == nil)
    let constant = description([(definition("event_count"), [2, 2, 2, 2, 2, 2])])
    #expect(try constant.rule(for: 0, labels: threeAndThree, ids: [1, 2]) == nil)
    #expect(throws: KernelError.self) {
      try described.rule(for: 0, labels: threeAndThree, ids: [1, 2], maximumDepth: 0)
    }
  }

  @Test("shares of event types are asked for only where exported features do not do")
  func eventTypes() throws {
    let types = (definition("type:pay"), [0.1, 0.1, 0.1, 0.5, 0.5, 0.5])
    let both = description([types, (definition("event_count"), [1, 2, 3, 4, 5, 6])])
    #expect(
      try both.rule(for: 1, labels: threeAndThree, ids: [1, 2])?.alternatives.first?.first?.feature == "event_count")
    let needed = description([types, (definition("event_count"), [1, 2, 1, 2, 1, 2])])
    let rule = try #require(try needed.rule(for: 1, labels: threeAndThree, ids: [1, 2]))
    #expect(rule.sql == "\"type:pay\" > 0.3" && rule.text.english == "share of “pay” > 30\u{202F}%")
    #expect(rule.matches(vector(["event_count": 10], types: ["pay": 4, "look": 6])))
    #expect(!rule.matches(vector(["event_count": 10], types: ["look": 10])))
  }

  @Test("SQL quotes names, writes numbers plainly and says what becomes of NULL")
  func sqlText() {
    #expect(rule([[Condition(feature: "a\"b", above: 1e-7)]]).sql == "\"a\"\"b\" > 1e-07")
    #expect(
      rule([
        [Condition(feature: "a", above: 1, atMost: 2.5, missingValue: .accepted), Condition(feature: "b", atMost: -3)]
      ])
      .sql == "((\"a\" > 1 AND \"a\" <= 2.5) OR \"a\" IS NULL) AND \"b\" <= -3")
    #expect(
      rule([
        [Condition(feature: "a", above: 1), Condition(feature: "b", missingValue: .required)],
        [Condition(feature: "c", atMost: 2, missingValue: .accepted)], [Condition(feature: "d")],
      ]).sql
        == "(\"a\" > 1 AND \"b\" IS NULL) OR (\"c\" <= 2 OR \"c\" IS NULL) OR \"d\" IS NOT NULL")
  }

  @Test("SQL selects the users that the rule matches, NULL included", arguments: 0..<UInt64(30))
  func sqlTwin(seed: UInt64) throws {
    var random = SmallGenerator(state: seed)
    let names = ["event_count", "odd \"name\"", "type:a b"]
    let rows = (0..<120).map { _ in
      names.map { _ in
        Double.random(in: 0..<1, using: &random) < 0.2 ? Double.nan : Double(Int.random(in: 0..<9, using: &random)) / 8
      }
    }
    let labels: [Int?] = rows.map { row in
      let isMember = row[0].isNaN ? row[1] > 0.3 : row[0] > 0.5 && !(row[2] <= 0.25)
      return isMember != (Double.random(in: 0..<1, using: &random) < 0.1) ? 0 : 1
    }
    let described = description(names.indices.map { column in (definition(names[column]), rows.map { $0[column] }) })
    for depth in 1...4 {
      let rule = try #require(
        try described.rule(for: 0, labels: labels, ids: [5, 6], maximumDepth: depth), "seed \(seed)")
      let matching = rows.indices.filter { row in
        rule.matches(vector(Dictionary(uniqueKeysWithValues: zip(names, rows[row]))))
      }
      #expect(try selected(rule.sql, names, rows) == matching, "seed \(seed), \(rule.sql)")
      let members = Set(labels.indices.filter { labels[$0] == 0 })
      let hits = Double(matching.count { members.contains($0) })
      #expect(abs(rule.precision - hits / Double(matching.count)) < 1e-12, "seed \(seed)")
      #expect(abs(rule.recall - hits / Double(members.count)) < 1e-12, "seed \(seed)")
      #expect(!rule.text.english.isEmpty && !rule.text.french.isEmpty)
    }
  }

  @Test("every kind of condition selects in SQL as it matches")
  func sqlOfEveryCondition() throws {
    let kinds: [Condition.MissingValue] = [.refused, .accepted, .required]
    let values = [[-1.0], [0], [0.5], [1], [2], [.nan]]
    for missing in kinds {
      for (above, atMost) in [(nil, nil), (0.0, nil), (nil, 1.0), (0, 1)] as [(Double?, Double?)] {
        let condition = Condition(feature: "x", above: above, atMost: atMost, missingValue: missing)
        for other in kinds {
          let rule = rule([[condition], [Condition(feature: "x", above: 1.5, missingValue: other)]])
          let matching = values.indices.filter { rule.matches(vector(["x": values[$0][0]])) }
          #expect(try selected(rule.sql, ["x"], values) == matching, "\(rule.sql)")
        }
      }
    }
  }

  /// The rows that SQLite selects.
  private func selected(_ condition: String, _ names: [String], _ rows: [[Double]]) throws -> [Int] {
    let database = try DatabaseQueue()
    return try database.write { database in
      let columns = names.map { "\"\($0.replacing("\"", with: "\"\""))\"" }
      try database.execute(
        sql: "CREATE TABLE users (row INTEGER, \(columns.map { $0 + " DOUBLE" }.joined(separator: ", ")))")
      for (index, row) in rows.enumerated() {
        let values: [Double?] = row.map { $0.isNaN ? nil : $0 }
        let places = Array(repeating: "?", count: names.count + 1).joined(separator: ", ")
        try database.execute(
          sql: "INSERT INTO users VALUES (\(places))", arguments: StatementArguments([Double(index)] + values))
      }
      return try Int.fetchAll(database, sql: "SELECT row FROM users WHERE \(condition) ORDER BY row")
    }
  }
}
