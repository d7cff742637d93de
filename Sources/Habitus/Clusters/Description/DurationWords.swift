internal import HabitusModel

/// Stretches of time as they are written in a text.
enum DurationWords {
  private static let minute = 60.0
  private static let hour = 3600.0
  private static let day = 86_400.0

  /// `4.5 s`, `3 min 20 s`, `5 h 12 min`, `2.5 days`; exact ones keep all of hours, minutes and seconds.
  static func text(seconds: Double, extraDigits: Int = 0, _ language: Language, isExact: Bool = false) -> String {
    guard seconds.isFinite, seconds.magnitude < 1e15 else { return seconds.description }
    if seconds < 0 { return "−" + text(seconds: -seconds, extraDigits: extraDigits, language, isExact: isExact) }
    let space = ValueText.space
    if seconds < minute - 0.5 {
      let digits = (seconds < 9.95 ? seconds < 0.05 ? 3 : 1 : 0) + extraDigits
      return NumberWords.text(seconds, digits: digits, language) + space + "s"
    }
    let whole = Int(seconds.rounded())
    if isExact { return parts([(whole / 3600, "h"), (whole / 60 % 60, "min"), (whole % 60, "s")]) }
    if seconds < hour - 0.5 { return parts([(whole / 60, "min"), (whole % 60, "s")]) }
    let minutes = Int((seconds / minute).rounded())
    if seconds < 2 * day { return parts([(minutes / 60, "h"), (minutes % 60, "min")]) }
    return days(seconds / day, digits: 1 + extraDigits, language)
  }

  /// `2.5 days`, « 2,5 jours ».
  static func days(_ days: Double, digits: Int, _ language: Language) -> String {
    let isSingular = NumberWords.isSingular(days, digits: digits, language)
    let noun =
      switch language {
      case .english: isSingular ? "day" : "days"
      case .french: isSingular ? "jour" : "jours"
      }
    return NumberWords.text(days, digits: digits, language) + ValueText.space + noun
  }

  /// Those that are not 0; there is one at least.
  private static func parts(_ parts: [(count: Int, unit: String)]) -> String {
    parts.filter { $0.count > 0 }.map { "\($0.count)\(ValueText.space)\($0.unit)" }.joined(separator: ValueText.space)
  }
}
