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

  /// Merges until no tier is full. Each merge is a transaction of its own.
  static func run(_ store: Store, workers: Int) throws {
    while try store.write({ db in try mergeOneTier(db, workers: workers) }) {}
  }

  private static func mergeOneTier(_ db: Database, workers: Int) throws -> Bool {
    let rows = try Row.fetchAll(
      db, sql: "SELECT run, sum(event_count) AS events FROM segment GROUP BY run ORDER BY events, run")
    var tiers: [Int: [Int64]] = [:]
    for row in rows { tiers[tier(of: try row.value(1)), default: []].append(try row.value(0)) }
    guard let full = tiers.filter({ $0.value.count >= fanOut }).min(by: { $0.key < $1.key }) else { return false }
    try merge(db, runs: full.value)
    return true
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
  static func merge(_ db: Database, runs: [Int64]) throws {
    let order = RowOrder(try Dictionaries.load(db, [.type, .item, .category]))
    let target = try RunWriter.makeRun(db)
    let headers = try SegmentReader.runs(db, runs)
    var sources = headers.map { SegmentCursor(segments: $0) }
    var merged = EventFrame()
    var output = EventFrame()
    func flush() throws {
      guard output.eventCount > 0 else { return }
      try RunWriter.write(db, run: target, try EncodedSegment(output))
      output.removeAll()
    }
    while true {
      for index in sources.indices { try sources[index].load(db) }
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
    try KeyIndex.merge(db, runs: runs, into: target)
    for run in runs {
      try db.execute(
        sql: """
          DELETE FROM segment_column WHERE id >> 4 IN (SELECT id FROM segment WHERE run = ?)
          """, arguments: [run])
      try db.execute(sql: "DELETE FROM segment WHERE run = ?", arguments: [run])
      try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run])
    }
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
  mutating func load(_ db: Database) throws {
    guard !isLoaded, next < segments.count else { return }
    try SegmentReader.read(db, segments[next], columns: .all, into: &frame)
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
