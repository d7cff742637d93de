import Habitus
import Testing

@Suite("SourceStates")
struct SourceStatesTests {
  @Test("Failures leave the position and count up; a success counts events and forgets the error")
  func states() async throws {
    let made = try TestWorkspace()
    let states = SourceStates(made.workspace)
    func at(_ time: Int64) -> Timestamp { Timestamp(milliseconds: time) }
    #expect(try await states.state("pg") == nil)
    try await states.succeeded("pg", kind: "postgresql", position: #"{"id":1}"#, eventCount: 5, at: at(1))
    try await states.failed("pg", kind: "postgresql", error: "gone\0", at: at(2))
    let failing = try await states.failed("pg", kind: "postgresql", error: "gone", at: at(3))
    #expect(failing.consecutiveFailures == 2 && failing.health == .failing && failing.lastSuccess == at(1))
    #expect(failing.position == #"{"id":1}"# && failing.lastError == "gone" && failing.lastAttempt == at(3))
    let well = try await states.succeeded("pg", kind: "postgresql", position: nil, eventCount: 2, at: at(4))
    #expect(well.health == .healthy && well.lastError == nil && well.pulledEventCount == 7)
    #expect(well.position == #"{"id":1}"#)
    #expect(try await states.state("pg") == well)
  }

  @Test("Sources that were read and sources that sent are summed up together, by name")
  func summaries() async throws {
    let made = try TestWorkspace()
    let states = SourceStates(made.workspace)
    try await states.succeeded("b", kind: "http", position: nil, eventCount: 1, at: Timestamp(milliseconds: 1))
    func day(_ number: Int) -> CivilDate { CivilDate(daysSince1970: number) }
    try made.workspace.store.addIntakeCounts([
      IntakeCount(day: day(1), source: "b", key: .stored, count: 1),
      IntakeCount(day: day(2), source: "b", key: .stored, count: 2),
      IntakeCount(day: day(2), source: "a", key: .refused(reason: "no_user"), count: 3),
    ])
    let all = try await states.summaries()
    #expect(all.map(\.name) == ["a", "b"] && all[0].state == nil && all[1].state?.kind == "http")
    #expect(all[1].counts == [.stored: 3])
    #expect(try await states.summaries(on: day(1)...day(1)).map(\.counts) == [[.stored: 1]])
  }
}
