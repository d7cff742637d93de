import Habitus

/// Where a user stands, and what the user said.
struct ConsentAnswer: Encodable {
  let user: UserID
  /// The purpose that analysis asks for, and whether the user agrees to it.
  let purpose: String
  let isPermitted: Bool
  /// What holds for users who never said anything.
  let `default`: String
  let consents: [ConsentState]
  let history: [ConsentStatement]

  init(_ user: UserID, _ workspace: Workspace, at moment: Timestamp) async throws {
    let manager = ConsentManager(workspace)
    self.user = user
    purpose = workspace.configuration.consent.purpose
    isPermitted = try await manager.permits(user, purpose: purpose, at: moment)
    self.default = workspace.configuration.consent.standing.rawValue
    consents = try await manager.status(userID: user, at: moment)
    history = try await manager.history(userID: user)
  }

  func fill(_ page: inout Page, _ moments: MomentText) {
    page.title("User \(user)")
    page.paragraph(
      isPermitted
        ? "Events may be stored and analysed (\(purpose))." : "Events may not be stored or analysed (\(purpose)).")
    if history.isEmpty {
      return page.note("The user never said anything; consent.default is \(self.default).")
    }
    page.blank()
    page.table(Self.table(consents, moments, withUsers: false))
    page.heading("What was said (\(moments.timeZone))")
    var table = TextTable(
      [.init(title: "when"), .text("purpose"), .init(title: ""), .init(title: "until"), .text("source")], indentation: 2
    )
    for statement in history {
      table.append([
        moments.plain(statement.time), statement.purpose, statement.isGranted ? "granted" : "withdrawn",
        statement.expires.map(moments.plain) ?? "", statement.source,
      ])
    }
    page.table(table)
  }

  static func table(_ states: [ConsentState], _ moments: MomentText, withUsers: Bool) -> TextTable {
    let columns: [TextTable.Column] = [.text("purpose"), .init(title: "state"), .init(title: "since"), .text("until")]
    var table = TextTable((withUsers ? [.text("user")] : []) + columns, indentation: 2)
    for state in states {
      let purpose = state.purpose == ConsentStatement.everyPurpose ? "* (every purpose)" : state.purpose
      let cells = [
        purpose, state.status.rawValue, moments.toMinute(state.time), state.expires.map(moments.toMinute) ?? "",
      ]
      table.append((withUsers ? [state.user.rawValue] : []) + cells)
    }
    return table
  }
}
