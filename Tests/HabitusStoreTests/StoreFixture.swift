import Foundation
import HabitusModel

@testable import HabitusStore

/// A folder for one test's store, removed at the end.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "habitus-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Random events of a few users with many ties, repeats and missing parts.
func randomEvents(count: Int, users: Int, seed: UInt64) -> [Event] {
  var random = Seeded(state: seed)
  return (0..<count).map { index in
    Event(
      id: "e\(index)", user: UserID("u\(Int.random(in: 0..<users, using: &random))"),
      time: Timestamp(milliseconds: Int64.random(in: 0..<500, using: &random) * 1000),
      type: ["view", "click", "save"].randomElement(using: &random)!,
      session: Bool.random(using: &random) ? "s\(Int.random(in: 0..<9, using: &random))" : nil,
      item: Bool.random(using: &random) ? "i\(Int.random(in: 0..<5, using: &random))" : nil,
      category: Bool.random(using: &random) ? "c\(Int.random(in: 0..<3, using: &random))" : nil,
      value: Bool.random(using: &random) ? Double(Int.random(in: -20..<20, using: &random)) / 8 : nil,
      page: Bool.random(using: &random) ? "/p\(Int.random(in: 0..<4, using: &random))" : nil,
      properties: Int.random(in: 0..<4, using: &random) == 0 ? "{\"n\":\(index)}" : nil)
  }
}

/// A small deterministic generator for tests.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

extension Store {
  /// Imports events as one file, in batches of `batchSize`, as one parser would hand them over.
  @discardableResult
  func importAll(_ events: [Event], batchSize: Int = 100, workers: Int = 2, flushSize: Int = 1 << 16) throws
    -> EventImport.Summary
  {
    let session = try beginImport(namespace: "test", workers: workers, flushSize: flushSize)
    var dictionaries = EventDictionaries()
    try session.beginFile()
    for start in stride(from: 0, to: events.count, by: batchSize) {
      let before = Dictionaries.counts(dictionaries)
      var batch = EventBatch()
      for event in events[start..<min(events.count, start + batchSize)] { batch.append(event, coding: &dictionaries) }
      try session.append(batch, parser: 0, newTerms: EventTerms(dictionaries, after: before))
    }
    return try session.finish()
  }

  /// Everything in the store, in the order of frames, users by name.
  func allEvents(workers: Int = 1) throws -> [Event] {
    let snapshot = try snapshot()
    let lists = try snapshot.scan(columns: .all, workers: workers, makeState: {}) { (_: inout Void, frame) in
      frame.events(snapshot.dictionaries)
    }
    var byUser: [UserID: [Event]] = [:]
    for event in lists.joined() { byUser[event.user, default: []].append(event) }
    return byUser.keys.sorted().flatMap { byUser[$0] ?? [] }
  }
}

/// The order that frames promise, from the definition.
func inFrameOrder(_ events: [Event]) -> [Event] {
  func key(_ text: String?) -> [UInt16] { text.map { $0.utf8.map(UInt16.init) } ?? [999] }
  return events.sorted { a, b in
    if a.user != b.user { return a.user < b.user }
    if a.time != b.time { return a.time < b.time }
    if a.type != b.type { return key(a.type).lexicographicallyPrecedes(key(b.type)) }
    if a.item != b.item { return key(a.item).lexicographicallyPrecedes(key(b.item)) }
    if a.category != b.category { return key(a.category).lexicographicallyPrecedes(key(b.category)) }
    if a.value != b.value { return (a.value ?? .infinity) < (b.value ?? .infinity) }
    return key(a.id).lexicographicallyPrecedes(key(b.id))
  }
}

extension EventTerms {
  /// What `dictionaries` gained since they had `counts` entries.
  init(_ dictionaries: EventDictionaries, after counts: [Int]) {
    func column(_ kind: TermKind) -> ByteColumn {
      let terms = dictionaries[keyPath: kind.keyPath].terms
      var column = ByteColumn()
      column.append(counts[kind.rawValue]..<terms.count, of: terms)
      return column
    }
    self.init(
      users: column(.user), types: column(.type), items: column(.item), categories: column(.category),
      sessions: column(.session), pages: column(.page), sources: column(.source))
  }
}
