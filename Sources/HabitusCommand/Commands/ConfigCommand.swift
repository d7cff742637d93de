import ArgumentParser
import Foundation
import Habitus

/// `habitus config`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Writes, checks and shows the configuration.",
    discussion: """
      Settings come from habitus.yaml (or --config, or HABITUS_CONFIG), then HABITUS_… variables, then flags; the \
      later ones count more.

      Examples:
        habitus config init
        habitus config check
        habitus config show feature_extraction
      """,
    subcommands: [Init.self, Check.self, Show.self, Reference.self])

  /// `habitus config init`.
  struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "init", abstract: "Writes habitus.yaml with every key, its default and its meaning.",
      discussion: """
        Example:
          habitus config init --config settings/habitus.yaml
        """)

    @Option(name: .long, help: ArgumentHelp("The file to write.", valueName: "file"))
    var config = "habitus.yaml"

    @Flag(name: .long, help: "Replaces a file that is there.")
    var force = false

    func run() throws {
      guard force || !FileManager.default.fileExists(atPath: config) else { throw CommandError.fileExists(config) }
      let file = try OutputFile(config)
      try file.write(Array(HabitusConfiguration.template.utf8))
      _ = try file.finish()
      try Terminal.output.print("Wrote \(config). Edit it, then run: habitus config check")
    }
  }

  /// `habitus config check`.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Finds mistakes in the configuration: each with file, line, key and what is allowed.",
      discussion: """
        Example:
          habitus config check --config settings/habitus.yaml
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let isValid: Bool
      let file: String?
      let changedKeys: [String]
    }

    func run() throws {
      let loaded = try store.load()
      let changed = loaded.effectiveValues.filter { $0.origin != .standard }.map(\.key)
      try output.print(Answer(isValid: true, file: loaded.file, changedKeys: changed)) { page in
        page.paragraph("The configuration is valid.")
        page.fields([
          ("file", loaded.file ?? "none found: defaults, variables and flags only"),
          ("settings given", changed.isEmpty ? "none" : "\(changed.count)"),
        ])
      }
    }
  }

  /// `habitus config show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows the values in force and where each comes from; secrets are masked.",
      discussion: """
        Examples:
          habitus config show
          habitus config show user_clustering
        """)

    @Argument(help: "Only keys that begin so.") var prefix = ""
    @Flag(name: .long, help: "Only values that are not defaults.") var changed = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      struct Value: Encodable {
        let key: String
        let value: String
        let origin: String
      }
      let file: String?
      let values: [Value]
    }

    func run() throws {
      let loaded = try store.load()
      let values = loaded.effectiveValues.filter {
        $0.key.hasPrefix(prefix) && (!changed || $0.origin != .standard)
      }
      let answer = Answer(
        file: loaded.file,
        values: values.map { .init(key: $0.key, value: $0.value, origin: $0.origin.description) })
      try output.print(answer) { page in
        page.title("Configuration")
        page.note(loaded.file.map { "from \($0)" } ?? "no file: defaults, variables and flags")
        page.blank()
        var table = TextTable([.text("key"), .prose("value"), .text("from")], indentation: 2)
        for value in values {
          table.append([
            value.key, value.value.isEmpty ? "(empty)" : value.value.replacing(",", with: ", "),
            value.origin.description,
          ])
        }
        page.table(table)
        if values.isEmpty { page.paragraph("No key begins with '\(prefix)'" + (changed ? " and differs." : ".")) }
      }
    }
  }

  /// `habitus config reference`.
  struct Reference: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reference", abstract: "Prints the reference of all keys in Markdown.",
      discussion: """
        Example:
          habitus config reference > configuration.md
        """)

    func run() throws { try Terminal.output.write(ConfigurationSchema.habitus.markdownReference.utf8) }
  }
}
