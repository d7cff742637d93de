internal import Dispatch
internal import GRDB
public import HabitusModel
internal import Synchronization

/// Events whose identifiers are told apart together, in the order in which they came.
public struct EventGroup: Sendable {
  /// Sources that carry the same events share a namespace.
  public var namespace: String
  /// The events. Identical ones without an identifier are numbered within their group.
  public var events: [Event]

  /// Makes a group.
  public init(namespace: String, events: [Event]) {
    self.namespace = namespace
    self.events = events
  }
}

extension Store {
  /// The events at this moment.
  ///
  /// - Parameters:
  ///   - withAllStrings: whether the dictionaries of users, items, categories, sessions, pages and sources are loaded,
  ///     too; that of event types always is, that of users where `reading` joins or leaves out any.
  ///   - withUsers: whether the dictionary of users is loaded in any case.
  ///   - reading: whose events are delivered, and under which user; unless given, every event as it came.
  public func snapshot(
    withAllStrings: Bool = true, withUsers: Bool = false, reading: EventReading = .everything
  ) throws -> EventSnapshot {
    let kinds = withAllStrings ? TermKind.allCases : withUsers ? [.user, .type] : [.type]
    return try liveLog.withLock { log in
      try read { db in
        guard log != nil else { return try EventSnapshot(db, self, kinds: kinds, reading: reading) }
        return try EventSnapshot(db, self, log: &log, kinds: kinds, reading: reading)
      }
    }
  }

  /// Begins to take in files.
  ///
  /// - Parameters:
  ///   - namespace: sources that carry the same events share one; ids are told apart by it.
  ///   - workers: number of threads.
  ///   - flushSize: events that are sorted together in memory.
  ///   - permits: says of a user whether events may be stored; the others' are counted. Asked once or a few times a user.
  /// - Throws: ``StoreError/inUse(directory:process:)`` while another import of this process is going on.
  public func beginImport(
    namespace: String, workers: Int, flushSize: Int = 1 << 24, permits: ((UserID) -> Bool)? = nil
  ) throws -> EventImport {
    try EventImport(self, namespace: namespace, workers: workers, flushSize: flushSize, permits: permits)
  }

  /// Stores events, durably when this returns. An event whose (namespace, id) is stored already changes nothing.
  ///
  /// - Throws: ``StoreError/invalidEvent(id:reason:)`` for the first event that cannot be stored; none is stored then.
  @discardableResult
  public func append(_ events: [Event], namespace: String) throws -> EventImport.Summary {
    try append([EventGroup(namespace: namespace, events: events)]).reduce(into: .init()) { $0 += $1 }
  }

  /// Stores the events of several groups in one transaction, durably when this returns.
  ///
  /// - Returns: what became of the events of each group.
  /// - Throws: ``StoreError/invalidEvent(id:reason:)`` for the first event that cannot be stored; none is stored then.
  public func append(_ groups: [EventGroup]) throws -> [EventImport.Summary] {
    try append(groups, alongside: nil)
  }

  /// Stores events, and whatever else `alongside` writes, in one transaction.
  func append(
    _ groups: [EventGroup], alongside: ((Database, [EventImport.Summary]) throws -> Void)?
  ) throws -> [EventImport.Summary] {
    try requireWritable()
    for group in groups { for event in group.events { try event.validate() } }
    let pending = try PendingEvents(groups, hashKey: hashKey)
    let (summaries, waiting) = try liveLog.withLock { log in
      var live = try log ?? read { db in try LiveLog(db) }
      // Kept also where this fails: making it again would take long.
      defer { log = live }
      let outcomes = try read { db in try live.outcomes(db, of: pending.keys) }
      let batch = pending.batch(where: { outcomes[$0] == .new })
      let summaries = pending.summaries(outcomes)
      if batch.events.count > 0 || alongside != nil {
        let number = try write { db in
          try alongside?(db, summaries)
          return batch.events.count > 0 ? try EventLog.insert(db, batch) : nil
        }
        if let number { live.append(batch, number: number) }
      }
      return (summaries, live.keys.count)
    }
    foldInBackground(waiting: waiting)
    return summaries
  }
}

/// Events on their way into the log.
private struct PendingEvents {
  private var groupEnds: [Int] = []
  private var events: EventBatch
  private let dictionaries: EventDictionaries
  let keys: [EventKey]

  init(_ groups: [EventGroup], hashKey: (UInt64, UInt64)) throws {
    var dictionaries = EventDictionaries()
    var events = EventBatch()
    for group in groups {
      for event in group.events { events.append(event, coding: &dictionaries) }
      groupEnds.append(events.count)
    }
    let rows = Rows(capacity: max(1, events.count))
    rows.append(events)
    // Identical events without an id are numbered within their group, so that what is written together with them has
    // no influence.
    try ContentIdentifiers.name(rows, groupEnds: groupEnds, dictionaries)
    events.ids = rows.allIdentifiers()
    var contentHash = ContentHash(key: hashKey)
    contentHash.update(from: dictionaries)
    var keys: [EventKey] = []
    keys.reserveCapacity(events.count)
    for (group, end) in zip(groups, groupEnds) {
      let namespace = Array(group.namespace.utf8)
      while keys.count < end {
        keys.append(EventKey(rows, keys.count, namespace: namespace, key: hashKey, contentHash))
      }
    }
    (self.events, self.dictionaries, self.keys) = (events, dictionaries, keys)
  }

  /// The events at the positions that `isKept` says.
  func batch(where isKept: (Int) -> Bool) -> LogBatch {
    let all = LogBatch(events: events, dictionaries: dictionaries, keys: keys)
    let kept = keys.indices.filter(isKept)
    return kept.count == keys.count ? all : all.selecting(kept)
  }

  func summaries(_ outcomes: [LiveLog.Outcome]) -> [EventImport.Summary] {
    var start = 0
    return groupEnds.map { end in
      defer { start = end }
      var summary = EventImport.Summary()
      for outcome in outcomes[start..<end] {
        switch outcome {
        case .new: summary.stored += 1
        case .duplicate: summary.duplicate += 1
        case .differing: summary.differing += 1
        }
      }
      return summary
    }
  }
}

extension EventImport.Summary {
  static func += (a: inout Self, b: Self) {
    a.stored += b.stored
    a.duplicate += b.duplicate
    a.differing += b.differing
    a.quarantined += b.quarantined
  }
}

extension Event {
  /// Why no store can hold the event; `nil` for one that can be stored.
  public var storageProblem: String? {
    if user.rawValue.isEmpty { return "it has no user" }
    if type.isEmpty { return "it has no type" }
    for text in [id, user.rawValue, type, session, item, category, page, source, properties] {
      if text?.utf8.contains(0) ?? false { return "one of its texts holds a NUL" }
    }
    if !Timestamp.representable.contains(time) { return "its time lies outside the years 1 to 9999" }
    if let value, !value.isFinite { return "its value is not a finite number" }
    if (properties?.utf8.count ?? 0) > ByteArena.longestString || id.utf8.count > ByteArena.longestString {
      return "it is larger than 16 MiB"
    }
    return nil
  }

  /// Refuses what no store can hold.
  func validate() throws {
    if let problem = storageProblem { throw StoreError.invalidEvent(id: id, reason: problem) }
  }
}
