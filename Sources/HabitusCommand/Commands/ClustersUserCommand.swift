import ArgumentParser
import Habitus

extension ClustersCommand {
  /// `habitus clusters user`.
  struct User: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "user", abstract: "Says why a user is in a group, and where the user was before.",
      discussion: """
        Example:
          habitus clusters user 12345
        """)

    @Argument(help: ArgumentHelp("The user.", valueName: "id")) var id: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let user: UserID
      let explanation: MembershipExplanation
      let moves: [ClusterMove]
    }

    func run() async throws {
      let workspace = try store.workspace(.read)
      let clustering = UserClustering(workspace)
      let manager = ProfileManager(workspace)
      let profile = try await manager.getProfile(userID: UserID(id))
      guard let features = profile.features, profile.cluster != nil else {
        throw HabitusError.notCompared(UserID(id))
      }
      let model = try await clustering.currentModel()
      let answer = Answer(
        user: profile.user, explanation: try await clustering.explanation(of: features),
        moves: try await manager.getClusterHistory(userID: UserID(id)))
      let view = MembershipPage(
        model: model, words: ClusterPageWords(language: workspace.configuration.visualization.language),
        moments: workspace.moments)
      try output.print(answer) { page in
        page.title(answer.user.rawValue)
        view.fill(&page, answer.explanation)
        view.fill(&page, answer.moves)
      }
    }
  }
}

/// A membership and its reasons, for people.
private struct MembershipPage {
  let model: ClusterModel
  let words: ClusterPageWords
  let moments: MomentText

  private func name(_ number: Int?) -> String {
    guard let number else { return words.noGroup }
    let name = model.clusters.first { $0.id == number }?.name[words.language]
    return name.map { "\(number), \($0)" } ?? "\(number)"
  }

  func fill(_ page: inout Page, _ explanation: MembershipExplanation) {
    let membership = explanation.membership
    var fields = [
      (words.group, name(membership.cluster)), (words.confidence, NumberText.share(membership.confidence)),
    ]
    if let second = membership.secondCluster { fields.append((words.nextNearest, name(second))) }
    page.fields(fields)
    if membership.isOutlier {
      page.blank()
      page.paragraph(words.outlier)
    }
    fill(&page, words.whatDecided, explanation.decided)
    fill(&page, words.whatSetsApart, explanation.apart)
  }

  private func fill(_ page: inout Page, _ heading: String, _ parts: [MembershipExplanation.Part]) {
    guard !parts.isEmpty else { return }
    page.heading(heading)
    var table = TextTable(
      [.text(words.feature), .number(words.user), .number(words.centre), .number(words.part), .text("")],
      indentation: 2)
    for part in parts {
      let isReadable = words.isReadable(part)
      table.append([
        isReadable ? FeatureTexts.label(of: part.feature)[words.language] : words.timeOfDay,
        isReadable ? words.value(part.value, of: part) : "", isReadable ? words.value(part.centre, of: part) : "",
        NumberText.share(part.share), Bars.bar(part.share, width: 10),
      ])
    }
    page.table(table)
  }

  func fill(_ page: inout Page, _ moves: [ClusterMove]) {
    guard !moves.isEmpty else { return }
    page.heading(words.moves)
    var table = TextTable(
      [.init(title: words.when), .text(words.before), .text(words.after), .prose(words.why)], indentation: 2)
    for move in moves {
      table.append([moments.toMinute(move.time), name(move.from), name(move.to), words.cause(move.cause)])
    }
    page.table(table)
  }
}
