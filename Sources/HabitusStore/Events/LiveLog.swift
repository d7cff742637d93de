internal import Foundation
internal import GRDB
internal import HabitusModel

/// What a process that appends keeps in memory of the log: the events that are not folded yet, and what recognises
/// repeats. The database holds the same durably; from it this is made again.
struct LiveLog {
  /// All strings: those of the store, then those that are new in the log.
  private(set) var dictionaries: EventDictionaries
  /// How many strings of each kind the database has.
  private(set) var savedCounts: [Int]
  /// The events, coded by ``dictionaries``.
  private(set) var events = EventBatch()
  /// Their keys.
  private(set) var keys: [EventKey] = []
  /// The number of the last batch in the database.
  private(set) var lastBatch: Int64 = 0
  /// Which making of the log this is: codes of another one mean other strings.
  let generation: UInt64

  /// The log's keys by their ids.
  private var contents: [Identity: EventKey] = [:]
  /// Of every key that is stored, here or in a run; made by the first ``outcomes(_:of:)``.
  private var filter: KeyFilter?
  private var directory = KeyPageDirectory()
  private var sortedFrames: (eventCount: Int, frames: [EventFrame]) = (0, [])

  /// The 80 bits of a key that stand for (namespace, id).
  private struct Identity: Hashable {
    var high: UInt64
    var low: UInt32

    init(_ key: EventKey) {
      high = key.high
      low = key.identifierLow
    }
  }

  /// Reads the log.
  init(_ db: Database) throws {
    dictionaries = try Dictionaries.load(db)
    savedCounts = Dictionaries.counts(dictionaries)
    generation = UInt64.random(in: .min ... .max)
    try EventLog.forEach(db) { number, batch in append(batch, number: number) }
  }

  // MARK: Recognising repeats

  /// What becomes of an event.
  enum Outcome {
    case new, duplicate, differing
  }

  /// What becomes of events with these keys, taken in their order: a key that is stored already, or that came before
  /// in `keys`, is a repeat.
  ///
  /// - Complexity: O(1) for each new key; a page of keys is read for each known one and one in two hundred others.
  mutating func outcomes(_ db: Database, of keys: [EventKey]) throws -> [Outcome] {
    if filter == nil { filter = try Self.makeFilter(db, keys: self.keys) }
    guard let filter else { return [] }
    let candidates = keys.indices.filter { filter.mayContain(keys[$0]) && contents[Identity(keys[$0])] == nil }
      .sorted { keys[$0].high < keys[$1].high }
    let stored = try directory.storedKeys(db, of: candidates.map { keys[$0] })
    var known: [Identity: EventKey] = [:]
    for (position, key) in stored { known[Identity(keys[candidates[position]])] = key }
    return keys.map { key in
      let identity = Identity(key)
      if let first = contents[identity] ?? known[identity] { return first.low == key.low ? .duplicate : .differing }
      known[identity] = key
      return .new
    }
  }

  private static func makeFilter(_ db: Database, keys: [EventKey]) throws -> KeyFilter {
    let pageCount = try Int.fetchOne(db, sql: "SELECT count(*) FROM key_page") ?? 0
    var filter = KeyFilter(expectedCount: (pageCount * KeyPage.capacity + keys.count) * 2)
    let rows = try Row.fetchCursor(db, sql: "SELECT keys FROM key_page")
    var page: [EventKey] = []
    while let row = try rows.next() {
      page.removeAll(keepingCapacity: true)
      try row.withUnsafeData(atIndex: 0) { data in
        guard let data else { throw StoreError.damaged("a page of event keys is empty") }
        try data.withUnsafeBytes { try KeyPage.decode(try SealedBlob.open($0, "a page of event keys"), into: &page) }
      }
      for key in page { filter.insert(key) }
    }
    for key in keys { filter.insert(key) }
    return filter
  }

  // MARK: Changing

  /// Takes in a batch that the database has under `number`.
  mutating func append(_ batch: LogBatch, number: Int64) {
    events.append(batch, coding: &dictionaries)
    keys.append(contentsOf: batch.keys)
    for key in batch.keys {
      contents[Identity(key)] = key
      filter?.insert(key)
    }
    lastBatch = number
  }

  /// Gives a user a code, if it has none.
  mutating func code(adding user: UserID) -> UInt32 { dictionaries.users.code(adding: user.rawValue) }

  /// Notes that the database has the first `counts` strings of each kind.
  mutating func stringsWereSaved(_ counts: [Int]) { savedCounts = zip(savedCounts, counts).map(max) }

  /// Forgets the first `count` events, which are in a run now.
  mutating func wereFolded(_ count: Int) {
    for key in keys[..<count] { contents[Identity(key)] = nil }
    keys.removeFirst(count)
    events.removeFirst(count)
    sortedFrames = (0, [])
  }

  // MARK: Reading

  /// The events as sorted frames.
  mutating func frames() throws -> [EventFrame] {
    if sortedFrames.eventCount != events.count {
      sortedFrames = (events.count, try RunWriter(dictionaries: dictionaries, workers: 1).frames(Rows(events)))
    }
    return sortedFrames.frames
  }

  /// The strings of some kinds.
  func dictionaries(of kinds: [TermKind]) -> EventDictionaries {
    if kinds.count == TermKind.allCases.count { return dictionaries }
    var selection = EventDictionaries()
    for kind in kinds { selection[keyPath: kind.keyPath] = dictionaries[keyPath: kind.keyPath] }
    return selection
  }
}
