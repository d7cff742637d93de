import Foundation
import HabitusModel
import HabitusStore
import HabitusTracking
import Synchronization
import Testing

@testable import Habitus

@Suite("Intake")
struct IntakeTests {
  private let source = IntakeSource(protocolName: "segment", name: "web", namespace: "segment")

  private func event(_ id: String, _ user: String = "u", properties: String? = nil) -> Event {
    Event(
      id: id, user: UserID(user), time: Timestamp(milliseconds: 1_000), type: "click", source: "segment",
      properties: properties)
  }

  private func reading(_ events: [Event], address: String? = nil, userAgent: String? = nil) -> TrackerReading {
    var reading = TrackerReading(answer: TrackerAnswer(status: 200))
    reading.events = events.map { TrackedEvent($0, address: address, userAgent: userAgent) }
    return reading
  }

  private func stored(_ workspace: Workspace) throws -> [Event] {
    let snapshot = try workspace.store.snapshot()
    return try snapshot.scan(columns: .all, workers: 1, makeState: {}) { (_: inout Void, frame) in
      frame.events(snapshot.dictionaries)
    }.flatMap(\.self)
  }

  @Test("stores events once, and says what became of them")
  func receipts() async throws {
    let test = try TestWorkspace()
    let intake = try Intake(test.workspace)
    var receipt = try await intake.accept(reading([event("1"), event("2"), event("1")]), from: source)
    #expect((receipt.stored, receipt.duplicate, receipt.differing) == (2, 1, 0))
    var changed = event("2")
    changed.value = 7
    receipt = try await intake.accept(reading([changed, event("3")]), from: source)
    #expect((receipt.stored, receipt.duplicate, receipt.differing) == (1, 0, 1))
    // Another namespace tells ids apart.
    let other = IntakeSource(protocolName: "matomo", name: "open", namespace: "matomo")
    #expect(try await intake.accept(reading([event("1")]), from: other).stored == 1)
    #expect(try stored(test.workspace).count == 4)
    let counters = intake.counters
    #expect(counters.sources[source]?.accepted == 5 && counters.sources[source]?.stored == 3)
    #expect(counters.queuedEvents == 0 && counters.commits == 3)
    #expect(
      try await intake.accept(TrackerReading(answer: TrackerAnswer(status: 200)), from: source) == IntakeReceipt())
  }

  @Test("truncates addresses, marks bots and quarantines what no store can hold, before anything is stored")
  func screening() async throws {
    let test = try TestWorkspace()
    let intake = try Intake(test.workspace)
    _ = try await intake.accept(
      reading([event("1", properties: "{\"a\":1}")], address: "203.0.113.77", userAgent: "Googlebot/2.1"), from: source)
    _ = try await intake.accept(reading([event("2"), event("3", "a\0b")], address: "2001:db8:7:8::9"), from: source)
    var refused = TrackerReading(answer: TrackerAnswer(status: 200))
    refused.refused = [RefusedPayload(reason: "no_user", message: "no user", raw: Array("from 203.0.113.77".utf8))]
    #expect(try await intake.accept(refused, from: source).refused == 1)
    let events = try stored(test.workspace).sorted { $0.id < $1.id }
    #expect(events.map(\.properties) == ["{\"a\":1,\"ip\":\"203.0.113.0\"}", "{\"ip\":\"2001:db8:7::\"}"])
    #expect(events.map(\.isBot) == [true, false])
    let rows = try test.workspace.store.quarantinedRows()
    #expect(rows.map(\.reason) == ["unstorable", "no_user"] && rows.allSatisfy { $0.file == "segment/web" })
    #expect(String(decoding: rows[1].raw, as: UTF8.self) == "from 203.0.113.0")
    #expect(intake.counters.refused[source] == ["unstorable": 1, "no_user": 1])
  }

  @Test("stores nothing of a user who does not agree, from the very statement on, whoever wrote it")
  func consent() async throws {
    let test = try TestWorkspace()
    let intake = try Intake(test.workspace, clock: { Timestamp(milliseconds: 50) })
    func statement(_ isGranted: Bool, _ time: Int64) -> ConsentStatement {
      ConsentStatement(
        user: "u", purpose: "analytics", isGranted: isGranted, time: Timestamp(milliseconds: time), source: "test")
    }
    #expect(try await intake.accept(reading([event("1")]), from: source).stored == 1)
    var withdrawal = TrackerReading(answer: TrackerAnswer(status: 200))
    withdrawal.consents = [statement(false, 10)]
    _ = try await intake.accept(withdrawal, from: source)
    let receipt = try await intake.accept(reading([event("2"), event("3", "other")]), from: source)
    #expect((receipt.stored, receipt.withoutConsent) == (1, 1))
    // As another process does it.
    _ = try test.workspace.store.recordConsents([statement(true, 20)], at: Timestamp(milliseconds: 20))
    #expect(try await intake.accept(reading([event("2")]), from: source).stored == 1)
    let counts = try test.workspace.store.intakeCounts()
    #expect(counts.first { $0.key == .withoutConsent }?.count == 1)
  }

  @Test("serves many senders at once: every receipt is right, and one bad delivery takes no other with it")
  func together() async throws {
    let test = try TestWorkspace()
    let seen = Mutex(0)
    let intake = try Intake(test.workspace, onStored: { users in seen.withLock { $0 += users.count } })
    let stored = try await withThrowingTaskGroup(of: Int.self) { group in
      for sender in 0..<40 {
        group.addTask {
          // Two senders share each batch, as after a lost answer.
          let events = (0..<25).map { event("\(sender / 2)-\($0)", "user \(sender % 7)") }
          return try await intake.accept(reading(events), from: source).stored
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(stored == 500)
    #expect(seen.withLock { $0 } == 500)
    #expect(try self.stored(test.workspace).count == 500)
    await intake.stop()
    await #expect(throws: IntakeError.stopped) { try await intake.accept(reading([event("x")]), from: source) }
  }

  @Test("asks senders to come again when too much waits, and takes a single large delivery all the same")
  func backpressure() async throws {
    let test = try TestWorkspace { $0.intake.maximumQueuedEventCount = 10 }
    let intake = try Intake(test.workspace)
    #expect(try await intake.accept(reading((0..<50).map { event("\($0)") }), from: source).stored == 50)
    let taken = await withTaskGroup(of: Int.self) { group in
      for sender in 0..<30 {
        group.addTask {
          do {
            return try await intake.accept(reading((0..<9).map { event("\(sender)-\($0)") }), from: source).stored
          } catch {
            #expect(error as? IntakeError == .busy(retryAfter: .seconds(1)))
            return 0
          }
        }
      }
      return await group.reduce(0, +)
    }
    // What was taken is stored, what was not is not.
    #expect(try stored(test.workspace).count == 50 + taken)
  }

  @Test("joins identities that a tracker states, by the rules")
  func links() async throws {
    let test = try TestWorkspace()
    let intake = try Intake(test.workspace)
    var reading = reading([event("1", "visitor")])
    reading.links = [
      IdentityStatement(
        former: "visitor", known: "ann", time: Timestamp(milliseconds: 5), kind: .identify, source: "segment"),
      IdentityStatement(
        former: "null", known: "ann", time: Timestamp(milliseconds: 6), kind: .identify, source: "segment"),
    ]
    _ = try await intake.accept(reading, from: source)
    #expect(try test.workspace.store.personIndex().members(of: "ann") == ["ann", "visitor"])
  }
}
