import Habitus

/// Patterns for people.
struct PatternPage {
  let words: PatternPageWords
  let moments: MomentText
  /// The most patterns of a kind.
  let limit: Int
  let showsEvidence: Bool

  func fill(_ page: inout Page, _ report: PatternReport) {
    page.title(report.user.map { words.title(of: $0.rawValue) } ?? words.titleOfEverybody)
    page.note(moments.window(report.window))
    if report.patterns.isEmpty {
      page.blank()
      page.paragraph(words.none)
    }
    for kind in Pattern.Kind.allCases { fill(&page, words.heading(kind), report[kind]) }
    if !report.notes.isEmpty { page.blank() }
    for note in report.notes { page.paragraph(note[words.language]) }
  }

  func fill(_ page: inout Page, _ similar: SimilarPatterns) {
    page.title(words.title(of: similar.user.rawValue))
    page.note(moments.window(similar.window))
    let parts = [
      (words.own, similar.own), (words.ofCluster(similar.cluster), similar.ofCluster), (words.shared, similar.shared),
      (words.missing, similar.missing),
    ]
    if parts.allSatisfy({ $0.1.isEmpty }) {
      page.blank()
      page.paragraph(words.none)
    }
    for (heading, patterns) in parts { fill(&page, heading, patterns) }
  }

  private func fill(_ page: inout Page, _ heading: String, _ patterns: [Pattern]) {
    guard !patterns.isEmpty else { return }
    page.heading(heading)
    for pattern in patterns.prefix(limit) {
      page.point(pattern.sentence[words.language])
      let remarks = words.remarks(pattern)
      if !remarks.isEmpty { page.note(remarks, indentation: 4) }
      guard showsEvidence else { continue }
      for occurrence in pattern.evidence {
        page.note(words.evidence(occurrence, from: moments.toMinute(occurrence.start)), indentation: 4)
      }
    }
    if patterns.count > limit {
      page.note(words.more(patterns.count - limit) + ": --limit \(patterns.count)", indentation: 2)
    }
  }
}
