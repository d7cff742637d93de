internal import HabitusModel

/// Sentences about the fit of an item.
enum FitWords {
  /// `Location Lyon: 36 % of what the user takes to, 8 % of everybody's.`
  static func reason(
    _ dimension: String, _ value: String, score: Double, populationShare: Double, eventsAgainst: Int
  ) -> LocalizedText {
    LocalizedText { language in
      let name = PreferenceWords.dimension(dimension)[language].capitalizedFirst
      let value = PreferenceWords.value(value, of: dimension)[language]
      let (own, others) = (percent(score, language), percent(populationShare, language))
      let against = PatternWords.count(
        eventsAgainst, ("event", "events"), ("événement", "événements"), language)
      return switch (language, eventsAgainst) {
      case (.english, 0): "\(name) \(value): \(own) of what the user takes to, \(others) of everybody's."
      case (.french, 0):
        "\(name) \(value)\(ValueText.space): \(own) de ce qui attire l’utilisateur, \(others) pour tous."
      case (.english, _):
        "\(name) \(value): \(own) of what the user takes to, \(others) of everybody's; \(against) against it."
      case (.french, _):
        "\(name) \(value)\(ValueText.space): \(own) de ce qui attire l’utilisateur, \(others) pour tous\(ValueText.space); "
          + "\(against) contre."
      }
    }
  }

  private static func percent(_ share: Double, _ language: Language) -> String {
    PatternWords.percent((share * 1000).rounded() / 1000, language)
  }
}
