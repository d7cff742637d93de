import ArgumentParser
import Foundation
import Habitus

/// `habitus profiles`.
struct ProfilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles", abstract: "Creates, changes and deletes profiles: what the application says about users.",
    discussion: """
      Values are JSON where they read as JSON (42, true, ["a"]), and text otherwise. Secure fields (personal_info and \
      contact_details unless configured) are kept apart.

      Examples:
        habitus profiles create 12345 plan=premium seats=3
        habitus profiles set 12345 plan=basic
        habitus profiles delete 12345
      """,
    subcommands: [Create.self, Set.self, Delete.self])

  /// `habitus profiles create`.
  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Makes a profile with base information.",
      discussion: """
        Example:
          habitus profiles create 12345 plan=premium seats=3
        """)

    @Argument(help: "The user.") var id: String
    @Argument(help: ArgumentHelp("Base information.", valueName: "key=value")) var fields: [String] = []
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let base = try ProfilesCommand.fields(fields)
      let profile = try await ProfileManager(try store.workspace(.write)).createProfile(userID: UserID(id), base: base)
      try ProfilesCommand.print(profile, "Created the profile of user \(id).", output)
    }
  }

  /// `habitus profiles set`.
  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Changes base information; fields that are not named stay, KEY= removes one.",
      discussion: """
        Example:
          habitus profiles set 12345 plan=basic seats=
        """)

    @Argument(help: "The user.") var id: String
    @Argument(help: ArgumentHelp("Base information.", valueName: "key=value")) var fields: [String]
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let changes = try ProfilesCommand.fields(fields)
      let manager = ProfileManager(try store.workspace(.write))
      let present = try await manager.getProfile(userID: UserID(id))
      let base = present.base.merging(changes) { _, new in new }.filter { $0.value != .string("") }
      let profile = try await manager.updateProfile(userID: UserID(id), base: base)
      try ProfilesCommand.print(profile, "Changed the profile of user \(id).", output)
    }
  }

  /// `habitus profiles delete`.
  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Deletes a profile with its history; the user's events stay.",
      discussion: """
        Example:
          habitus profiles delete 12345
        """)

    @Argument(help: "The user.") var id: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable { let deleted: String }

    func run() async throws {
      try await ProfileManager(try store.workspace(.write)).deleteProfile(userID: UserID(id))
      try output.print(Answer(deleted: id)) { page in
        page.paragraph("Deleted the profile of user \(id) with its history. The events stay.")
      }
    }
  }

  private struct Answer: Encodable {
    let user: UserID
    let version: Int
    let created: Timestamp
    let updated: Timestamp
    let base: [String: JSONValue]
  }

  private static func print(_ profile: Profile, _ sentence: String, _ output: OutputOptions) throws {
    let answer = Answer(
      user: profile.user, version: profile.version, created: profile.created, updated: profile.updated,
      base: profile.base)
    try output.print(answer) { page in
      page.paragraph("\(sentence) It is version \(profile.version) now.")
      page.fields(profile.base.sorted { $0.key < $1.key }.map { ($0.key, JSONFields.text($0.value)) })
    }
  }

  private static func fields(_ texts: [String]) throws -> [String: JSONValue] {
    var fields: [String: JSONValue] = [:]
    for text in texts {
      guard let (key, value) = JSONFields.field(text) else { throw CommandError.notDocument(text) }
      fields[key] = value
    }
    return fields
  }
}

/// Fields of base information as text.
enum JSONFields {
  /// Reads `key=value`; `nil` where there is no key or no `=`.
  static func field(_ text: String) -> (String, JSONValue)? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    let value = try? JSONDecoder().decode(JSONValue.self, from: Data(parts[1].utf8))
    return (parts[0], value ?? .string(parts[1]))
  }

  /// A value: texts as they are, everything else as JSON.
  static func text(_ value: JSONValue) -> String {
    if case .string(let text) = value { return text }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
