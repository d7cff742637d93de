import ArgumentParser
import Foundation
import Habitus

/// `habitus sources`.
struct SourcesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sources", abstract: "Lists where events come from: how each source is doing, what it gave.",
    discussion: """
      Examples:
        habitus sources
        habitus sources --days 7 --json
      """)

  @Option(name: .long, help: ArgumentHelp("Counts of so many days, today among them.", valueName: "n"))
  var days = 30

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1_000_000).contains(days) else { throw ValidationError("'--days' takes a number of at least 1.") }
  }

  private struct Answer: Encodable {
    struct Source: Encodable {
      let name: String
      let kind: String?
      let health: SourceState.Health?
      let position: JSONValue?
      let lastAttempt: Timestamp?
      let lastSuccess: Timestamp?
      let lastError: String?
      let eventsPulled: Int?
      let consecutiveFailures: Int?
      let counts: [String: Int]

      init(_ summary: SourceStates.Summary) {
        let state = summary.state
        name = summary.name
        kind = state?.kind
        health = state?.health
        // A position that is no JSON, which a source should not have kept, is shown as the text it is.
        position = state?.position.map { text in
          (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .string(text)
        }
        lastAttempt = state?.lastAttempt
        lastSuccess = state?.lastSuccess
        lastError = state?.lastError
        eventsPulled = state?.pulledEventCount
        consecutiveFailures = state?.consecutiveFailures
        counts = Dictionary(summary.counts.map { ($0.key.text, $0.value) }, uniquingKeysWith: +)
      }
    }

    let days: Int
    let sources: [Source]
  }

  func run() async throws {
    let workspace = try store.workspace(.read)
    let today = Timestamp.now.utcDay
    let period = CivilDate(daysSince1970: today.daysSince1970 - days + 1)...today
    let summaries = try await SourceStates(workspace).summaries(on: period)
    try output.print(Answer(days: days, sources: summaries.map(Answer.Source.init))) { page in
      guard !summaries.isEmpty else { return page.title("No source has sent anything yet.") }
      page.title(NumberText.count(summaries.count, "source"))
      let pulled = summaries.compactMap(\.state)
      if !pulled.isEmpty { page.table(Self.table(of: pulled, workspace.moments)) }
      for state in pulled { if let error = state.lastError { page.point("\(state.name): \(error)", mark: "!") } }
      let counted = summaries.filter { !$0.counts.isEmpty }
      guard !counted.isEmpty else { return }
      page.heading(days == 1 ? "Counted today (UTC)" : "Counted in \(NumberText.count(days)) days (UTC)")
      page.table(Self.table(of: counted))
    }
  }

  private static func table(of states: [SourceState], _ moments: MomentText) -> TextTable {
    var table = TextTable(
      [
        .text("source"), .text("kind"), .prose("state"), .init(title: "last success"), .number("events"),
        .text("read up to"),
      ], indentation: 2)
    for state in states {
      let failures = state.consecutiveFailures
      table.append([
        state.name, state.kind,
        state.health == .failing ? "failing (\(NumberText.count(failures)) in a row)" : state.health.rawValue,
        state.lastSuccess.map(moments.toMinute) ?? "never", NumberText.count(state.pulledEventCount),
        state.position ?? "",
      ])
    }
    return table
  }

  private static func table(of summaries: [SourceStates.Summary]) -> TextTable {
    var table = TextTable([.text("source"), .prose(""), .number("")], indentation: 2)
    for summary in summaries {
      let counts = summary.counts.sorted { ($1.value, $0.key.text) < ($0.value, $1.key.text) }
      for (index, (key, count)) in counts.enumerated() {
        table.append([index == 0 ? summary.name : "", words(key), NumberText.count(count)])
      }
    }
    return table
  }

  private static func words(_ key: IntakeCount.Key) -> String {
    switch key {
    case .stored: "stored"
    case .duplicate: "known already"
    case .differing: "known already, with another content"
    case .withoutConsent: "without consent, not stored"
    case .bot: "of programs, marked"
    case .refused(let reason): "refused: " + (RefusalReason(rawValue: reason)?.message ?? reason)
    }
  }
}
