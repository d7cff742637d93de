import HabitusModel
import Testing

@testable import HabitusStore

@Suite("A scan by person")
struct PersonScanTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func open() throws -> Store { try Store.open(at: folder.path, for: .write) }

  /// Some events with every third one of a bot.
  private func someEvents(_ count: Int, users: Int, seed: UInt64) -> [Event] {
    var events = randomEvents(count: count, users: users, seed: seed)
    for index in events.indices where index % 3 == 1 { events[index].isBot = true }
    return events
  }

  @Test("delivers what would have been delivered had the events come with the canonical ids", arguments: 0..<24)
  func likeCanonical(seed: UInt64) throws {
    let users = [2, 5, 12, 40][Int(seed % 4)]
    let events = someEvents(400, users: users, seed: seed + 40)
    let reading = randomReading(users: users, seed: seed)
    let store = try open()
    try store.scatter(events, seed: seed)
    let snapshot = try store.snapshot(reading: reading)
    #expect(snapshot.eventCount == events.count)
    #expect(snapshot.timeRange?.lowerBound == events.map(\.time).min())
    #expect(snapshot.timeRange?.upperBound == events.map(\.time).max())
    let wanted = expected(events, reading)
    for workers in [1, 2] { #expect(try snapshot.delivered(workers: workers) == wanted) }
    for user in Set(events.map(\.user) + wanted.map(\.user)) {
      let person = reading.person(of: user)
      let own = wanted.filter { $0.user == person }
      let code = try #require(snapshot.code(of: user) ?? (reading.excludes(user) ? 0 : nil))
      guard !reading.excludes(user) else { continue }
      #expect(try snapshot.events(of: code).events(snapshot.dictionaries) == own)
      // The code that the events came with leads to the person, too.
      guard let stored = snapshot.dictionaries.users.code(of: user.rawValue) else { continue }
      #expect(try snapshot.events(of: stored).events(snapshot.dictionaries) == own)
    }
    for user in reading.excludedPersons {
      guard let code = snapshot.dictionaries.users.code(of: user.rawValue) else { continue }
      #expect(try snapshot.events(of: code).users.isEmpty)
    }
    #expect(try store.allEvents() == inFrameOrder(events))
  }

  @Test(
    "has the order of the canonical ids also where only some columns are read",
    arguments: [
      [], .items, .categories, .values, [.items, .values], .sessions, [.pages, .categories], .properties, .sources,
      [.items, .categories, .values, .sessions], .ids, [.items, .ids], .bots,
    ] as [EventColumns])
  func someColumns(columns: EventColumns) throws {
    for seed in 0..<4 as Range<UInt64> {
      let folders = try (TemporaryFolder(), TemporaryFolder())
      let events = someEvents(300, users: 8, seed: seed + 9)
      let reading = EventReading(persons: ["u1": "u2", "u3": "u2", "u4": "u5", "u6": "p"])
      let store = try Store.open(at: folders.0.path, for: .write)
      // One run, where nothing but persons needs an order; then several and the log.
      if seed < 2 { try store.importAll(events) } else { try store.scatter(events, seed: seed) }
      let canonical = try Store.open(at: folders.1.path, for: .write)
      try canonical.importAll(expected(events, reading))
      let wanted = try canonical.snapshot().delivered(columns)
      for withAllStrings in [true, false] {
        let snapshot = try store.snapshot(withAllStrings: withAllStrings, reading: reading)
        // Texts of columns that were not loaded cannot be told; the others are the same.
        guard withAllStrings else {
          #expect(
            try snapshot.scan(columns: columns, workers: 2, makeState: {}) { (_: inout Void, frame) in
              frame.eventCount
            }.reduce(0, +) == wanted.count)
          continue
        }
        #expect(try snapshot.delivered(columns) == wanted)
      }
    }
  }

  @Test("puts persons together whose events stand in many segments")
  func manySegments() throws {
    let store = try open()
    let users = 3000
    var random = Seeded(state: 5)
    let events = (0..<200_000).map { index in
      Event(
        id: "\(index)", user: UserID("u\(index % users)"),
        time: Timestamp(milliseconds: Int64.random(in: 0..<40_000, using: &random)), type: "view",
        item: "i\(index % 7)")
    }
    try store.importAll(events, batchSize: 50_000, flushSize: 1 << 19)
    #expect(try store.read { db in try SegmentReader.runs(db).map(\.count) } == [2])
    // Persons of one to five ids from all over, more events than one frame holds; a third of the users stay alone.
    var edges: [UserID: UserID] = [:]
    for user in 0..<users where user % 3 > 0 { edges[UserID("u\(user)")] = UserID("p\(user * 7919 % 700)") }
    let reading = EventReading(persons: edges, excluded: ["u1", "u3"])
    func wanted(_ reading: EventReading) -> [Event] {
      events.compactMap { event -> Event? in
        var event = event
        event.user = reading.person(of: event.user)
        return reading.excludes(event.user) ? nil : event
      }.sorted { a, b in
        (a.user.rawValue, a.time, a.item ?? "", a.id) < (b.user.rawValue, b.time, b.item ?? "", b.id)
      }
    }
    let snapshot = try store.snapshot(reading: reading)
    let joined = wanted(reading)
    #expect(try snapshot.delivered([.items, .ids], workers: 2) == joined)
    let person = reading.person(of: "u2")
    #expect(
      try snapshot.events(of: try #require(snapshot.code(of: "u2"))).events(snapshot.dictionaries)
        == joined.filter { $0.user == person })
    // All joined into one: more events than any segment has.
    let one = EventReading(persons: Dictionary(uniqueKeysWithValues: (0..<users).map { (UserID("u\($0)"), "all") }))
    #expect(try store.snapshot(reading: one).delivered([.items, .ids], workers: 2) == wanted(one))
  }

  @Test("gives results in one order, whatever the number of workers")
  func orderOfResults() throws {
    let store = try open()
    try store.importAll(randomEvents(count: 500, users: 30, seed: 3))
    let snapshot = try store.snapshot(reading: EventReading(persons: ["u3": "u9", "u4": "zzz", "u20": "u1"]))
    let orders = try [1, 2].map { workers in
      try snapshot.scan(columns: [], workers: workers, makeState: {}) { (_: inout Void, frame) in frame.users }
        .flatMap { $0 }
    }
    #expect(orders[0] == orders[1])
    let persons = try ["u9", "zzz", "u1"].map { try #require(snapshot.code(of: UserID($0))) }.sorted()
    #expect(Array(orders[0].suffix(3)) == persons)
    #expect(zip(orders[0].dropLast(3), orders[0].dropLast(3).dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("of an empty store delivers nothing")
  func emptyStore() throws {
    let snapshot = try open().snapshot(reading: EventReading(persons: ["a": "b"], excluded: ["c"]))
    #expect(try snapshot.delivered(workers: 2).isEmpty)
    #expect(snapshot.code(of: "a") == nil && snapshot.code(of: "b") == nil)
    #expect(snapshot.excludes("c") && snapshot.timeRange == nil && snapshot.eventCount == 0)
  }

  @Test("delivers nothing where all are excluded, or all events are bots', and counts them all the same")
  func nothingLeft() throws {
    let store = try open()
    var events = randomEvents(count: 90, users: 4, seed: 1)
    for index in events.indices { events[index].isBot = true }
    try store.scatter(events, seed: 2)
    for reading in [
      EventReading(), EventReading(persons: ["u1": "u2"]),
      EventReading(excluded: ["u0", "u1", "u2", "u3"], includesBots: true),
      EventReading(persons: ["u0": "u1", "u1": "x", "u2": "x", "u3": "x"], excluded: ["u2"], includesBots: true),
    ] {
      let snapshot = try store.snapshot(reading: reading)
      #expect(try snapshot.delivered(workers: 2).isEmpty)
      #expect(snapshot.eventCount == 90)
      let code = try #require(snapshot.dictionaries.users.code(of: "u1"))
      #expect(try snapshot.events(of: code).users.isEmpty)
    }
    #expect(try store.snapshot(reading: EventReading(includesBots: true)).delivered() == inFrameOrder(events))
  }

  @Test(
    "ignores ids that the store does not know, and gives a code to a canonical id that had no event, in memory alone")
  func unknownIds() throws {
    let store = try open()
    try store.importAll(randomEvents(count: 60, users: 3, seed: 4))
    let known = try store.snapshot().dictionaries.users.count
    let strangers = try store.snapshot(reading: EventReading(persons: ["x": "y"], excluded: ["z"]))
    #expect(strangers.dictionaries.users.count == known)
    #expect(strangers.code(of: "x") == nil)
    let member = try store.snapshot(reading: EventReading(persons: ["x": "u1"]))
    #expect(member.code(of: "x") == member.code(of: "u1"))
    #expect(try member.delivered() == store.allEvents())
    let canonical = try store.snapshot(reading: EventReading(persons: ["u1": "y"]))
    #expect(canonical.code(of: "u1") == UInt32(known))
    #expect(canonical.dictionaries.users.text(of: UInt32(known)) == "y")
    #expect(try store.snapshot().dictionaries.users.count == known)
    #expect(try store.userIDs() == ["u0", "u1", "u2"])
    let hidden = try store.snapshot(reading: EventReading(persons: ["u1": "y"], excluded: ["y"]))
    #expect(hidden.dictionaries.users.count == known)
    #expect(hidden.excludes("u1"))
  }
}
