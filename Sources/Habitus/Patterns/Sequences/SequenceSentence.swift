internal import HabitusModel

/// What is said about a sequence or path.
struct SequenceSentence {
  let names: [String]
  let isPath: Bool
  let unit: Pattern.Unit
  let support: Int
  let total: Int
  let lift: Double
  let nullModel: HabitusConfiguration.Patterns.SequenceNullModel

  var text: LocalizedText { LocalizedText(english: english, french: french) }

  private var share: Double { total > 0 ? Double(support) / Double(total) : 0 }

  private var english: String {
    let place =
      unit == .users
      ? "With \(PatternWords.percent(share, .english)) of users"
      : "In \(PatternWords.percent(share, .english)) of sessions"
    let steps = names.map(PatternWords.name).joined(separator: isPath ? ", then at once " : ", then ")
    let chance =
      switch nullModel {
      case .independence: "the same events in random order"
      case .markov: "a chain of single steps"
      }
    return "\(place) \(steps): \(PatternWords.times(lift, .english)) as often as \(chance) would have it."
  }

  private var french: String {
    let place =
      unit == .users
      ? "Chez \(PatternWords.percent(share, .french)) des utilisateurs"
      : "Dans \(PatternWords.percent(share, .french)) des sessions"
    let steps = names.map(PatternWords.name).joined(separator: isPath ? ", puis aussitôt " : ", puis ")
    let chance =
      switch nullModel {
      case .independence: "les mêmes événements dans un ordre aléatoire"
      case .markov: "un enchaînement pas à pas"
      }
    let verb = nullModel == .independence ? "donneraient" : "donnerait"
    return "\(place) \(steps)\u{202F}: \(PatternWords.times(lift, .french)) ce que \(verb) \(chance)."
  }
}
