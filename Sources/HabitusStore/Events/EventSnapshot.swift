internal import Foundation
internal import GRDB
public import HabitusModel

/// All events of a store at one moment, to be scanned as often as needed: segments never change, so what the store
/// takes in later has no influence.
public struct EventSnapshot: Sendable {
  /// The strings behind the codes of the frames.
  public let dictionaries: EventDictionaries
  /// Number of events.
  public let eventCount: Int
  /// The times of the first and the last event; `nil` where there is none.
  public let timeRange: ClosedRange<Timestamp>?

  private let store: Store
  /// Each run's segments, ascending by user.
  private let runs: [[SegmentHeader]]
  /// The events that are not folded yet.
  private let logged: [EventFrame]

  /// Reads everything from the database.
  init(_ db: Database, _ store: Store, kinds: [TermKind]) throws {
    let runs = try SegmentReader.runs(db)
    let hasLog = try EventLog.count(db) > 0
    let needed = Self.kinds(kinds, whereMerging: runs.count > 1)
    var dictionaries = try Dictionaries.load(db, hasLog ? TermKind.allCases : needed)
    let logged = hasLog ? try EventLog.frames(db, &dictionaries) : []
    self.init(store, dictionaries, runs, logged)
  }

  /// Takes strings and the events that are not folded from what is in memory of the log.
  init(_ db: Database, _ store: Store, log: inout LiveLog?, kinds: [TermKind]) throws {
    let runs = try SegmentReader.runs(db)
    let logged = try log?.frames() ?? []
    let needed = Self.kinds(kinds, whereMerging: runs.count + (logged.isEmpty ? 0 : 1) > 1)
    self.init(store, log?.dictionaries(of: needed) ?? EventDictionaries(), runs, logged)
  }

  /// Putting runs together takes the strings that ties are settled by, besides those that are wanted.
  private static func kinds(_ wanted: [TermKind], whereMerging isMerging: Bool) -> [TermKind] {
    wanted + (isMerging ? [.item, .category].filter { !wanted.contains($0) } : [])
  }

  private init(
    _ store: Store, _ dictionaries: EventDictionaries, _ runs: [[SegmentHeader]], _ logged: [EventFrame]
  ) {
    self.store = store
    self.dictionaries = dictionaries
    self.runs = runs
    self.logged = logged
    let segments = runs.joined()
    eventCount = segments.reduce(0) { $0 + $1.eventCount } + logged.reduce(0) { $0 + $1.eventCount }
    let times = segments.flatMap { [$0.earliest, $0.latest] } + logged.flatMap(\.times)
    if let first = times.min(), let last = times.max() {
      timeRange = Timestamp(milliseconds: first)...Timestamp(milliseconds: last)
    } else {
      timeRange = nil
    }
  }

  /// Calls `body` with the events of all users, some users at a time, on several threads.
  ///
  /// - Parameters:
  ///   - columns: the columns to read besides user, time and type.
  ///   - workers: number of threads.
  ///   - makeState: makes what one thread keeps from frame to frame.
  ///   - body: computes a result from a frame; no user is in two frames.
  /// - Returns: the results in ascending order of user code, whatever the number of workers.
  /// - Throws: ``StoreError``, and what `body` throws.
  public func scan<State, Result: Sendable>(
    columns: EventColumns, workers: Int, makeState: @Sendable () throws -> State,
    _ body: @Sendable (_ state: inout State, _ frame: borrowing EventFrame) throws -> Result
  ) throws -> [Result] {
    let parts = parts()
    let results = Collected<Result>(count: parts.count)
    try Parallel.forEach(
      parts.count, workers: workers,
      makeState: {
        (state: try makeState(), reader: try FrameReader(self.store, self.columns(columns), self.dictionaries))
      },
      { state, part in
        try state.reader.read(parts[part], logged: logged)
        results.set(part, try body(&state.state, state.reader.frame))
      })
    var list: [Result] = []
    results.forEach { list.append($0) }
    return list
  }

  /// The events of one user; an empty frame where there are none.
  public func events(of user: UInt32, columns: EventColumns = .all) throws -> EventFrame {
    let part = Part(users: user...user, segments: overlapping(user...user))
    var reader = try FrameReader(store, self.columns(columns), dictionaries)
    try reader.read(part, logged: logged)
    var frame = EventFrame()
    frame.merge([reader.frame], users: user...user, order: RowOrder(dictionaries))
    return frame
  }

  /// Some users and the segments that hold events of theirs.
  struct Part: Sendable {
    var users: ClosedRange<UInt32>
    var segments: [SegmentHeader]
  }

  /// Ties beyond the columns of the order are settled by id: where runs are merged and further columns can differ, ids are read.
  private func columns(_ columns: EventColumns) -> EventColumns {
    let isMerged = runs.count + (logged.isEmpty ? 0 : 1) > 1
    guard isMerged else { return columns }
    return columns.union([.items, .categories, .values]).union(
      columns.isDisjoint(with: [.sessions, .pages, .sources, .properties]) ? [] : [.ids])
  }

  private func parts() -> [Part] {
    if logged.isEmpty, runs.count <= 1 {
      return (runs.first ?? []).map { Part(users: $0.firstUser...$0.lastUser, segments: [$0]) }
    }
    // Users are cut where the largest source cuts them.
    let largest = runs.max { $0.count < $1.count } ?? []
    var starts = largest.dropFirst().map(\.firstUser)
    starts.insert(0, at: 0)
    return starts.enumerated().map { index, start in
      let end = index + 1 < starts.count ? starts[index + 1] - 1 : UInt32.max
      return Part(users: start...end, segments: overlapping(start...end))
    }
  }

  private func overlapping(_ users: ClosedRange<UInt32>) -> [SegmentHeader] {
    runs.joined().filter { $0.firstUser <= users.upperBound && $0.lastUser >= users.lowerBound }
  }
}

/// Reads parts of a snapshot, one after the other, into one frame that is used again.
private struct FrameReader {
  private let store: Store
  private let columns: EventColumns
  private let order: RowOrder
  /// The frame of the part that was read last.
  private(set) var frame = EventFrame()
  /// Segments that were decoded for the part before, which the next one often shares.
  private var decoded: [(id: Int64, frame: EventFrame)] = []

  init(_ store: Store, _ columns: EventColumns, _ dictionaries: EventDictionaries) throws {
    self.store = store
    self.columns = columns
    order = RowOrder(dictionaries)
  }

  mutating func read(_ part: EventSnapshot.Part, logged: [EventFrame]) throws {
    if logged.isEmpty, part.segments.count == 1, let segment = part.segments.first {
      try store.read { db in try SegmentReader.read(db, segment, columns: columns, into: &frame) }
      return
    }
    let previous = decoded
    decoded = []
    for segment in part.segments {
      if let known = previous.first(where: { $0.id == segment.id }) {
        decoded.append(known)
      } else {
        var fresh = EventFrame()
        try store.read { db in try SegmentReader.read(db, segment, columns: columns, into: &fresh) }
        decoded.append((segment.id, fresh))
      }
    }
    frame.merge(decoded.map(\.frame) + logged.map { $0.restricted(to: columns) }, users: part.users, order: order)
  }
}

extension EventFrame {
  /// The frame without the columns that are not in `columns`.
  func restricted(to columns: EventColumns) -> EventFrame {
    var frame = self
    if !columns.contains(.items) { frame.items = [] }
    if !columns.contains(.categories) { frame.categories = [] }
    if !columns.contains(.values) { frame.values = [] }
    if !columns.contains(.sessions) { frame.sessions = [] }
    if !columns.contains(.pages) { frame.pages = [] }
    if !columns.contains(.sources) { frame.sources = [] }
    if !columns.contains(.ids) { frame.ids = ByteColumn() }
    if !columns.contains(.properties) { frame.properties = ByteColumn() }
    return frame
  }
}

/// Reads segments from the database.
enum SegmentReader {
  /// The segments of each run (of those in `selection`, if given), ascending by user.
  static func runs(_ db: Database, _ selection: [Int64]? = nil) throws -> [[SegmentHeader]] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT run, segment.id, first_user, last_user, user_count, event_count, earliest, latest
        FROM segment JOIN run ON run.id = segment.run WHERE pending = 0 ORDER BY run, first_user
        """)
    var runs: [[SegmentHeader]] = []
    var current: Int64?
    while let row = try rows.next() {
      let run: Int64 = try row.value(0)
      if let selection, !selection.contains(run) { continue }
      if run != current {
        runs.append([])
        current = run
      }
      let segment = SegmentHeader(
        id: try row.value(1), firstUser: try row.value(2), lastUser: try row.value(3), userCount: try row.value(4),
        eventCount: try row.value(5), earliest: try row.value(6), latest: try row.value(7))
      // What can be told without reading the columns; the rest is compared with the copy that is among them.
      guard segment.firstUser <= segment.lastUser, segment.userCount > 0, segment.eventCount >= segment.userCount,
        segment.earliest <= segment.latest
      else { throw StoreError.damaged("segment \(segment.id) is not as it was written") }
      runs[runs.count - 1].append(segment)
    }
    try checkCompleteness(db, runs.map(\.count), selection)
    return runs
  }

  /// Makes sure that every run has the segments that it was written with.
  private static func checkCompleteness(_ db: Database, _ segmentCounts: [Int], _ selection: [Int64]?) throws {
    let rows = try Row.fetchAll(db, sql: "SELECT id, segment_count FROM run WHERE pending = 0 ORDER BY id").filter {
      row in
      try selection?.contains(row.value(0)) ?? true
    }
    guard try rows.map({ try $0.value(1, as: Int.self) }) == segmentCounts else {
      throw StoreError.damaged("a part of the event log is missing")
    }
  }

  /// Decodes a segment into `frame`.
  ///
  /// - Throws: ``StoreError/changed`` where the segment was replaced since its header was read.
  static func read(
    _ db: Database, _ segment: SegmentHeader, columns: EventColumns, into frame: inout EventFrame
  ) throws {
    let statement = try db.cachedStatement(sql: "SELECT data FROM segment_column WHERE id = ?")
    try frame.decode(segment, columns: columns) { column, body in
      let rows = try Row.fetchCursor(statement, arguments: [column.row(of: segment.id)])
      guard let row = try rows.next() else {
        guard column.rawValue > SegmentColumn.types.rawValue else { throw StoreError.changed }
        return try body(nil)
      }
      try row.withUnsafeData(atIndex: 0) { data in
        guard let data else { return try body(nil) }
        try data.withUnsafeBytes { try body(try SealedBlob.open($0, "column \(column) of segment \(segment.id)")) }
      }
    }
  }
}
