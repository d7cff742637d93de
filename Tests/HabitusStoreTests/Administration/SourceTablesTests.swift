import Foundation
import HabitusModel
import Testing

@testable import HabitusStore

@Suite("Sources and counts")
struct SourceTablesTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store.open(at: folder.path, for: .administer)
  }

  @Test("A state comes back as it was kept, changes in one transaction, and can be forgotten")
  func states() throws {
    let full = SourceState(
      name: "pg", kind: "postgresql", position: #"{"created_at":"2026-01-05","id":9007199254740993}"#,
      lastAttempt: Timestamp(milliseconds: 20), lastSuccess: Timestamp(milliseconds: 10), lastError: "no route to host",
      pulledEventCount: 1 << 40, consecutiveFailures: 3)
    #expect(try store.updateSourceState("pg", kind: "postgresql") { $0 = full } == full)
    #expect(try store.sourceState("pg") == full && full.health == .failing)
    let fresh = try store.updateSourceState("A", kind: "http") { _ in }
    #expect(fresh == SourceState(name: "A", kind: "http") && fresh.health == .new)
    #expect(try store.sourceStates().map(\.name) == ["A", "pg"])
    #expect(try store.removeSourceState("pg") && !store.removeSourceState("pg"))
    #expect(try store.sourceState("pg") == nil)
    #expect(throws: StoreError.self) { try store.updateSourceState("", kind: "x") { _ in } }
    #expect(throws: StoreError.self) { try store.updateSourceState("x", kind: "x") { $0.lastError = "a\0b" } }
  }

  @Test("Counts add up by day, source and key, and are read by day")
  func counts() throws {
    func count(_ day: Int, _ source: String, _ key: IntakeCount.Key, _ count: Int) -> IntakeCount {
      IntakeCount(day: CivilDate(daysSince1970: day), source: source, key: key, count: count)
    }
    try store.addIntakeCounts([
      count(2, "segment", .stored, 5), count(2, "segment", .stored, 2), count(2, "a\0b", .refused(reason: "x\0"), 1),
      count(3, "segment", .refused(reason: "no_user"), 4), count(-1, "segment", .withoutConsent, 1),
      count(3, "segment", .bot, 0),
    ])
    try store.addIntakeCounts([count(3, "segment", .refused(reason: "no_user"), 1)])
    #expect(
      try store.intakeCounts() == [
        count(-1, "segment", .withoutConsent, 1), count(2, "a\u{FFFD}b", .refused(reason: "x\u{FFFD}"), 1),
        count(2, "segment", .stored, 7), count(3, "segment", .refused(reason: "no_user"), 5),
      ])
    let day = CivilDate(daysSince1970: 3)
    #expect(try store.intakeCounts(on: day...day).map(\.count) == [5])
    #expect(Timestamp(milliseconds: -1).utcDay == CivilDate(daysSince1970: -1))
  }

  @Test(
    "Every key is read from its text",
    arguments: [
      .stored, .duplicate, .differing, .withoutConsent, .bot, .refused(reason: "no_user"), .refused(reason: ""),
    ]
      as [IntakeCount.Key])
  func keys(key: IntakeCount.Key) { #expect(IntakeCount.Key(key.text) == key) }

  @Test("A transaction of another writer can count, and counts nothing when it is given up")
  func joining() throws {
    struct GivenUp: Error {}
    let count = IntakeCount(day: CivilDate(daysSince1970: 1), source: "s", key: .stored, count: 1)
    #expect(throws: GivenUp.self) {
      try store.administer { db in
        try SourceTables.addCounts(db, [count])
        throw GivenUp()
      }
    }
    #expect(try store.intakeCounts().isEmpty)
  }
}
