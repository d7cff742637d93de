import Foundation
import Habitus
import Testing

/// The command that was built with the tests.
private enum BuiltCommand {
  static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("habitus").path
  static var exists: Bool { FileManager.default.isExecutableFile(atPath: path) }
}

/// Runs the built command as a person would, in a folder of the test's own.
@Suite("The command, run", .enabled(if: BuiltCommand.exists, "the command is not beside the tests"))
struct CommandRunTests {
  private struct Outcome {
    let code: Int32
    let output: String
    let errors: String

    func json() throws -> [String: JSONValue] {
      try JSONDecoder().decode([String: JSONValue].self, from: Data(output.utf8))
    }
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func run(_ words: [String], in folder: URL) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: BuiltCommand.path)
    process.arguments = words
    process.currentDirectoryURL = folder
    process.environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin"]
    process.standardInput = FileHandle.nullDevice
    var handles: [FileHandle] = []
    for name in ["out", "err"] {
      let path = folder.appendingPathComponent(name).path
      _ = FileManager.default.createFile(atPath: path, contents: nil)
      handles.append(try #require(FileHandle(forWritingAtPath: path)))
    }
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    try process.run()
    process.waitUntilExit()
    let texts = try ["out", "err"].map { try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8) }
    return Outcome(code: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  @Test("From invented events to a profile, and a second import stores nothing")
  func wholeWay() throws {
    try withFolder { folder in
      let made = try run(["demo", "--users", "60", "--out", "demo.csv", "--json"], in: folder).json()
      let first = try run(["import", "demo.csv", "--json"], in: folder).json()
      #expect(first["stored"] == made["events"] && first["read"] == made["events"])
      let second = try run(["import", "demo.csv", "--json"], in: folder).json()
      #expect(second["stored"] == .number(0) && second["duplicates"] == made["events"])
      #expect(try run(["analyze"], in: folder).code == 0)
      let profile = try run(["profile", "demo-1", "--json"], in: folder).json()
      #expect(profile["source"] == .string("stored") && profile["user"] == .string("demo-1"))
      let page = try run(["profile", "demo-1"], in: folder).output
      #expect(page.hasPrefix("User demo-1\nas of ") && !page.contains("\u{1B}"))
      #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
  }

  @Test("Tells how far the users have drifted since the groups were found, and why they are due to be found anew")
  func drift() throws {
    try withFolder { folder in
      _ = try run(["demo", "--users", "60", "--out", "demo.csv"], in: folder)
      _ = try run(["import", "demo.csv"], in: folder)
      let none = try run(["clusters", "drift"], in: folder)
      #expect(none.code != 0 && none.errors.contains("habitus analyze"))
      _ = try run(["analyze"], in: folder)
      let standing = try run(["clusters", "drift", "--json"], in: folder).json()
      #expect(standing["is_refit_due"] == .bool(false) && standing["moved_share"] == .number(0))
      #expect(standing["users"] == standing["fitted_users"])
      let page = try run(["clusters", "drift"], in: folder).output
      #expect(page.hasPrefix("Drift since the groups were found\nas of ") && page.hasSuffix("The groups can stand.\n"))
      #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 })
      let due = try run(
        [
          "clusters", "drift", "--set", "user_clustering.update_frequency_hours=0.00000001", "--set",
          "visualization.language=fr",
        ], in: folder
      ).output
      #expect(due.contains("The groups should be found anew.") && due.contains("Les groupes ont été formés"))
      #expect(due.contains("habitus clusters fit"))
    }
  }

  @Test("The same seed invents the same events, another one others")
  func seeds() throws {
    try withFolder { folder in
      func file(_ name: String, _ seed: String) throws -> Data {
        _ = try run(["demo", "--users", "20", "--seed", seed, "--out", name], in: folder)
        return try Data(contentsOf: folder.appendingPathComponent(name))
      }
      let first = try file("a.csv", "5")
      #expect(try file("b.csv", "5") == first)
      #expect(try file("c.csv", "6") != first)
    }
  }

  @Test("A profile that is not stored is calculated, and says so")
  func liveProfile() throws {
    try withFolder { folder in
      _ = try run(["demo", "--users", "20", "--data", "data"], in: folder)
      let page = try run(["profile", "demo-1"], in: folder)
      #expect(page.code == 0 && page.output.contains("calculated now from the events"))
    }
  }

  @Test("Failures end with 1, wrong use with 64, and each is said in one line on standard error")
  func exitCodes() throws {
    try withFolder { folder in
      let absent = try run(["users"], in: folder)
      #expect(absent.code == 1 && absent.output.isEmpty)
      #expect(absent.errors.hasPrefix("error: There is no Habitus store in"))
      #expect(absent.errors.split(separator: "\n").count == 1)
      #expect(try run(["analyze", "--no-such-flag"], in: folder).code == 64)
      _ = try run(["demo", "--users", "5", "--data", "data"], in: folder)
      let unknown = try run(["profile", "nobody", "--json"], in: folder)
      #expect(unknown.code == 1 && unknown.errors.contains("nobody") && unknown.output.isEmpty)
      #expect(try run([], in: folder).code == 0)
    }
  }

  @Test("Base information is created, changed and deleted")
  func baseInformation() throws {
    try withFolder { folder in
      _ = try run(["demo", "--users", "5", "--data", "data"], in: folder)
      let created = try run(["profiles", "create", "demo-1", "plan=premium", "seats=3", "--json"], in: folder).json()
      #expect(created["base"] == .object(["plan": .string("premium"), "seats": .number(3)]))
      let changed = try run(["profiles", "set", "demo-1", "plan=basic", "seats=", "--json"], in: folder).json()
      #expect(changed["base"] == .object(["plan": .string("basic")]) && changed["version"] == .number(2))
      #expect(try run(["profiles", "create", "demo-1"], in: folder).code == 1)
      #expect(try run(["profiles", "delete", "demo-1"], in: folder).code == 0)
      #expect(try run(["profiles", "delete", "demo-1"], in: folder).code == 1)
    }
  }
}
