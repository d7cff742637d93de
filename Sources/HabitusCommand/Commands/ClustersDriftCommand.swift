import ArgumentParser
import Habitus

/// `habitus clusters drift`.
struct ClustersDriftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "Shows how far the users have moved away from the groups that stand.",
    discussion: """
      The users in the window are compared with those whom the groups were found from. A service finds the groups anew \
      by the same measures.

      Examples:
        habitus clusters drift
        habitus clusters drift --as-of 2026-03-01 --json
      """)

  @OptionGroup var window: WindowOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Answer: Encodable {
    let window: WindowAnswer
    let fitted: Timestamp
    let ageHours: Double
    let fittedUsers: Int
    let users: Int
    let features: [ClusterDrift.FeatureDrift]
    let movedShare: Double?
    let outlierShare: Double?
    let isRefitDue: Bool
    let reasons: [LocalizedText]
    let obstacle: LocalizedText?
  }

  func run() async throws {
    let workspace = try store.workspace(.read, window.overrides)
    let drift = try await UserClustering(workspace).drift(asOf: window.asOf, windowDays: window.windowDays)
    let range = try workspace.window(window)
    let answer = Answer(
      window: WindowAnswer(range, workspace.configuration), fitted: drift.fitted,
      ageHours: drift.age / .seconds(3600), fittedUsers: drift.fittedUserCount, users: drift.userCount,
      features: drift.features, movedShare: drift.movedShare, outlierShare: drift.outlierShare,
      isRefitDue: drift.isRefitDue, reasons: drift.reasons, obstacle: drift.obstacle)
    try output.print(answer) { page in
      page.title("Drift since the groups were found")
      page.note(workspace.moments.window(range))
      Self.fill(&page, drift, workspace)
      if drift.isRefitDue { page.next(["habitus clusters fit" + store.repeatedFlags]) }
    }
  }

  private static func fill(_ page: inout Page, _ drift: ClusterDrift, _ workspace: Workspace) {
    page.blank()
    page.fields([
      (
        "groups found",
        "\(workspace.moments.toMinute(drift.fitted)), \(NumberText.duration(drift.age / .seconds(1))) ago, from "
          + NumberText.count(drift.fittedUserCount, "user")
      ),
      ("users now", NumberText.count(drift.userCount)),
      ("behave like another group", drift.movedShare.map(NumberText.share) ?? "not known"),
      ("fit nowhere", drift.outlierShare.map(NumberText.share) ?? "not known"),
    ])
    if !drift.features.isEmpty {
      page.blank()
      var table = TextTable(
        [.text("feature"), .number("index"), .number("by chance"), .text("verdict")], indentation: 2)
      for feature in drift.features {
        table.append([
          feature.feature, NumberText.decimal(feature.index, digits: 3),
          NumberText.decimal(feature.expectedIndex, digits: 3), verdict(feature.level),
        ])
      }
      page.table(table)
      page.blank()
      page.note(
        "index: population stability index; from 0.1 on a change is moderate, from 0.25 on major, unless chance explains it."
      )
    }
    page.blank()
    let language = workspace.configuration.visualization.language
    if let obstacle = drift.obstacle {
      page.paragraph(obstacle[language])
    } else if drift.isRefitDue {
      page.paragraph("The groups should be found anew.")
      for reason in drift.reasons { page.point(reason[language]) }
    } else {
      page.paragraph("The groups can stand.")
    }
  }

  private static func verdict(_ level: ClusterDrift.Level) -> String {
    switch level {
    case .none: "none"
    case .moderate: "moderate"
    case .major: "major"
    }
  }
}
