internal import HabitusModel

/// Sentences about preferences.
enum PreferenceWords {
  private static let space = ValueText.space

  /// What a dimension is called.
  static func dimension(_ name: String) -> LocalizedText {
    switch name {
    case "category": LocalizedText(english: "category", french: "catégorie")
    case "item": LocalizedText(english: "item", french: "élément")
    case "way_of_acting": LocalizedText(english: "way of acting", french: "manière d’agir")
    case "event_type": LocalizedText(english: "event type", french: "type d’événement")
    case "hour": LocalizedText(english: "hour", french: "heure")
    case "part_of_day": LocalizedText(english: "part of the day", french: "moment de la journée")
    case "weekday": LocalizedText(english: "weekday", french: "jour de la semaine")
    case "page": LocalizedText(english: "page", french: "page")
    default: LocalizedText(english: PatternWords.name(name), french: PatternWords.name(name))
    }
  }

  /// A value as it stands in a sentence.
  static func value(_ value: String, of dimension: String) -> LocalizedText {
    switch (dimension, value) {
    case ("way_of_acting", "searching"): LocalizedText(english: "searching", french: "chercher")
    case ("way_of_acting", "browsing"): LocalizedText(english: "browsing", french: "parcourir")
    case ("way_of_acting", "filtering"): LocalizedText(english: "filtering", french: "filtrer")
    case ("way_of_acting", "direct"): LocalizedText(english: "direct", french: "aller droit au but")
    case ("part_of_day", "night"): LocalizedText(english: "night", french: "nuit")
    case ("part_of_day", "morning"): LocalizedText(english: "morning", french: "matin")
    case ("part_of_day", "afternoon"): LocalizedText(english: "afternoon", french: "après-midi")
    case ("part_of_day", "evening"): LocalizedText(english: "evening", french: "soir")
    case ("weekday", _):
      PatternWords.weekdayKeys.firstIndex(of: value).map { day in
        LocalizedText { PatternWords.weekday(day, $0) }
      } ?? LocalizedText(english: value, french: value)
    case ("hour", _), ("part_of_day", _), ("way_of_acting", _): LocalizedText(english: value, french: value)
    default: LocalizedText(english: PatternWords.name(value), french: PatternWords.name(value))
    }
  }

  /// `Since 14 March 2026, category: design 54 % (before 12 %), jobs 10 % (before 60 %).`
  static func change(_ dimension: String, since day: CivilDate, _ shifts: [TasteChange.Shift]) -> LocalizedText {
    LocalizedText { language in
      let name = Self.dimension(dimension)[language]
      let parts = shifts.map { shift in
        let value = Self.value(shift.value, of: dimension)[language]
        let (before, after) = (percent(shift.before, language), percent(shift.after, language))
        return language == .english ? "\(value) \(after) (before \(before))" : "\(value) \(after) (avant \(before))"
      }.joined(separator: ", ")
      let date = DayWords.date(day, language)
      return language == .english
        ? "Since \(date), \(name): \(parts)." : "Depuis le \(date), \(name)\(space): \(parts)."
    }
  }

  private static func percent(_ share: Double, _ language: Language) -> String {
    PatternWords.percent((share * 1000).rounded() / 1000, language)
  }
}
