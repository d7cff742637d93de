internal import HabitusModel

/// Makes the names of groups: short noun phrases, all of them different.
///
/// A name takes up to three notable pieces while it stays short. Groups that would be called the same get further pieces,
/// also weaker ones, and where none is left their numbers.
struct ClusterNames {
  /// A piece that a name can take.
  struct Candidate {
    let part: FeatureWords.NamePart
    let isNotable: Bool
  }

  /// By group, best first.
  let candidates: [[Candidate]]
  let ids: [Int]
  /// Names that stay as they are, by number.
  let keptNames: [Int: LocalizedText]

  private static let usualPartCount = 3
  private static let usualLength = 40

  /// A name that is being made.
  private struct Draft {
    var phrase = NamePhrase()
    var remaining: [Candidate]
    var suffix = ""
    var fixed: LocalizedText?

    var text: LocalizedText {
      fixed ?? LocalizedText(english: phrase.text.english + suffix, french: phrase.text.french + suffix)
    }
  }

  /// The names by group.
  func names() -> [LocalizedText] {
    var drafts = ids.indices.map { index -> Draft in
      var draft = Draft(remaining: candidates[index], fixed: keptNames[ids[index]])
      takeUsualParts(&draft)
      return draft
    }
    while let alike = firstAlike(drafts) {
      let open = alike.filter { drafts[$0].fixed == nil }
      let extensible = open.filter { !drafts[$0].remaining.isEmpty }
      // Kept names may be equal to each other; those are not ours to change.
      for index in extensible {
        let next = drafts[index].remaining.removeFirst()
        _ = drafts[index].phrase.take(next.part, stacking: true)
      }
      if extensible.isEmpty { for index in open { drafts[index].suffix += " (\(ids[index]))" } }
    }
    return drafts.map(\.text)
  }

  private func takeUsualParts(_ draft: inout Draft) {
    var rest: [Candidate] = []
    for candidate in draft.remaining {
      var longer = draft.phrase
      if candidate.isNotable, draft.phrase.partCount < Self.usualPartCount,
        longer.take(candidate.part, stacking: false),
        longer.text.english.count <= Self.usualLength || draft.phrase.partCount == 0
      {
        draft.phrase = longer
      } else {
        rest.append(candidate)
      }
    }
    draft.remaining = rest
  }

  /// Groups with the same name in some language, of which at least one can be changed.
  private func firstAlike(_ drafts: [Draft]) -> [Int]? {
    for language in Language.allCases {
      let groups = Dictionary(grouping: drafts.indices) { drafts[$0].text[language].lowercased() }
      let alike = groups.values.filter { group in
        group.count > 1 && group.contains { drafts[$0].fixed == nil }
      }
      if let first = alike.min(by: { $0[0] < $1[0] }) { return first }
    }
    return nil
  }
}
