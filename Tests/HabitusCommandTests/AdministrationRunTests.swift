import Foundation
import Habitus
import Testing

@testable import HabitusCommand

/// Runs the built command, in processes of its own, beside a store that this process holds open.
@Suite("Administration, run", .enabled(if: BuiltHabitus.exists, "the command is not beside the tests"))
struct AdministrationRunTests {
  /// A folder with a store that this process has open for writing.
  private func withOpenStore(_ body: (Workspace, String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var configuration = HabitusConfiguration()
    configuration.storage.path = folder
    try body(try Workspace(configuration: configuration, access: .write), folder)
  }

  @Test("Keys are made, listed and revoked while another process holds the store")
  func keys() throws {
    try withOpenStore { workspace, folder in
      let keys = try AccessKeys(workspace)
      let made = try BuiltHabitus.run(["keys", "create", "web", "--source", "segment", "--rate", "5"], folder)
      guard case .string(let secret) = made.json["secret"] else { throw Missing() }
      #expect(keys.verify(secret) == nil)
      #expect(try keys.reloadIfChanged())
      #expect(keys.verify(secret)?.source == "segment")
      let listed = try BuiltHabitus.run(["keys"], folder, asJSON: false)
      #expect(listed.code == 0 && !listed.output.contains(secret) && listed.output.contains(secret.prefix(10)))
      #expect(try BuiltHabitus.run(["keys", "create", "web"], folder).code == 1)
      #expect(try BuiltHabitus.run(["keys", "revoke", "web"], folder).json["state"] == .string("revoked"))
      #expect(try keys.reloadIfChanged() && keys.verify(secret) == nil)
      #expect(try BuiltHabitus.run(["keys", "revoke", "nobody"], folder).code == 1)
      #expect(try BuiltHabitus.run(["keys", "list"], folder).json["keys"] == .array([]))
    }
  }

  @Test("Consents are recorded beside the writing process, and every statement is kept")
  func consents() throws {
    try withOpenStore { workspace, folder in
      var states = try workspace.store.consentStates(purpose: "analytics", isGrantedByDefault: true)
      let set = try BuiltHabitus.run(
        ["consent", "set", "ann", "analytics=withdrawn", "marketing", "--time", "2026-01-01"], folder)
      #expect(set.json["is_permitted"] == .bool(false))
      try workspace.store.update(&states)
      #expect(!states.permits("ann", at: try #require(Timestamp(rfc3339: "2026-01-01"))))
      #expect(states.permits("ann", at: try #require(Timestamp(rfc3339: "2025-12-31"))))
      #expect(try BuiltHabitus.run(["consent", "set", "ann"], folder).json["is_permitted"] == .bool(true))
      let withdrawn = try BuiltHabitus.run(["consent", "withdraw", "ann"], folder)
      #expect(withdrawn.json["is_permitted"] == .bool(false))
      guard case .array(let history) = withdrawn.json["history"] else { throw Missing() }
      #expect(history.count == 4)
      let page = try BuiltHabitus.run(["consent", "show", "ann"], folder, asJSON: false).output
      #expect(page.contains("may not be stored") && page.split(separator: "\n").allSatisfy { $0.count <= 80 })
      let early = try BuiltHabitus.run(["consent", "show", "ann", "--at", "2025-01-01"], folder)
      #expect(early.json["is_permitted"] == .bool(true))
      let listed = try BuiltHabitus.run(["consent", "list", "--purpose", "marketing"], folder)
      guard case .array(let consents) = listed.json["consents"] else { throw Missing() }
      #expect(consents.count == 1)
      #expect(try BuiltHabitus.run(["consent", "set", "ann", "analytics=maybe"], folder).code == 64)
      #expect(try BuiltHabitus.run(["consent", "set", "ann", "*"], folder).code == 1)
    }
  }

  @Test("Identifiers are previewed, linked, shown, unlinked and listed")
  func identities() throws {
    try withOpenStore { workspace, folder in
      let event = Event(id: "1", user: "visitor", time: Timestamp(milliseconds: 5), type: "view")
      try workspace.store.append([event], namespace: "test")
      let preview = try BuiltHabitus.run(["identity", "preview", "visitor", "ann"], folder)
      #expect(preview.json["ids"] == .number(2) && preview.json["is_joined"] == .bool(false))
      #expect(try BuiltHabitus.run(["identity", "show", "ann"], folder).json["edges"] == .array([]))
      let linked = try BuiltHabitus.run(["identity", "link", "visitor", "ann", "--time", "2026-01-01"], folder)
      #expect(linked.json["canonical"] == .string("ann") && linked.json["events"] == .number(1))
      #expect(try workspace.store.personIndex().members(of: "visitor") == ["ann", "visitor"])
      #expect(try BuiltHabitus.run(["identity", "link", "null", "ann"], folder).code == 1)
      #expect(try BuiltHabitus.run(["identity", "unlink", "visitor", "ann"], folder).code == 0)
      #expect(try BuiltHabitus.run(["identity", "unlink", "visitor"], folder).code == 1)
      #expect(try workspace.store.personIndex().personCount == 0)
      let listed = try BuiltHabitus.run(["identity", "list", "--state", "undone"], folder)
      #expect(listed.json["counts"] == .object(["undone": .number(1)]))
    }
  }

  @Test("Sources are listed with their health and what was counted")
  func sources() throws {
    try withOpenStore { workspace, folder in
      try workspace.store.updateSourceState("pg", kind: "postgresql") { state in
        state.position = #"{"id":7}"#
        (state.lastAttempt, state.lastError, state.consecutiveFailures) = (.now, "no route to host", 2)
      }
      try workspace.store.addIntakeCounts([
        IntakeCount(day: Timestamp.now.utcDay, source: "segment", key: .refused(reason: "no_user"), count: 3)
      ])
      let answer = try BuiltHabitus.run(["sources"], folder)
      guard case .array(let sources) = answer.json["sources"], case .object(let first)? = sources.first,
        case .object(let second)? = sources.last
      else { throw Missing() }
      #expect(first["health"] == .string("failing") && first["position"] == .object(["id": .number(7)]))
      #expect(second["counts"] == .object(["refused:no_user": .number(3)]))
      let page = try BuiltHabitus.run(["sources"], folder, asJSON: false).output
      #expect(page.contains("failing (2 in a row)") && page.contains("! pg: no route to host"))
      #expect(try BuiltHabitus.run(["sources", "--days", "0"], folder).code == 64)
    }
  }

  @Test("Many processes that administer a store that is not there yet lose nothing")
  func manyProcesses() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
      for number in 0..<6 {
        group.addTask { try BuiltHabitus.run(["consent", "withdraw", "u\(number)"], folder).code }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(codes == [0, 0, 0, 0, 0, 0])
    #expect(try Store.open(at: folder, for: .read).consentHistory().count == 6)
  }
}

private struct Missing: Error {}

/// The command that was built with the tests.
private enum BuiltHabitus {
  static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("habitus").path
  static var exists: Bool { FileManager.default.isExecutableFile(atPath: path) }

  struct Outcome {
    let code: Int32
    let output: String
    /// The answer as JSON; empty where it is none.
    var json: [String: JSONValue] {
      (try? JSONDecoder().decode([String: JSONValue].self, from: Data(output.utf8))) ?? [:]
    }
  }

  static func run(_ words: [String], _ folder: String, asJSON: Bool = true) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = words + ["--data", folder] + (asJSON ? ["--json"] : [])
    process.environment = ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin"]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(code: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
  }
}
