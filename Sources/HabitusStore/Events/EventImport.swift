internal import GRDB
public import HabitusModel
internal import Synchronization

/// Takes in events of a file, a batch at a time, and writes them as runs sorted by (user, time).
///
/// What ``finish()`` (or a flush on the way) has returned from is durable; what was not written before a failure is
/// simply not there, and the same import can be repeated: events that are stored already are recognised.
///
/// Not for use from several threads at once.
public final class EventImport {
  /// What became of the events that were handed over.
  public struct Summary: Sendable, Equatable, Codable {
    /// Events that are now stored.
    public var stored = 0
    /// Events that were stored before, or stood earlier in the same files, with the same content.
    public var duplicate = 0
    /// Events whose id was known with another content; the first one stays.
    public var differing = 0
    /// Rows that went to the quarantine.
    public var quarantined = 0
    /// Events of users without consent: not stored.
    public var withoutConsent = 0
  }

  /// So far; complete after ``finish()``.
  public private(set) var summary = Summary()

  private let store: Store
  private let namespace: [UInt8]
  private let workers: Int
  private let flushSize: Int
  private let permits: ((UserID) -> Bool)?
  /// For each parser: the codes of users whose events may not be stored.
  private var deniedUsers: [Int: Set<UInt32>] = [:]
  private var dictionaries: EventDictionaries
  private var savedCounts: [Int]
  private var rows: Rows
  private var contentHash: ContentHash
  private var identifiers: ContentIdentifiers
  /// For each parser: its codes to those of the store, by kind.
  private var tables: [Int: [[UInt32]]] = [:]
  private var quarantined: [QuarantinedRow] = []
  /// Refused rows that are held before they are written.
  private static let quarantineLimit = 1000
  /// Bytes of text after which rows are written early.
  private static let textLimit = 1 << 30

  init(
    _ store: Store, namespace: String, workers: Int, flushSize: Int, permits: ((UserID) -> Bool)?
  ) throws {
    try store.beginCoding()
    self.store = store
    self.permits = permits
    self.namespace = Array(namespace.utf8)
    self.workers = workers
    self.flushSize = flushSize
    do {
      dictionaries = try store.write { db in try Dictionaries.load(db) }
    } catch {
      store.endCoding()
      throw error
    }
    savedCounts = Dictionaries.counts(dictionaries)
    rows = Rows(capacity: flushSize)
    contentHash = ContentHash(key: store.hashKey)
    identifiers = ContentIdentifiers()
  }

  deinit { store.endCoding() }

  /// Says that the following rows are from another file: identical rows without an id are numbered anew.
  public func beginFile() throws {
    try identifiers.name(rows, dictionaries, workers: workers)
    identifiers.beginFile()
  }

  /// Takes in a batch whose codes are those of parser number `parser`, which has added `newTerms` to its dictionaries
  /// since its last batch.
  public func append(_ batch: EventBatch, parser: Int, newTerms: EventTerms) throws {
    if rows.count + batch.count > rows.capacity || rows.textByteCount > Self.textLimit { try flush() }
    if batch.count > rows.capacity { rows = Rows(capacity: batch.count) }
    var own = tables[parser] ?? TermKind.allCases.map { _ in [] }
    for kind in TermKind.allCases {
      let terms = kind.column(of: newTerms)
      terms.bytes.withUnsafeBytes { bytes in
        for index in 0..<terms.count {
          let term = UnsafeRawBufferPointer(rebasing: bytes[terms.range(of: index)])
          if kind == .user, let permits, !permits(UserID(String(decoding: term, as: UTF8.self))) {
            deniedUsers[parser, default: []].insert(UInt32(own[kind.rawValue].count))
          }
          own[kind.rawValue].append(dictionaries[keyPath: kind.keyPath].code(adding: term))
        }
      }
    }
    tables[parser] = own
    guard let denied = deniedUsers[parser] else { return rows.append(batch, tables: own) }
    let kept = batch.users.indices.filter { !denied.contains(batch.users[$0]) }
    summary.withoutConsent += batch.count - kept.count
    rows.append(batch.selecting(kept), tables: own)
  }

  /// Takes in events one by one, in their order.
  ///
  /// - Throws: ``StoreError/invalidEvent(id:reason:)`` for the first event that cannot be stored; none is taken in then.
  public func append(_ events: [Event]) throws {
    for event in events { try event.validate() }
    var batch = EventBatch()
    for event in events { batch.append(event, coding: &dictionaries) }
    if rows.count + batch.count > rows.capacity || rows.textByteCount > Self.textLimit { try flush() }
    if batch.count > rows.capacity { rows = Rows(capacity: batch.count) }
    rows.append(batch)
  }

  /// Takes in a row that could not be read.
  public func quarantine(_ row: QuarantinedRow) throws {
    quarantined.append(row)
    if quarantined.count == Self.quarantineLimit { try flushQuarantine() }
  }

  /// Writes everything that was taken in. When this returns, it is durable.
  public func finish() throws -> Summary {
    try flush()
    try store.maintenance.withLock { _ in try Compaction.run(store, workers: workers) }
    try store.checkpoint()
    return summary
  }

  private func flushQuarantine() throws {
    guard !quarantined.isEmpty else { return }
    summary.quarantined += try store.write { db in try Quarantine.insert(db, quarantined, at: .now) }
    quarantined.removeAll()
  }

  private func flush() throws {
    try flushQuarantine()
    guard rows.count > 0 else { return }
    try identifiers.name(rows, dictionaries, workers: workers)
    contentHash.update(from: dictionaries)
    let (rows, contentHash, namespace, key) = (self.rows, self.contentHash, self.namespace, store.hashKey)
    let keyed = try KeyedRows.make(count: rows.count, workers: workers) { row in
      EventKey(rows, row, namespace: namespace, key: key, contentHash)
    }
    try store.liveLog.withLock { log in
      try store.write { db in
        try KeyIndex.markRepeats(db, in: keyed)
        try Dictionaries.save(db, dictionaries, after: savedCounts)
        _ = try RunWriter(dictionaries: dictionaries, workers: workers).write(db, rows, keyed)
      }
      // What is in memory of the log knows neither these strings nor these keys.
      log = nil
    }
    savedCounts = Dictionaries.counts(dictionaries)
    summary.stored += keyed.keptCount
    summary.duplicate += keyed.repeats.exact
    summary.differing += keyed.repeats.differing
    rows.removeAll()
    identifiers.rowsWereRemoved()
  }
}

extension EventKey {
  /// The key of a row that has an identifier.
  init(_ rows: Rows, _ row: Int, namespace: [UInt8], key: (UInt64, UInt64), _ contentHash: ContentHash) {
    var hash = SipHash(key: key)
    namespace.withUnsafeBytes { hash.add(text: $0) }
    rows.withIdentifier(at: row) { hash.add($0) }
    let (first, second) = hash.finalize()
    high = first
    low = UInt32(truncatingIfNeeded: second &>> 48) &<< 16 | UInt32(contentHash.shortHash(of: rows, at: row))
  }
}
