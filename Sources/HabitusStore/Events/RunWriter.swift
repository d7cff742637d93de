internal import GRDB
internal import HabitusModel

/// Sorts rows by (user, time) and writes them as a run: segments of about 131,072 events, a user's events in one of them.
struct RunWriter {
  /// Events a segment, as far as users allow.
  static let segmentSize = 1 << 17

  let dictionaries: EventDictionaries
  let workers: Int

  /// Writes the rows that `keyed` keeps, with their keys, as a new run; `nil` if none is kept.
  func write(_ db: Database, _ rows: Rows, _ keyed: KeyedRows) throws -> Int64? {
    guard keyed.keptCount > 0 else { return nil }
    let run = try Self.makeRun(db)
    try KeyIndex.write(db, run: run, try KeyIndex.pages(keyed, workers: workers))
    let plan = SegmentPlan(rows, isLeftOut: keyed.isRepeat, userCount: dictionaries.users.count)
    try forEachSegment(of: rows, plan) { try Self.write(db, run: run, $0) }
    return run
  }

  /// The rows that `keyed` keeps as segments that are ready to be written.
  func segments(_ rows: Rows, _ keyed: KeyedRows) throws -> [EncodedSegment] {
    var segments: [EncodedSegment] = []
    let plan = SegmentPlan(rows, isLeftOut: keyed.isRepeat, userCount: dictionaries.users.count)
    try forEachSegment(of: rows, plan) { segments.append($0) }
    return segments
  }

  /// All rows as sorted frames, as if they had been written and read again.
  func frames(_ rows: Rows) throws -> [EventFrame] {
    let none = ColumnBuffer<Bool>(capacity: rows.count)
    defer { none.deallocate() }
    none.base.initialize(repeating: false, count: rows.count)
    let plan = SegmentPlan(rows, isLeftOut: none, userCount: dictionaries.users.count)
    let order = RowOrder(dictionaries)
    return plan.segments.map { segment in
      plan.sort(segment, rows, order)
      return plan.frame(segment, rows, withIdentifiers: true)
    }
  }

  /// Encodes a few segments at a time on all workers and hands them over in order.
  private func forEachSegment(
    of rows: Rows, _ plan: SegmentPlan, _ body: (EncodedSegment) throws -> Void
  ) throws {
    let order = RowOrder(dictionaries)
    let groupSize = workers * 8
    for group in stride(from: 0, to: plan.segments.count, by: groupSize) {
      let part = plan.segments[group..<min(plan.segments.count, group + groupSize)]
      let encoded = Collected<EncodedSegment>(count: part.count)
      try Parallel.forEach(part.count, workers: workers) { index in
        let segment = part[part.startIndex + index]
        plan.sort(segment, rows, order)
        let identifiers = plan.encodedIdentifiers(segment, rows)
        let frame = plan.frame(segment, rows, withIdentifiers: identifiers == nil)
        encoded.set(index, try EncodedSegment(frame, identifiers: identifiers))
      }
      try encoded.forEach(body)
    }
  }

  /// Makes an empty run and returns its number.
  ///
  /// - Parameter isPending: whether the run is to be filled in several transactions; nobody sees it until
  ///   ``publish(_:run:replacing:)``.
  static func makeRun(_ db: Database, isPending: Bool = false) throws -> Int64 {
    try db.execute(sql: "INSERT INTO run (segment_count, pending) VALUES (0, ?)", arguments: [isPending])
    return db.lastInsertedRowID
  }

  /// Puts a pending run into the place of others, which are left to ``removeSome(_:ofRun:)``.
  static func publish(_ db: Database, run: Int64, replacing others: [Int64]) throws {
    for other in others { try db.execute(sql: "UPDATE run SET pending = 1 WHERE id = ?", arguments: [other]) }
    try db.execute(sql: "UPDATE run SET pending = 0 WHERE id = ?", arguments: [run])
  }

  /// Deletes one segment of a pending run, or at last its keys and the run itself; false when nothing is left of it.
  static func removeSome(_ db: Database, ofRun run: Int64) throws -> Bool {
    if let segment = try Int64.fetchOne(db, sql: "SELECT id FROM segment WHERE run = ? LIMIT 1", arguments: [run]) {
      for column in SegmentColumn.allCases {
        try db.execute(sql: "DELETE FROM segment_column WHERE id = ?", arguments: [column.row(of: segment)])
      }
      try db.execute(sql: "DELETE FROM segment WHERE id = ?", arguments: [segment])
      return true
    }
    try db.execute(
      sql: "DELETE FROM key_page WHERE id IN (SELECT id FROM key_page WHERE run = ? LIMIT 64)", arguments: [run])
    if db.changesCount > 0 { return true }
    try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run])
    return false
  }

  /// Deletes what a merge has left that did not come to its end.
  static func removePending(_ db: Database) throws {
    for run in try Int64.fetchAll(db, sql: "SELECT id FROM run WHERE pending = 1") {
      while try removeSome(db, ofRun: run) {}
    }
  }

  static func write(_ db: Database, run: Int64, _ segment: EncodedSegment) throws {
    let header = segment.header
    try db.execute(
      sql: """
        INSERT INTO segment (run, first_user, last_user, user_count, event_count, earliest, latest)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        run, header.firstUser, header.lastUser, header.userCount, header.eventCount, header.earliest, header.latest,
      ])
    let id = db.lastInsertedRowID
    try db.execute(sql: "UPDATE run SET segment_count = segment_count + 1 WHERE id = ?", arguments: [run])
    let statement = try db.cachedStatement(sql: "INSERT INTO segment_column (id, data) VALUES (?, ?)")
    for (column, bytes) in segment.columns {
      try statement.execute(blob: SealedBlob.seal(bytes), after: [column.row(of: id)])
    }
  }
}

/// Which rows go into which segment: the rows in order of user, cut where a segment is full.
///
/// Sendable by hand: the order is filled here; later, segments sort places of their own.
final class SegmentPlan: @unchecked Sendable {
  struct Segment: Sendable {
    /// Places in the order.
    var range: Range<Int>
  }

  private let order: ColumnBuffer<UInt32>
  private(set) var segments: [Segment] = []

  /// - Complexity: O(rows + users): a counting sort.
  init(_ rows: Rows, isLeftOut: ColumnBuffer<Bool>, userCount: Int) {
    order = ColumnBuffer(capacity: rows.count)
    let users = rows.codes[TermKind.user.rawValue]
    var next = [Int](repeating: 0, count: userCount + 1)
    for row in 0..<rows.count where !isLeftOut[row] { next[Int(users[row]) + 1] += 1 }
    var segmentStart = 0
    for user in 0..<userCount {
      next[user + 1] += next[user]
      if next[user + 1] - segmentStart >= RunWriter.segmentSize {
        segments.append(Segment(range: segmentStart..<next[user + 1]))
        segmentStart = next[user + 1]
      }
    }
    if segmentStart < next[userCount] { segments.append(Segment(range: segmentStart..<next[userCount])) }
    next.withUnsafeMutableBufferPointer { next in
      for row in 0..<rows.count where !isLeftOut[row] {
        let user = Int(users[row])
        order[next[user]] = UInt32(truncatingIfNeeded: row)
        next[user] &+= 1
      }
    }
  }

  deinit { order.deallocate() }

  /// Sorts the rows of a segment; to be done before anything is taken from it.
  func sort(_ segment: Segment, _ rows: Rows, _ rowOrder: RowOrder) {
    forEachUser(of: segment, rows) { _, range in
      rowOrder.sort(UnsafeMutableBufferPointer(start: order.base + range.lowerBound, count: range.count), of: rows)
    }
  }

  /// The encoded identifiers of a sorted segment, where all are of the form that needs no texts; otherwise `nil`.
  func encodedIdentifiers(_ segment: Segment, _ rows: Rows) -> [UInt8]? {
    let order = order
    guard segment.range.allSatisfy({ rows.hexadecimalWord(at: Int(order[$0])) != nil }) else { return nil }
    let start = segment.range.lowerBound
    return IdentifierColumn.encode(count: segment.range.count) {
      rows.hexadecimalWord(at: Int(order[start &+ $0])) ?? 0
    }
  }

  /// Calls `body` with each user of a segment and the places of the user's rows in the order.
  private func forEachUser(of segment: Segment, _ rows: Rows, _ body: (UInt32, Range<Int>) -> Void) {
    let users = rows.codes[TermKind.user.rawValue]
    var start = segment.range.lowerBound
    while start < segment.range.upperBound {
      let user = users[Int(order[start])]
      var end = start + 1
      while end < segment.range.upperBound, users[Int(order[end])] == user { end += 1 }
      body(user, start..<end)
      start = end
    }
  }

  /// The events of a sorted segment with all columns; identifiers only if asked for.
  func frame(_ segment: Segment, _ rows: Rows, withIdentifiers: Bool) -> EventFrame {
    let count = segment.range.count
    let order = order.base + segment.range.lowerBound
    var frame = EventFrame()
    forEachUser(of: segment, rows) { user, range in
      frame.users.append(user)
      frame.offsets.append(range.upperBound - segment.range.lowerBound)
    }
    func gathered<Value>(_ value: (Int) -> Value) -> [Value] {
      [Value](unsafeUninitializedCapacity: count) { buffer, size in
        for index in 0..<count { buffer.initializeElement(at: index, to: value(Int(order[index]))) }
        size = count
      }
    }
    func codes(_ kind: TermKind) -> [UInt32] {
      let column = rows.codes[kind.rawValue]
      return gathered { column[$0] }
    }
    let (times, values) = (rows.times, rows.values)
    frame.times = gathered { times[$0] }
    frame.values = gathered { values[$0] }
    frame.types = codes(.type)
    frame.items = codes(.item)
    frame.categories = codes(.category)
    frame.sessions = codes(.session)
    frame.pages = codes(.page)
    frame.sources = codes(.source)
    if rows.hasBots {
      let marks = gathered { rows.isBot(at: $0) }
      if marks.contains(true) { frame.bots = marks }
    }
    if withIdentifiers {
      frame.ids.reserveCapacity(count, byteCount: count * 16)
      for index in 0..<count { rows.withIdentifier(at: Int(order[index])) { frame.ids.append($0) } }
    }
    for index in 0..<count {
      if rows.hasProperties {
        frame.properties.append(rows.properties(at: Int(order[index])))
      } else {
        frame.properties.appendMissing()
      }
    }
    return frame
  }
}

/// Results of parts that run at the same time, each put in its own place.
///
/// Sendable by hand: every place is written by one part and read after all have ended.
final class Collected<Value>: @unchecked Sendable {
  private let places: UnsafeMutableBufferPointer<Value?>

  init(count: Int) {
    places = .allocate(capacity: count)
    places.initialize(repeating: nil)
  }

  deinit {
    places.deinitialize()
    places.deallocate()
  }

  func set(_ index: Int, _ value: Value) { places[index] = value }

  func forEach(_ body: (Value) throws -> Void) rethrows {
    for value in places { if let value { try body(value) } }
  }
}
