internal import Dispatch
internal import Foundation
internal import GRDB
internal import HabitusModel
internal import Synchronization

/// The embedded store: one folder with events, profiles, models and the quarantine.
///
/// Any number of processes may read a store, one may write it; what is administered (keys, consents, identities, states
/// of sources, items) may be written beside it. Inside a process a store is opened once and shared.
public final class Store: Sendable {
  /// What a store is opened for.
  public enum Access: Sendable, Equatable {
    /// Reading an existing store.
    case read
    /// Reading and writing; a store that is not there is made.
    case write
    /// Reading, and writing keys, consents, identities, sources and items, also while another process has the store
    /// open for writing; a store that is not there is made.
    case administer
  }

  /// The folder.
  public let directory: String
  /// What it was opened for.
  public let access: Access
  /// The key of the hashes that events are recognised by.
  let hashKey: (UInt64, UInt64)

  private let database: any DatabaseReader
  private let lock: FileLock?
  /// What is in memory of the log once this process has appended to it. Whoever gives codes to strings holds it.
  let liveLog = Mutex<LiveLog?>(nil)
  /// Held while runs are made of the log or of other runs.
  let maintenance = Mutex<Void>(())
  /// Whether a folding in the background is asked for and has not begun.
  let foldIsScheduled = Atomic(false)
  /// Whether an import is going on, which gives codes to new strings over several transactions.
  private let codingIsBusy = Atomic(false)

  private init(directory: String, access: Access, database: any DatabaseReader, lock: FileLock?) throws {
    self.directory = directory
    self.access = access
    self.database = database
    self.lock = lock
    hashKey = try database.read { db in
      func half(_ name: String) throws -> UInt64 {
        guard let value = try Int64.fetchOne(db, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
        else { throw StoreError.damaged("the setting '\(name)' is missing") }
        return UInt64(bitPattern: value)
      }
      return (try half("hash_key_0"), try half("hash_key_1"))
    }
  }

  // MARK: Opening

  private struct Shared { weak var store: Store? }
  private static let open = Mutex<[String: Shared]>([:])

  /// Opens the store in `directory`, or returns it where this process has it open already.
  ///
  /// - Throws: ``StoreError`` that says what is wrong with the folder or the file; nothing is changed then.
  public static func open(at directory: String, for access: Access) throws -> Store {
    try open.withLock { stores in
      let path = canonicalPath(directory)
      if let store = stores[path]?.store, access == .read || access == store.access || store.access == .write {
        return store
      }
      let store = try mappingErrors(path: path) { try make(path, access) }
      stores[path] = Shared(store: store)
      return store
    }
  }

  private static func canonicalPath(_ directory: String) -> String {
    URL(fileURLWithPath: directory, isDirectory: true).standardizedFileURL.resolvingSymlinksInPath().path
  }

  private static func make(_ directory: String, _ access: Access) throws -> Store {
    let path = directory + "/habitus.sqlite"
    let exists = FileManager.default.fileExists(atPath: path)
    if access == .read {
      guard exists else { throw StoreError.notFound(directory: directory) }
      try checkHeader(path)
      let database = try reader(path)
      try checkVersion(database, path)
      return try Store(directory: directory, access: access, database: database, lock: nil)
    }
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw StoreError.notWritable(path: directory, reason: "the folder cannot be made")
    }
    if access == .administer {
      return try Store(directory: directory, access: access, database: try administered(directory, path), lock: nil)
    }
    let lock = try FileLock(directory: directory)
    if FileManager.default.fileExists(atPath: path) { try checkHeader(path) } else { try create(path) }
    let pool = try writer(path)
    try checkVersion(pool, path)
    try Schema.migrator.migrate(pool)
    try pool.write { db in try RunWriter.removePending(db) }
    return try Store(directory: directory, access: access, database: pool, lock: lock)
  }

  /// Whoever administers leaves the lock to the process that writes, but for the moment in which the file is made or
  /// brought up to date.
  private static func administered(_ directory: String, _ path: String) throws -> DatabasePool {
    if !FileManager.default.fileExists(atPath: path) {
      let lock = try FileLock.waiting(seconds: 5, for: directory)
      try withExtendedLifetime(lock) { if !FileManager.default.fileExists(atPath: path) { try create(path) } }
    }
    try checkHeader(path)
    let pool = try writer(path)
    try checkVersion(pool, path)
    if try !pool.read(Schema.migrator.hasCompletedMigrations) {
      let lock = try FileLock.waiting(seconds: 5, for: directory)
      try withExtendedLifetime(lock) { try Schema.migrator.migrate(pool) }
    }
    return pool
  }

  private static func writer(_ path: String) throws -> DatabasePool {
    let pool = try DatabasePool(path: path, configuration: configuration())
    // The pool itself settles for NORMAL, which would lose acknowledged events when the machine goes down.
    try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
    return pool
  }

  /// A store on a file system that cannot be written is read as it stands.
  private static func reader(_ path: String) throws -> any DatabaseReader {
    var configuration = configuration()
    configuration.readonly = true
    let folder = (path as NSString).deletingLastPathComponent
    let hasLog = FileManager.default.fileExists(atPath: path + "-wal")
    if !FileManager.default.isWritableFile(atPath: folder), !hasLog {
      return try DatabaseQueue(path: immutableAddress(of: path), configuration: configuration)
    }
    return try DatabasePool(path: path, configuration: configuration)
  }

  /// The address by which SQLite reads a file that nobody changes, without making files beside it.
  static func immutableAddress(of path: String) -> String { URL(fileURLWithPath: path).absoluteString + "?immutable=1" }

  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 16
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA mmap_size = 34359738368")
    }
    return configuration
  }

  /// Makes the file in one go: under another name first, so that a half-made store is never taken for one.
  private static func create(_ path: String) throws {
    let draft = path + ".new"
    for suffix in ["", "-journal"] { try? FileManager.default.removeItem(atPath: draft + suffix) }
    do {
      let queue = try DatabaseQueue(path: draft)
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA page_size = 16384")
        try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
      }
      try Schema.migrator.migrate(queue)
      try queue.write { db in
        var random = SystemRandomNumberGenerator()
        for name in ["hash_key_0", "hash_key_1"] {
          try db.execute(
            sql: "INSERT INTO setting (name, value) VALUES (?, ?)",
            arguments: [name, Int64(bitPattern: random.next())])
        }
      }
      try queue.close()
    }
    try FileManager.default.moveItem(atPath: draft, toPath: path)
  }

  /// Looks at the first bytes before SQLite does, so that a foreign file is never touched.
  private static func checkHeader(_ path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw StoreError.notWritable(path: path, reason: "it cannot be opened")
    }
    defer { try? file.close() }
    let header = Array(try file.read(upToCount: 100) ?? Data())
    guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
      throw StoreError.foreign(path: path)
    }
    let identifier = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard identifier == UInt32(bitPattern: Schema.applicationID) else { throw StoreError.foreign(path: path) }
  }

  private static func checkVersion(_ database: any DatabaseReader, _ path: String) throws {
    if try database.read({ db in try Schema.migrator.hasBeenSuperseded(db) }) { throw StoreError.tooNew(path: path) }
  }

  // MARK: Access

  /// Reads in a transaction of its own.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try Self.mappingErrors(path: directory) { try database.read(body) }
  }

  /// Writes in a transaction; when this returns, what was written survives a crash of the process or the machine.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard access != .administer else { throw StoreError.administersOnly(directory: directory) }
    return try administer(body)
  }

  /// Writes keys, consents, identities, sources or items in a transaction; SQLite's own lock orders it among those of
  /// other processes. When this returns, what was written survives a crash of the process or the machine.
  func administer<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard let writer = database as? any DatabaseWriter, access != .read else {
      throw StoreError.readOnly(directory: directory)
    }
    return try Self.mappingErrors(path: directory) { try writer.write(body) }
  }

  /// Moves what is in the write-ahead log to its place, as far as no reader needs the log, which is then written anew.
  func checkpoint() throws {
    guard let writer = database as? any DatabaseWriter, access == .write else { return }
    try Self.mappingErrors(path: directory) {
      _ = try writer.writeWithoutTransaction { db in try db.checkpoint(.passive) }
    }
  }

  private static func mappingErrors<Result>(path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_FULL: throw StoreError.diskFull(path: path)
      case .SQLITE_BUSY: throw StoreError.busy(directory: path)
      case .SQLITE_NOTADB: throw StoreError.foreign(path: path)
      case .SQLITE_CORRUPT: throw StoreError.damaged(error.message ?? "SQLite finds it malformed")
      case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
        throw StoreError.notWritable(path: path, reason: error.message ?? "access is refused")
      case .SQLITE_IOERR: throw StoreError.damaged("the disk reports an error: \(error.message ?? "unknown")")
      default: throw error
      }
    }
  }

  /// A secret of the store, drawn when it was made: what visitors without an identifier are told apart by.
  public var pseudonymKey: [UInt8] {
    [hashKey.0, hashKey.1].flatMap { half in withUnsafeBytes(of: half.littleEndian) { Array($0) } }
  }

  // MARK: Coding

  /// Makes sure that events can be written; that they cannot is best known before anything is done for them.
  func requireWritable() throws {
    switch access {
    case .write: return
    case .administer: throw StoreError.administersOnly(directory: directory)
    case .read: throw StoreError.readOnly(directory: directory)
    }
  }

  /// Takes the right to give codes to new strings over several transactions, which one import has at a time. What it
  /// knows of the codes must be read in a ``write(_:)`` that begins after this.
  func beginCoding() throws {
    let (taken, _) = codingIsBusy.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
    guard taken else { throw importIsGoingOn }
  }

  /// Gives back what ``beginCoding()`` took.
  func endCoding() { codingIsBusy.store(false, ordering: .releasing) }

  /// Makes sure that no import is going on; to be called inside a ``write(_:)`` that gives a code to a new string.
  func requireCodingIsFree() throws {
    if codingIsBusy.load(ordering: .acquiring) { throw importIsGoingOn }
  }

  private var importIsGoingOn: StoreError {
    .inUse(directory: directory, process: "\(getpid()), another import of this one")
  }
}
