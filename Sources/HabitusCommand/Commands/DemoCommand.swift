import ArgumentParser
import Foundation
import Habitus

/// `habitus demo`.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Makes up events to try the other commands with: invented data, nobody's.",
    discussion: """
      The events are invented: a small job board with a few kinds of visitors over two months. The same seed gives the \
      same events. They are written to a file, or imported into a data folder of their own.

      Examples:
        habitus demo
        habitus demo --data ./demo-data
        habitus demo --users 1000 --seed 7 --out demo.csv
      """)

  @Option(
    name: .long, help: ArgumentHelp("The file to write; demo-events.csv unless given or imported.", valueName: "file"))
  var out: String?

  @Option(name: .long, help: ArgumentHelp("Imports the events into this folder.", valueName: "dir"))
  var data: String?

  @Option(name: .long, help: ArgumentHelp("Number of invented users.", valueName: "n"))
  var users = 300

  @Option(name: .long, help: ArgumentHelp("Chooses among the possible sets of events.", valueName: "n"))
  var seed: UInt64 = 1

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1_000_000).contains(users) else { throw ValidationError("'--users' takes a number from 1 to 1000000.") }
    if out != nil, data != nil { throw ValidationError("Give --out or --data, not both.") }
  }

  private struct Answer: Encodable {
    let isInvented = true
    let users: Int
    let events: Int
    let file: String?
    let data: String?

    private enum CodingKeys: CodingKey { case isInvented, users, events, file, data }
  }

  func run() async throws {
    let text = DemoEvents(userCount: users, seed: seed).csv()
    let rows = text.count { $0 == 0x0A } - 1
    let path = data == nil ? out ?? "demo-events.csv" : nil
    if let data {
      try await importEvents(text, into: data)
    } else if let path {
      let file = try OutputFile(path)
      try file.write(text)
      _ = try file.finish()
    }
    try output.print(Answer(users: users, events: rows, file: path, data: data)) { page in
      page.title("Made up \(NumberText.count(rows, "event")) of \(NumberText.count(users, "invented user"))")
      page.paragraph(path.map { "They are in \($0)." } ?? "They are imported into \(data ?? "").")
      let folder = " --data " + ShellText.quoted(data ?? "demo-data")
      page.next(
        (path.map { ["habitus import \(ShellText.quoted($0))\(folder)"] } ?? [])
          + ["habitus analyze\(folder)", "habitus profile demo-1\(folder)"])
    }
  }

  private func importEvents(_ text: [UInt8], into folder: String) async throws {
    let temporary = FileManager.default.temporaryDirectory.appendingPathComponent(
      "habitus-demo-\(UUID().uuidString).csv"
    ).path
    let file = try OutputFile(temporary)
    try file.write(text)
    _ = try file.finish()
    Interruption.protect(against: String(temporary))
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    let configuration = try LoadedConfiguration(
      overrides: [ConfigurationOverride(key: "storage.path", value: folder, flag: "--data")]
    ).configuration
    let workspace = try Workspace(configuration: configuration, access: .write)
    var options = ImportOptions()
    options.namespace = "demo"
    options.source = "habitus demo"
    _ = try await FileImport(workspace, options: options).run([temporary])
  }
}
