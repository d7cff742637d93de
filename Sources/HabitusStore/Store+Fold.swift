internal import Dispatch
internal import GRDB
internal import HabitusModel
internal import Synchronization

extension Store {
  /// Events in the log after which it is folded in the background.
  private static let foldSize = 1 << 17
  /// Strings that are written in one transaction, so that what is appended meanwhile does not wait long.
  private static let stringsAtATime = 4096
  private static let foldingQueue = DispatchQueue(label: "habitus.fold", qos: .utility)

  /// Number of events that wait to be folded.
  public func loggedEventCount() throws -> Int { try read { db in try EventLog.count(db) } }

  /// Moves appended events into sorted segments and merges runs where there are many. Answers stay the same, and
  /// events can be appended meanwhile.
  ///
  /// - Throws: ``StoreError/inUse(directory:process:)`` while an import of this process is going on.
  public func fold(workers: Int) throws {
    try requireWritable()
    try maintenance.withLock { _ in
      try foldLog(workers: workers)
      try Compaction.run(self, workers: workers)
    }
    try checkpoint()
  }

  /// Folds the log on a thread of its own once it has grown.
  func foldInBackground(waiting: Int) {
    guard waiting >= Self.foldSize,
      foldIsScheduled.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    else { return }
    Self.foldingQueue.async { [weak self] in
      guard let self else { return }
      // What cannot be folded now, as while an import is going on, stays in the log and is folded later.
      try? fold(workers: 1)
      foldIsScheduled.store(false, ordering: .releasing)
    }
  }

  private func foldLog(workers: Int) throws {
    let part = try liveLog.withLock { log -> LiveLog? in
      try requireCodingIsFree()
      if log == nil, try read({ db in try EventLog.count(db) }) > 0 { log = try read { db in try LiveLog(db) } }
      return log
    }
    guard let part, !part.keys.isEmpty else { return }
    let counts = Dictionaries.counts(part.dictionaries)
    // The strings come first, and the run is encoded before anything waits for it.
    while try saveStrings(of: part) {}
    let run = try EncodedRun(part, workers: workers)
    try liveLog.withLock { log in
      guard log?.generation == part.generation else { return }
      try requireCodingIsFree()
      try write { db in
        try run.write(db)
        try EventLog.remove(db, through: part.lastBatch)
      }
      log?.wereFolded(part.keys.count)
      log?.stringsWereSaved(counts)
    }
  }

  /// Writes some of the strings that the database lacks; false where it has all of them.
  private func saveStrings(of part: LiveLog) throws -> Bool {
    try liveLog.withLock { log in
      // An import that ended meanwhile has given codes of its own.
      guard let known = log?.savedCounts, log?.generation == part.generation else { throw StoreError.changed }
      try requireCodingIsFree()
      let counts = try write { db in
        try Dictionaries.save(db, part.dictionaries, after: known, limit: Self.stringsAtATime)
      }
      log?.stringsWereSaved(counts)
      return counts != known
    }
  }

  /// Writes in a transaction that may give codes to users that the store does not know.
  func writeCodingUsers<Result: Sendable>(_ body: (Database, _ code: (UserID) throws -> Int64) throws -> Result) throws
    -> Result
  {
    try liveLog.withLock { log in
      var saved = log?.savedCounts
      let result = try write { db in
        try body(db) { user in
          if let code = try Dictionaries.code(db, of: user) { return code }
          try requireCodingIsFree()
          guard let code = log?.code(adding: user), let dictionaries = log?.dictionaries, let known = saved else {
            return try Dictionaries.add(db, user: user)
          }
          // The codes that the log has given to users before this one are written with it.
          saved = try Dictionaries.save(db, dictionaries, .user, after: known)
          return Int64(code)
        }
      }
      if let saved { log?.stringsWereSaved(saved) }
      return result
    }
  }
}

/// A run that is ready to be written.
private struct EncodedRun {
  private let segments: [EncodedSegment]
  private let keyPages: [SealedKeyPage]

  init(_ log: LiveLog, workers: Int) throws {
    let rows = Rows(log.events)
    let keys = log.keys
    let keyed = try KeyedRows.make(count: rows.count, workers: workers) { keys[$0] }
    keyPages = try KeyIndex.pages(keyed, workers: workers)
    segments = try RunWriter(dictionaries: log.dictionaries, workers: workers).segments(rows, keyed)
  }

  func write(_ db: Database) throws {
    let run = try RunWriter.makeRun(db)
    for segment in segments { try RunWriter.write(db, run: run, segment) }
    try KeyIndex.write(db, run: run, keyPages)
  }
}
