import Foundation
import Synchronization
import Testing

/// A PostgreSQL server of its own in a temporary folder.
final class DatabaseServer: Sendable {
  /// Where the programs are; `nil` where PostgreSQL is not installed, or cannot be run by this user.
  static let programs: String? = {
    let root = "/usr/lib/postgresql"
    let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap(Int.init).sorted()
    guard let newest = versions.last, newest >= 13 else { return nil }
    let isRoot = getuid() == 0
    guard !isRoot || FileManager.default.isExecutableFile(atPath: "/usr/sbin/runuser") else { return nil }
    let path = "\(root)/\(newest)/bin"
    return FileManager.default.isExecutableFile(atPath: path + "/initdb") ? path : nil
  }()

  static let isAvailable = programs != nil
  static let reason: Comment = "PostgreSQL 13 or newer is not installed under /usr/lib/postgresql"

  /// The server of all tests that do not stop it.
  static let shared = Result { try DatabaseServer() }

  let folder: String
  let port: Int
  private static let running = Mutex<[DatabaseServer]>([])
  private static let databaseCount = Atomic(0)

  init() throws {
    let programs = try #require(Self.programs)
    folder = "/tmp/habitus-postgres-\(UUID().uuidString.prefix(8))"
    port = 20_000 + Int.random(in: 0..<20_000)
    try Self.run("/bin/mkdir", ["-m", "700", folder])
    try Self.run(programs + "/initdb", ["-D", folder + "/data", "-A", "trust", "-U", "owner", "-E", "UTF8", "-N"])
    let rules = "local all all trust\nhost all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
    try Self.run("/bin/sh", ["-c", "cat > \(folder)/data/pg_hba.conf"], input: rules)
    try start()
    let isFirst = Self.running.withLock { running in
      running.append(self)
      return running.count == 1
    }
    if isFirst { atexit { DatabaseServer.removeAll() } }
  }

  private static func removeAll() {
    for server in running.withLock({ $0 }) {
      try? server.stop()
      _ = try? run("/bin/rm", ["-rf", server.folder])
    }
  }

  func start() throws {
    let options =
      "-p \(port) -k \(folder) -h 127.0.0.1 -F -c autovacuum=off -c max_connections=100 -c log_min_messages=fatal"
    try Self.run(
      (Self.programs ?? "") + "/pg_ctl",
      ["-D", folder + "/data", "-o", options, "-l", folder + "/log", "-w", "start"])
  }

  func stop() throws {
    try Self.run((Self.programs ?? "") + "/pg_ctl", ["-D", folder + "/data", "-m", "immediate", "-w", "stop"])
  }

  func dsn(_ database: String, user: String = "reader") -> String {
    "host=127.0.0.1 port=\(port) dbname=\(database) user=\(user)"
  }

  /// Makes a database and runs statements in it.
  func makeDatabase(_ sql: String = "") throws -> TestDatabase {
    let name = "test_\(Self.databaseCount.add(1, ordering: .relaxed).newValue)"
    try TestDatabase(server: self, name: "postgres").run("CREATE DATABASE \(name)")
    let database = TestDatabase(server: self, name: name)
    try database.run(sql)
    return database
  }

  /// Runs a program as the user who owns the server; returns what it writes.
  @discardableResult
  static func run(_ program: String, _ arguments: [String], input: String = "") throws -> String {
    let isRoot = getuid() == 0
    return try ChildProgram.run(
      isRoot ? "/usr/sbin/runuser" : program, (isRoot ? ["-u", "postgres", "--", program] : []) + arguments,
      input: input)
  }
}

/// A database of a test.
struct TestDatabase: Sendable {
  var server: DatabaseServer
  var name: String

  /// Runs statements; returns the rows, columns separated by bars.
  @discardableResult
  func run(_ sql: String) throws -> [String] {
    guard !sql.isEmpty else { return [] }
    let output = try DatabaseServer.run(
      (DatabaseServer.programs ?? "") + "/psql",
      ["-h", server.folder, "-p", String(server.port), "-U", "owner", "-d", name, "-qAtX", "-v", "ON_ERROR_STOP=1"],
      input: sql)
    return output.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }

  func dsn(user: String = "reader") -> String { server.dsn(name, user: user) }
}
