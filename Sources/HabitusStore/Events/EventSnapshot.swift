internal import Foundation
internal import GRDB
public import HabitusModel

/// The events of a store at one moment, as a reading of them says, to be scanned as often as needed: segments never
/// change, so what the store takes in later has no influence.
public struct EventSnapshot: Sendable {
  /// The strings behind the codes of the frames. A canonical id that the store does not know as a user has a code behind
  /// those of the stored ones, in this snapshot alone.
  public let dictionaries: EventDictionaries
  /// Number of stored events, whatever the reading leaves out.
  public let eventCount: Int
  /// The times of the first and the last stored event, whatever the reading leaves out; `nil` where there is none.
  public let timeRange: ClosedRange<Timestamp>?

  private let store: Store
  /// Each run's segments, ascending by user.
  private let runs: [[SegmentHeader]]
  /// The events that are not folded yet.
  private let logged: [EventFrame]
  private let view: EventView

  /// Reads everything from the database.
  init(_ db: Database, _ store: Store, kinds: [TermKind], reading: EventReading) throws {
    let runs = try SegmentReader.runs(db)
    let hasLog = try EventLog.count(db) > 0
    let needed = Self.kinds(kinds, reading, whereMerging: runs.count > 1)
    var dictionaries = try Dictionaries.load(db, hasLog ? TermKind.allCases : needed)
    let logged = hasLog ? try EventLog.frames(db, &dictionaries) : []
    self.init(store, dictionaries, runs, logged, reading)
  }

  /// Takes strings and the events that are not folded from what is in memory of the log.
  init(_ db: Database, _ store: Store, log: inout LiveLog?, kinds: [TermKind], reading: EventReading) throws {
    let runs = try SegmentReader.runs(db)
    let logged = try log?.frames() ?? []
    let needed = Self.kinds(kinds, reading, whereMerging: runs.count + (logged.isEmpty ? 0 : 1) > 1)
    self.init(store, log?.dictionaries(of: needed) ?? EventDictionaries(), runs, logged, reading)
  }

  /// Putting runs or the ids of a person together takes the strings that ties are settled by, and a reading that joins
  /// or leaves out users theirs, besides those that are wanted.
  private static func kinds(
    _ wanted: [TermKind], _ reading: EventReading, whereMerging isMerging: Bool
  ) -> [TermKind] {
    let needsUsers = EventView.needsUsers(reading)
    let needed = Set(wanted + (isMerging || needsUsers ? [.item, .category] : []) + (needsUsers ? [.user] : []))
    return TermKind.allCases.filter(needed.contains)
  }

  private init(
    _ store: Store, _ dictionaries: EventDictionaries, _ runs: [[SegmentHeader]], _ logged: [EventFrame],
    _ reading: EventReading
  ) {
    var dictionaries = dictionaries
    view = EventView(reading, &dictionaries.users)
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
  /// Events of the ids of one person come together, under the code of the canonical id and in the order that they would
  /// have had with it. They are held in memory meanwhile: the columns that are read, of those persons' events.
  ///
  /// - Parameters:
  ///   - columns: the columns to read besides user, time and type.
  ///   - users: the codes of the only users to read, ascending, each id of a person by itself; `nil` reads all.
  ///   - workers: number of threads.
  ///   - makeState: makes what one thread keeps from frame to frame.
  ///   - body: computes a result from a frame, which has an event; no user is in two frames.
  /// - Returns: the results, whatever the number of workers: first those of users who have one id, in ascending order of
  ///   code, then those of persons with several, in ascending order of code.
  /// - Throws: ``StoreError``, and what `body` throws.
  /// - Complexity: O(events), and for persons with several ids O(events · log ids).
  public func scan<State, Result: Sendable>(
    columns: EventColumns, users: [UInt32]? = nil, workers: Int, makeState: @Sendable () throws -> State,
    _ body: @Sendable (_ state: inout State, _ frame: borrowing EventFrame) throws -> Result
  ) throws -> [Result] {
    let parts = parts(of: users)
    let results = Collected<Result>(count: parts.count)
    let setAside = Collected<SetAside>(count: parts.count)
    try Parallel.forEach(
      parts.count, workers: workers,
      makeState: {
        (state: try makeState(), reader: try FrameReader(self.store, self.columns(columns), self.dictionaries))
      },
      { state, part in
        try state.reader.read(parts[part], logged: logged, view)
        setAside.set(part, state.reader.setAside(view))
        guard state.reader.frame.eventCount > 0 else { return }
        results.set(part, try body(&state.state, state.reader.frame))
      })
    var list: [Result] = []
    results.forEach { list.append($0) }
    guard !view.persons.isEmpty else { return list }
    return try list + scanJoined(setAside, workers: workers, makeState: makeState, body)
  }

  /// The second half of a scan: the persons whose events the first half has set aside.
  private func scanJoined<State, Result: Sendable>(
    _ setAside: Collected<SetAside>, workers: Int, makeState: @Sendable () throws -> State,
    _ body: @Sendable (_ state: inout State, _ frame: borrowing EventFrame) throws -> Result
  ) throws -> [Result] {
    var sources: [SetAside] = []
    setAside.forEach { sources.append($0) }
    let joined = JoinedEvents(sources, persons: view.persons)
    let results = Collected<Result>(count: joined.parts.count)
    try Parallel.forEach(
      joined.parts.count, workers: workers,
      makeState: { (state: try makeState(), reader: JoinedFrameReader(RowOrder(self.dictionaries))) },
      { state, part in
        state.reader.read(part, of: joined)
        results.set(part, try body(&state.state, state.reader.frame))
      })
    var list: [Result] = []
    results.forEach { list.append($0) }
    return list
  }

  /// The code that the events of `user` come under: that of the person; `nil` where none of the person's ids is known.
  public func code(of user: UserID) -> UInt32? { dictionaries.users.code(of: view.reading.person(of: user).rawValue) }

  /// The codes of all ids of the persons with these codes, ascending: whom a scan must be given to read the persons' events.
  ///
  /// - Complexity: O(all users).
  public func codesOfIDs(ofPersons codes: [UInt32]) -> [UInt32] {
    func person(_ code: UInt32) -> Int? { if case .joined(let person) = view.route(of: code) { person } else { nil } }
    let persons = Set(codes.compactMap(person))
    guard !persons.isEmpty else { return codes.sorted() }
    let joined = (0..<UInt32(dictionaries.users.count)).filter { person($0).map(persons.contains) ?? false }
    return (codes.filter { person($0) == nil } + joined).sorted()
  }

  /// Whether the reading leaves out the person that `user` belongs to.
  public func excludes(_ user: UserID) -> Bool { view.reading.excludes(user) }

  /// The events of one user, of whom `user` may be any id; an empty frame where there are none, or none that may be read.
  ///
  /// - Complexity: O(events of the segments that hold the user's).
  public func events(of user: UInt32, columns: EventColumns = .all) throws -> EventFrame {
    var reader = try FrameReader(store, self.columns(columns), dictionaries)
    switch view.route(of: user) {
    case .excluded: return EventFrame()
    case .unchanged:
      try reader.read(Part(users: user...user, segments: overlapping(user...user)), logged: logged, view)
      var frame = EventFrame()
      frame.merge([reader.frame], users: user...user, order: RowOrder(dictionaries))
      return frame
    case .joined(let person):
      var sources: [SetAside] = []
      var members = view.members(of: person)[...]
      for part in parts() {
        let users = members.prefix { $0 <= part.users.upperBound }
        members = members.dropFirst(users.count)
        guard let first = users.first, let last = users.last else { continue }
        try reader.read(Part(users: first...last, segments: overlapping(first...last)), logged: logged, view)
        sources.append(SetAside(users, of: reader.frame))
      }
      let joined = JoinedEvents(sources, persons: [view.persons[person]])
      var joinedReader = JoinedFrameReader(RowOrder(dictionaries))
      for part in joined.parts.indices { joinedReader.read(part, of: joined) }
      return joinedReader.frame
    }
  }

  /// Whether an event, delivered or not, is marked as a bot's.
  ///
  /// - Complexity: O(segments).
  public func hasBots() throws -> Bool {
    if logged.contains(where: { $0.bots.contains(true) }) { return true }
    return try store.read { db in
      try runs.joined().contains { segment in
        try Bool.fetchOne(
          db, sql: "SELECT 1 FROM segment_column WHERE id = ?", arguments: [SegmentColumn.bots.row(of: segment.id)])
          ?? false
      }
    }
  }

  /// Some users and the segments that hold events of theirs.
  struct Part: Sendable {
    var users: ClosedRange<UInt32>
    var segments: [SegmentHeader]
    /// The only ones of the users to read, ascending; `nil` for all.
    var selection: [UInt32]?
  }

  /// Ties beyond the columns of the order are settled by id: where runs are merged and further columns can differ, ids are
  /// read. Where ids of persons are joined, the columns that come before the asked-for ones in the order are.
  private func columns(_ columns: EventColumns) -> EventColumns {
    var needed = view.reading.includesBots ? columns : columns.union(.bots)
    let isMerged = runs.count + (logged.isEmpty ? 0 : 1) > 1
    let hasFurther = !columns.isDisjoint(with: [.sessions, .pages, .sources, .ids, .properties, .bots])
    if isMerged || (!view.persons.isEmpty && (hasFurther || columns.contains(.values))) {
      needed.formUnion([.items, .categories, .values])
    } else if !view.persons.isEmpty, columns.contains(.categories) {
      needed.insert(.items)
    }
    if hasFurther, isMerged || !view.persons.isEmpty { needed.insert(.ids) }
    return needed
  }

  /// The parts that hold users of `selection`, which is ascending; all of them without one.
  private func parts(of selection: [UInt32]?) -> [Part] {
    guard let selection else { return parts() }
    var rest = selection[...]
    return parts().compactMap { part in
      rest = rest.drop { $0 < part.users.lowerBound }
      let users = rest.prefix { $0 <= part.users.upperBound }
      guard let first = users.first, let last = users.last else { return nil }
      rest = rest.dropFirst(users.count)
      let segments = part.segments.filter { $0.firstUser <= last && $0.lastUser >= first }
      return Part(users: first...last, segments: segments, selection: Array(users))
    }
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

  /// Fills ``frame`` with a part, without bots where `view` leaves them out.
  mutating func read(_ part: EventSnapshot.Part, logged: [EventFrame], _ view: EventView) throws {
    try read(part, logged: logged)
    if !view.reading.includesBots { frame.removeBots() }
  }

  /// Takes out of ``frame`` what `view` gives to persons, or to nobody.
  mutating func setAside(_ view: EventView) -> SetAside { SetAside(takenFrom: &frame, view) }

  private mutating func read(_ part: EventSnapshot.Part, logged: [EventFrame]) throws {
    if logged.isEmpty, part.selection == nil, part.segments.count == 1, let segment = part.segments.first {
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
    let sources = decoded.map(\.frame) + logged.map { $0.restricted(to: columns) }
    if let selection = part.selection {
      frame.merge(sources, only: selection, order: order)
    } else {
      frame.merge(sources, users: part.users, order: order)
    }
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
    if !columns.contains(.bots) { frame.bots = [] }
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
