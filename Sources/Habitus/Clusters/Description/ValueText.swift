internal import Foundation
internal import HabitusModel

/// A value of a feature as people read it, in every language.
struct ValueText {
  /// The value with its unit.
  let text: LocalizedText
  /// The languages in which a noun that follows it stands in the singular.
  let singularLanguages: Set<Language>

  /// A space that keeps a number and its unit on one line.
  static let space = "\u{202F}"

  /// Rounds a value as far as readers want it.
  ///
  /// - Parameter extraDigits: decimals beyond the usual ones.
  init(_ value: Double, _ unit: FeatureUnit, extraDigits: Int = 0) {
    text = LocalizedText { Self.rounded(value, unit, extraDigits: extraDigits, $0) }
    let digits = NumberWords.digits(for: value) + extraDigits
    singularLanguages = Set(Language.allCases.filter { NumberWords.isSingular(value, digits: digits, $0) })
  }

  /// Words in place of a value.
  init(_ text: LocalizedText) {
    self.text = text
    singularLanguages = []
  }

  /// Both values with as few digits as let a reader tell them apart, where six more than usual are enough.
  static func pair(_ a: Double, _ b: Double, _ unit: FeatureUnit) -> (ValueText, ValueText) {
    for extra in 0..<6 {
      let pair = (ValueText(a, unit, extraDigits: extra), ValueText(b, unit, extraDigits: extra))
      if a == b || pair.0.text.english != pair.1.text.english { return pair }
    }
    return (ValueText(a, unit), ValueText(b, unit))
  }

  /// Like ``pair(_:_:_:)`` for logarithms to the base 2 of factors: `1.5 times`, « 1,5 fois ».
  static func factorPair(_ a: Double, _ b: Double) -> (ValueText, ValueText) {
    let (x, y) = pair(exp2(a), exp2(b), .ratio)
    func times(_ value: ValueText) -> ValueText {
      ValueText(LocalizedText(english: value.text.english + " times", french: value.text.french + " fois"))
    }
    return (times(x), times(y))
  }

  /// The value with all its digits, for the bounds of conditions.
  static func exact(_ value: Double, _ unit: FeatureUnit) -> LocalizedText {
    let digits = NumberWords.exactDigits(of: value)
    return LocalizedText { language in
      switch unit {
      case .share: NumberWords.text(value * 100, digits: max(0, digits - 2), language) + space + "%"
      case .seconds where value >= 60 && value < 172_800 && value == value.rounded():
        DurationWords.text(seconds: value, language, isExact: true)
      case .seconds: NumberWords.text(value, digits: digits, language) + space + "s"
      case .hours: NumberWords.text(value, digits: digits, language) + space + "h"
      case .days: DurationWords.days(value, digits: digits, language)
      case .bits: NumberWords.text(value, digits: digits, language) + space + bits(value, digits, language)
      case .hourOfDay where abs(value * 60 - (value * 60).rounded()) < 1e-6: hour(value, language)
      case .hourOfDay: NumberWords.text(value, digits: digits, language) + space + "h"
      case .count, .score, .ratio, .index: NumberWords.text(value, digits: digits, language)
      }
    }
  }

  private static func rounded(
    _ value: Double, _ unit: FeatureUnit, extraDigits: Int, _ language: Language
  ) -> String {
    switch unit {
    case .count: NumberWords.text(value, digits: NumberWords.digits(for: value) + extraDigits, language)
    case .share: share(value, extraDigits: extraDigits, language)
    case .seconds: DurationWords.text(seconds: value, extraDigits: extraDigits, language)
    case .hours: DurationWords.text(seconds: value * 3600, extraDigits: extraDigits, language)
    case .days: DurationWords.days(value, digits: 1 + extraDigits, language)
    case .bits:
      NumberWords.text(value, digits: 1 + extraDigits, language) + space + bits(value, 1 + extraDigits, language)
    case .score: NumberWords.text(value, digits: 1 + extraDigits, language)
    case .ratio, .index: NumberWords.text(value, digits: 2 + extraDigits, language)
    case .hourOfDay: hour(value, language)
    }
  }

  private static func share(_ value: Double, extraDigits: Int, _ language: Language) -> String {
    let percent = value * 100
    let digits = (percent.magnitude >= 10 ? 0 : 1) + extraDigits
    let smallest = (0..<digits).reduce(1.0) { power, _ in power / 10 }
    if percent > 0, percent < smallest / 2 {
      return "<" + space + NumberWords.text(smallest, digits: digits, language) + space + "%"
    }
    return NumberWords.text(percent, digits: digits, language) + space + "%"
  }

  private static func bits(_ value: Double, _ digits: Int, _ language: Language) -> String {
    NumberWords.isSingular(value, digits: digits, language) ? "bit" : "bits"
  }

  /// `20:30`, « 20 h 30 ».
  private static func hour(_ hour: Double, _ language: Language) -> String {
    guard hour.isFinite, hour.magnitude < 1e6 else { return hour.description }
    let minutes = ((Int((hour * 60).rounded()) % 1440) + 1440) % 1440
    let ofHour = minutes % 60 < 10 ? "0\(minutes % 60)" : "\(minutes % 60)"
    return switch language {
    case .english: (minutes < 600 ? "0" : "") + "\(minutes / 60):\(ofHour)"
    case .french: "\(minutes / 60)" + space + "h" + (minutes % 60 > 0 ? space + ofHour : "")
    }
  }
}

extension LocalizedText {
  /// Makes a text from what `text` says in each language.
  init(_ text: (Language) -> String) { self.init(english: text(.english), french: text(.french)) }
}
