import ArgumentParser
import Foundation
import Habitus

/// `habitus patterns`.
struct PatternsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patterns", abstract: "Shows what is done again and again: sequences of events, hours and days.",
    discussion: """
      Only what chance does not explain is told: sequences against independent draws of the same events, hours and \
      days against an even spread (of everybody) or everybody's rhythm (of one user).

      Examples:
        habitus patterns
        habitus patterns --user 12345 --window-days 90
      """)

  @Option(name: .long, help: ArgumentHelp("The patterns of this user only.", valueName: "id"))
  var user: String?

  @Option(
    name: .long, help: ArgumentHelp("The most patterns of a kind that are shown; --json shows all.", valueName: "n"))
  var limit = 15

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Answer: Encodable {
    let user: String?
    let window: WindowAnswer
    let patterns: [Pattern]
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let detector = PatternDetector(workspace)
    let patterns =
      if let user {
        try await detector.detectPatterns(userID: UserID(user), asOf: window.asOf, windowDays: window.windowDays)
      } else {
        try await detector.detectPatterns(asOf: window.asOf, windowDays: window.windowDays)
      }
    let range = try workspace.window(window)
    let answer = Answer(user: user, window: WindowAnswer(range, workspace.configuration), patterns: patterns)
    try output.print(answer) { page in
      page.title(user.map { "Patterns of user \($0)" } ?? "Patterns of everybody")
      page.note(workspace.moments.window(range))
      if patterns.isEmpty {
        page.blank()
        page.paragraph("None stands out from chance in this window.")
      }
      for kind in Pattern.Kind.allCases { Self.fill(&page, kind, patterns.filter { $0.kind == kind }, limit) }
    }
  }

  private static let headings: [Pattern.Kind: String] = [
    .sequence: "Sequences inside sessions", .hourOfDay: "Hours of the day", .weekday: "Days of the week",
    .hourOfWeek: "Hours of the week",
  ]

  private static func fill(_ page: inout Page, _ kind: Pattern.Kind, _ patterns: [Pattern], _ limit: Int) {
    guard !patterns.isEmpty else { return }
    page.heading(headings[kind] ?? kind.rawValue)
    var table = TextTable(
      [
        .prose(kind == .sequence ? "sequence" : "when"), .number("share"), .number("expected"), .number("times"),
        .number("seen"), .number("q"),
      ],
      indentation: 2)
    for pattern in patterns.prefix(max(0, limit)) {
      table.append([
        PatternText.subject(pattern), NumberText.share(pattern.share),
        pattern.expectedShare.map(NumberText.share) ?? "",
        pattern.lift.map { NumberText.decimal($0, digits: 1) } ?? "", NumberText.count(pattern.support),
        pattern.qValue.map(PatternText.probability) ?? "",
      ])
    }
    page.table(table)
    if patterns.count > max(0, limit) {
      page.note("\(patterns.count - max(0, limit)) more: --limit \(patterns.count)", indentation: 2)
    }
  }
}

/// Patterns in words.
enum PatternText {
  /// What a pattern is about, as in `search → filter` or `Monday 18:00–19:00`.
  static func subject(_ pattern: Pattern) -> String {
    func hours(_ text: String) -> String {
      guard let hour = Int(text) else { return text }
      return "\(NumberText.hour(Double(hour)))–\(hour == 23 ? "24:00" : NumberText.hour(Double(hour + 1)))"
    }
    switch pattern.kind {
    case .sequence: return pattern.elements.joined(separator: " → ")
    case .hourOfDay: return pattern.elements.map(hours).joined(separator: " ")
    case .weekday: return pattern.elements.map(\.capitalized).joined(separator: " ")
    case .hourOfWeek:
      return pattern.elements.enumerated().map { $0.offset == 0 ? $0.element.capitalized : hours($0.element) }
        .joined(separator: " ")
    default: return pattern.elements.joined(separator: " → ")
    }
  }

  /// A probability: `0.012`, `3e-08`, `< 1e-99`.
  static func probability(_ value: Double) -> String {
    if value >= 0.001 { return NumberText.decimal(value, digits: 3) }
    if value < 1e-99 { return "< 1e-99" }
    var exponent = 0
    var mantissa = value
    while mantissa < 1 {
      mantissa *= 10
      exponent += 1
    }
    return "\(Int(mantissa))e-\(exponent)"
  }
}
