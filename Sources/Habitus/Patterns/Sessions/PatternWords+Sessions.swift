internal import HabitusKernels
internal import HabitusModel

extension PatternWords {
  /// What sets an archetype apart, in a sentence.
  static func archetype(_ traits: [SessionArchetype.Trait]) -> LocalizedText {
    LocalizedText { language in
      guard !traits.isEmpty else {
        return language == .english
          ? "Sessions in the middle of all others." : "Sessions au milieu de toutes les autres."
      }
      let parts = traits.map { part($0, language) }
      let text = parts.joined(separator: language == .english ? "; " : "\u{202F}; ")
      return text.prefix(1).uppercased() + text.dropFirst() + "."
    }
  }

  /// `longer: 14 min against 2 min`.
  private static func part(_ trait: SessionArchetype.Trait, _ language: Language) -> String {
    let isMore = trait.value > trait.otherValue
    let (claim, unit) = Self.claim(of: trait.measure, isMore: isMore, language)
    let (own, other) = ValueText.pair(trait.value, trait.otherValue, unit)
    return switch language {
    case .english: "\(claim): \(own.text.english) against \(other.text.english)"
    case .french: "\(claim)\u{202F}: \(own.text.french) contre \(other.text.french)"
    }
  }

  private static func claim(
    of measure: String, isMore: Bool, _ language: Language
  ) -> (claim: String, unit: FeatureUnit) {
    func choose(_ more: (String, String), _ less: (String, String)) -> String {
      let words = isMore ? more : less
      return language == .english ? words.0 : words.1
    }
    switch measure {
    case "event_count":
      return (choose(("many events", "beaucoup d’événements"), ("few events", "peu d’événements")), .count)
    case "duration_s": return (choose(("long", "longues"), ("short", "courtes")), .seconds)
    case "page_count":
      return (choose(("many pages", "beaucoup de pages"), ("few pages", "peu de pages")), .count)
    case "repeat_share":
      return (
        choose(
          ("many repeated actions", "beaucoup d’actions répétées"), ("few repeated actions", "peu d’actions répétées")),
        .share
      )
    case "type_entropy_bits":
      return (choose(("varied", "variées"), ("of few kinds of actions", "de peu de sortes d’actions")), .bits)
    case "hours_since_last":
      return (
        choose(
          ("after a long pause", "après une longue pause"), ("soon after the one before", "peu après la précédente")),
        .hours
      )
    case "mean_hour":
      return (choose(("time of day", "heure"), ("time of day", "heure")), .hourOfDay)
    default:
      let type = name(String(measure.dropFirst(FeatureWords.typePrefix.count)))
      return (
        choose(
          ("much “\(type)”", "beaucoup de «\u{202F}\(type)\u{202F}»"),
          ("little “\(type)”", "peu de «\u{202F}\(type)\u{202F}»")),
        .share
      )
    }
  }

  /// Why there are as many archetypes as there are.
  static func archetypeReason(_ result: AutomaticClustering.Result?, count: Int) -> LocalizedText {
    guard let result else {
      return LocalizedText(
        english: "There are too few sessions to tell kinds of them apart.",
        french: "Il y a trop peu de sessions pour en distinguer des types.")
    }
    switch result.partition {
    case .oneGroup:
      return LocalizedText(
        english: "There are no kinds of sessions: they differ by degrees only.",
        french: "Il n’y a pas de types de sessions\u{202F}: elles ne diffèrent que par degrés.")
    case .compact:
      return LocalizedText(
        english: "\(count) kinds of sessions stand apart, more clearly than chance would have it.",
        french: "\(count) types de sessions se distinguent, plus nettement que par hasard.")
    case .dense:
      return LocalizedText(
        english: "\(count) kinds of sessions lie close together, with others between that are of no kind.",
        french: "\(count) types de sessions sont resserrés, avec entre eux d’autres sessions sans type.")
    }
  }
}
