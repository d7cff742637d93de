internal import HabitusModel

/// Days of the calendar as they are written in a text.
enum DayWords {
  private static let english = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  private static let french = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
  ]

  /// `12 March 2026`, « 12 mars 2026 ».
  static func date(_ date: CivilDate, _ language: Language) -> String {
    "\(dayOfMonth(date, language)) \(month(date, language)) \(date.components.year)"
  }

  /// `Saturday 14 March 2026`, « samedi 14 mars 2026 ».
  static func weekdayAndDate(_ date: CivilDate, _ language: Language) -> String {
    PatternWords.weekday(date.weekday, language) + " " + Self.date(date, language)
  }

  /// `from 14 to 17 March 2026`, « du 14 au 17 mars 2026 », with what both days have in common said once.
  static func stretch(from first: CivilDate, to last: CivilDate, _ language: Language) -> String {
    let (a, b) = (first.components, last.components)
    var start = dayOfMonth(first, language)
    if a.year != b.year || a.month != b.month { start += " " + month(first, language) }
    if a.year != b.year { start += " \(a.year)" }
    return switch language {
    case .english: "from \(start) to \(date(last, language))"
    case .french: "du \(start) au \(date(last, language))"
    }
  }

  private static func dayOfMonth(_ date: CivilDate, _ language: Language) -> String {
    let day = date.components.day
    return language == .french && day == 1 ? "1er" : "\(day)"
  }

  private static func month(_ date: CivilDate, _ language: Language) -> String {
    (language == .english ? english : french)[date.components.month - 1]
  }
}
