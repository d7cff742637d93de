internal import HabitusModel

/// What sentences about changes are made of.
enum ChangeWords {
  /// Two levels of a day, or of a week where both are below one a day: `6.1 instead of 2 visits a day`.
  static func levels(_ after: Double, insteadOf before: Double, _ noun: CountedNoun) -> LocalizedText {
    let isDaily = max(before, after) >= 1
    let (new, old) = isDaily ? (after, before) : (after * 7, before * 7)
    return LocalizedText { language in
      let (new, old) = (number(new, language), number(old, language))
      return switch language {
      case .english: "\(new) instead of \(noun.counted(old, .english)) a \(isDaily ? "day" : "week")"
      case .french: "\(noun.counted(new, .french)) par \(isDaily ? "jour" : "semaine") au lieu de \(old.text)"
      }
    }
  }

  /// `about 3 times as many`, `only about 25 % as many`, by what `more` and `fewer` say after the factor.
  static func factor(
    _ ratio: Double, more: LocalizedText, fewer: LocalizedText, _ language: Language
  ) -> String {
    if ratio >= 1 {
      return (language == .english ? "about " : "environ ") + PatternWords.times(ratio, language) + " " + more[language]
    }
    return switch language {
    case .english: "only about \(PatternWords.percent(ratio, .english)) \(fewer.english)"
    case .french: "environ \(PatternWords.percent(ratio, .french)) \(fewer.french)"
    }
  }

  /// A number as a reader wants it.
  struct Number: CustomStringConvertible {
    let text: String
    let isSingular: Bool

    var description: String { text }
  }

  static func number(_ value: Double, _ language: Language) -> Number {
    let digits = NumberWords.digits(for: value)
    return Number(
      text: NumberWords.text(value, digits: min(2, digits), language),
      isSingular: NumberWords.isSingular(value, digits: min(2, digits), language))
  }
}

/// A noun with its forms after numbers.
struct CountedNoun {
  let english: (one: String, many: String)
  let french: (one: String, many: String)

  static let visits = CountedNoun(english: ("visit", "visits"), french: ("visite", "visites"))

  /// `2 visits`, « 0,5 visite ».
  func counted(_ number: ChangeWords.Number, _ language: Language) -> String {
    let forms = language == .english ? english : french
    return number.text + ValueText.space + (number.isSingular ? forms.one : forms.many)
  }
}
