import HabitusModel
import Testing

@testable import HabitusStore

/// What `reading` delivers of `events`, from the definition: in the order of frames, persons by name.
func expected(_ events: [Event], _ reading: EventReading) -> [Event] {
  inFrameOrder(
    events.compactMap { event in
      if event.isBot && !reading.includesBots || reading.excludes(event.user) { return nil }
      var event = event
      event.user = reading.person(of: event.user)
      return event
    })
}

extension EventSnapshot {
  /// Everything that a scan delivers, users by name; makes sure that no user comes twice.
  func delivered(_ columns: EventColumns = .all, workers: Int = 1) throws -> [Event] {
    let parts = try scan(columns: columns, workers: workers, makeState: {}) { (_: inout Void, frame) in
      #expect(frame.eventCount > 0 && frame.offsets.last == frame.eventCount)
      #expect(zip(frame.users, frame.users.dropFirst()).allSatisfy { $0 < $1 })
      #expect(zip(frame.offsets, frame.offsets.dropFirst()).allSatisfy { $0 < $1 })
      return (users: frame.users, events: frame.copy().restricted(to: columns).events(dictionaries))
    }
    let users = parts.flatMap(\.users)
    #expect(Set(users).count == users.count)
    var byUser: [UserID: [Event]] = [:]
    for event in parts.lazy.flatMap(\.events) { byUser[event.user, default: []].append(event) }
    return byUser.keys.sorted().flatMap { byUser[$0] ?? [] }
  }
}

extension EventFrame {
  /// A frame of its own, from one that is only lent.
  borrowing func copy() -> EventFrame { copy self }
}

extension Store {
  /// Stores events in an order and by ways that `seed` draws: several runs, merged or not, and the log.
  func scatter(_ events: [Event], seed: UInt64) throws {
    var random = Seeded(state: seed)
    var rest = events.shuffled(using: &random)[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(Int.random(in: 1...max(1, events.count / 3), using: &random)))
      rest = rest.dropFirst(part.count)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: try append(part, namespace: "test")
      case 1: try importAll(part, flushSize: 64)
      default: try importAll(part)
      }
      if Int.random(in: 0..<4, using: &random) == 0 { try fold(workers: 1) }
    }
  }
}

/// A reading that joins, hides and shows by chance: chains, circles and unknown ids among the edges of `users` users.
func randomReading(users: Int, seed: UInt64) -> EventReading {
  var random = Seeded(state: seed)
  var edges: [UserID: UserID] = [:]
  for _ in 0..<Int.random(in: 0...users, using: &random) {
    let member = UserID("u\(Int.random(in: 0..<users + 2, using: &random))")
    let isStranger = Int.random(in: 0..<4, using: &random) == 0
    edges[member] = UserID("\(isStranger ? "p" : "u")\(Int.random(in: 0..<users, using: &random))")
  }
  let excluded = (0..<users / 6).map { _ in UserID("u\(Int.random(in: 0..<users, using: &random))") }
  return EventReading(persons: edges, excluded: excluded, includesBots: Bool.random(using: &random))
}
