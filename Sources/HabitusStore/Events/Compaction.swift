internal import GRDB
internal import HabitusModel

/// Merges runs, so that a scan has few of them to put together.
///
/// Runs are tiered by size, each tier four times the one below; four runs of a tier become one of the next. Every event
/// is rewritten O(log n) times in its life.
enum Compaction {
  private static let fanOut = 4
  /// The most events of a run of the lowest tier. It is small, so that events which come a few at a time are not
  /// rewritten with every few of them.
  private static let lowestTier = 2048
  /// Bytes of identifiers and properties after which a segment is closed, whatever its number of events.
  private static let segmentTextLimit = 1 << 28

  /// Merges until no tier is full. The transactions are short, so that events can be appended meanwhile.
  static func run(_ store: Store, workers: Int) throws {
    while let runs = try store.read({ db in try runsOfFullTier(db) }) { try merge(store, runs: runs) }
  }

  private static func runsOfFullTier(_ db: Database) throws -> [Int64]? {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT run, sum(event_count) AS events FROM segment JOIN run ON run.id = segment.run WHERE pending = 0
        GROUP BY run ORDER BY events, run
        """)
    var tiers: [Int: [Int64]] = [:]
    for row in rows { tiers[tier(of: try row.value(1)), default: []].append(try row.value(0)) }
    return tiers.filter { $0.value.count >= fanOut }.min { $0.key < $1.key }?.value
  }

  private static func tier(of eventCount: Int) -> Int {
    var tier = 0
    var size = lowestTier
    while eventCount > size {
      tier += 1
      size *= fanOut
    }
    return tier
  }

  /// Makes one run out of several.
  private static func merge(_ store: Store, runs: [Int64]) throws {
    let target = try store.write { db in try RunWriter.makeRun(db, isPending: true) }
    do {
      try fill(target, from: runs, store)
    } catch {
      while try store.write({ db in try RunWriter.removeSome(db, ofRun: target) }) {}
      throw error
    }
    try store.write { db in try RunWriter.publish(db, run: target, replacing: runs) }
    for run in runs { while try store.write({ db in try RunWriter.removeSome(db, ofRun: run) }) {} }
  }

  private static func fill(_ target: Int64, from runs: [Int64], _ store: Store) throws {
    let (order, headers) = try store.read { db in
      (RowOrder(try Dictionaries.load(db, [.type, .item, .category])), try SegmentReader.runs(db, runs))
    }
    var sources = headers.map { SegmentCursor(segments: $0) }
    var merged = EventFrame()
    var output = EventFrame()
    func flush() throws {
      guard output.eventCount > 0 else { return }
      let segment = try EncodedSegment(output)
      try store.write { db in try RunWriter.write(db, run: target, segment) }
      output.removeAll()
    }
    while true {
      for index in sources.indices { try sources[index].load(store) }
      let pending = sources.filter { !$0.isAtEnd }
      // Every source holds all of its users up to the last of its current segment.
      guard let limit = pending.map(\.lastUser).min() else { break }
      let start = pending.map(\.nextUser).min() ?? limit
      merged.merge(pending.map(\.frame), users: start...limit, order: order)
      for (user, range) in zip(merged.users, zip(merged.offsets, merged.offsets.dropFirst())) {
        output.append(range.0..<range.1, of: merged)
        output.endRun(of: user)
        let textByteCount = output.ids.bytes.count + output.properties.bytes.count
        if output.eventCount >= RunWriter.segmentSize || textByteCount >= segmentTextLimit { try flush() }
      }
      for index in sources.indices { sources[index].skip(through: limit) }
    }
    try flush()
    try KeyIndex.merge(store, runs: runs, into: target)
  }
}

/// Walks through the segments of a run in order of user.
private struct SegmentCursor {
  private let segments: [SegmentHeader]
  private var next = 0
  private(set) var frame = EventFrame()
  private(set) var nextUser: UInt32 = 0
  private var isLoaded = false

  init(segments: [SegmentHeader]) { self.segments = segments }

  var isAtEnd: Bool { !isLoaded }
  var lastUser: UInt32 { frame.users.last ?? 0 }

  /// Makes sure that the current segment has users left, if any segment has.
  mutating func load(_ store: Store) throws {
    guard !isLoaded, next < segments.count else { return }
    try store.read { db in try SegmentReader.read(db, segments[next], columns: .all, into: &frame) }
    nextUser = segments[next].firstUser
    next += 1
    isLoaded = true
  }

  mutating func skip(through user: UInt32) {
    guard isLoaded else { return }
    if lastUser <= user {
      isLoaded = false
    } else {
      nextUser = frame.users[frame.position(notBelow: user + 1)]
    }
  }
}
