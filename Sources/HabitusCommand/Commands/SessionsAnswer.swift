import Habitus

/// What `habitus sessions` answers with.
struct SessionsAnswer: Encodable {
  struct Archetypes: Encodable {
    let sessions: Int
    let users: Int
    let assignedSessions: Int
    let unassignedShare: Double
    let reason: LocalizedText
    let kinds: [SessionArchetype]
  }

  let user: String?
  let window: WindowAnswer
  let sessions: Int
  let users: Int
  let archetypes: Archetypes
  /// How often the one user has each kind; `nil` for everybody.
  let shares: [UserSessionArchetypes.Share]?
  let placesAre: EventDimension
  let friction: [FrictionReport.Finding]
  private let words: SessionsPageWords
  private let limit: Int

  private enum CodingKeys: CodingKey { case user, window, sessions, users, archetypes, shares, placesAre, friction }

  init(
    _ found: SessionArchetypes, own: UserSessionArchetypes?, _ report: FrictionReport,
    _ configuration: HabitusConfiguration, limit: Int
  ) {
    user = report.user?.rawValue
    window = WindowAnswer(report.window, configuration)
    sessions = report.sessionCount
    users = report.userCount
    archetypes = Archetypes(
      sessions: found.sessionCount, users: found.userCount, assignedSessions: found.assignedSessionCount,
      unassignedShare: found.unassignedShare, reason: found.reason, kinds: found.archetypes)
    shares = own?.shares
    placesAre = report.placeDimension
    friction = report.findings
    words = SessionsPageWords(language: configuration.visualization.language)
    self.limit = limit
  }

  func fill(_ page: inout Page, note: String) {
    page.title(words.title(user: user, sessions: sessions, users: users))
    page.note(note)
    page.blank()
    page.paragraph(archetypes.reason[words.language])
    fillArchetypes(&page)
    page.heading(words.friction)
    fillSignals(&page)
    for finding in friction where finding.sessionCount > 0 { fillPlaces(&page, finding) }
  }

  // MARK: Archetypes

  private func fillArchetypes(_ page: inout Page) {
    guard !archetypes.kinds.isEmpty else { return }
    page.blank()
    var table = TextTable(
      [.number(words.kind)] + (shares == nil ? [] : [.number(words.own)])
        + [.number(words.sessions), .text(""), .number(words.users), .prose(words.whatSetsApart)], indentation: 2)
    for (index, kind) in archetypes.kinds.enumerated() {
      table.append(
        ["\(kind.id)"] + (shares.map { [words.share($0[index].share)] } ?? [])
          + [
            words.share(kind.sessionShare), Bars.bar(kind.sessionShare, width: 12), words.share(kind.userShare),
            kind.sentence[words.language],
          ])
    }
    page.table(table)
    if archetypes.unassignedShare > 0 {
      page.note(words.unassigned(archetypes.unassignedShare), indentation: 2)
    }
    if archetypes.assignedSessions < archetypes.sessions {
      page.note(words.sampled(archetypes.assignedSessions), indentation: 2)
    }
    page.heading(words.typical)
    for kind in archetypes.kinds where !kind.typicalSequence.isEmpty {
      page.point(kind.typicalSequence.joined(separator: " → "), mark: "\(kind.id)")
    }
  }

  // MARK: Friction

  private func fillSignals(_ page: inout Page) {
    var table = TextTable(
      [
        .init(title: words.signal), .number(words.times), .number(words.byChance), .number(words.sessions),
        .number(words.users),
        .number(words.perThousand), .number(words.halves), .prose(""),
      ], indentation: 2)
    for finding in friction {
      table.append([
        words.name(finding.signal), words.count(finding.occurrenceCount),
        finding.expectedOccurrenceCount.map { words.count(Int($0.rounded())) } ?? "", words.count(finding.sessionCount),
        words.count(finding.userCount),
        words.rate(finding.ratePerThousandSessions),
        finding.trend.map { "\(words.rate($0.firstRate)) → \(words.rate($0.secondRate))" } ?? "",
        words.remark(finding),
      ])
    }
    page.table(table)
  }

  private func fillPlaces(_ page: inout Page, _ finding: FrictionReport.Finding) {
    guard limit > 0, !finding.places.isEmpty else { return }
    page.heading(words.name(finding.signal))
    let hasTurning = finding.places.contains { $0.turning != nil }
    var table = TextTable(
      [.prose(words.place), .number(words.sessions), .number(words.users)]
        + (hasTurning ? [.number(words.turned), .number(words.elsewhere)] : []), indentation: 2)
    for place in finding.places.prefix(limit) {
      table.append(
        [words.place(finding.signal, place.elements), words.count(place.sessionCount), words.count(place.userCount)]
          + (hasTurning
            ? [
              place.turning.map { words.share($0.share) } ?? "",
              place.turning.map { words.share($0.overallShare) } ?? "",
            ] : []))
    }
    page.table(table)
    if finding.places.count > limit {
      page.note(words.more(finding.places.count - limit, of: finding.places.count), indentation: 2)
    }
  }
}
