internal import Foundation
internal import HabitusModel

/// What sentences about patterns are made of.
enum PatternWords {
  /// A name from outside as it stands in a sentence.
  static func name(_ name: String) -> String { FeatureWords.spelled(name, atMost: 60) }

  /// `search, then filter, then click`.
  static func steps(_ names: [String]) -> LocalizedText {
    LocalizedText { language in
      names.map(Self.name).joined(separator: language == .english ? ", then " : ", puis ")
    }
  }

  /// `search, filter and click`.
  static func list(_ names: [String]) -> LocalizedText {
    LocalizedText { language in
      let spelled = names.map(Self.name)
      guard spelled.count > 1, let last = spelled.last else { return spelled.first ?? "" }
      return spelled.dropLast().joined(separator: ", ") + (language == .english ? " and " : " et ") + last
    }
  }

  /// `12 %`; below one percent with two decimals at most.
  static func percent(_ share: Double, _ language: Language) -> String {
    let percent = share * 100
    return NumberWords.text(percent, digits: percent < 1 ? 2 : percent < 10 ? 1 : 0, language) + ValueText.space + "%"
  }

  /// `3.2 times`, « 3,2 fois ».
  static func times(_ factor: Double, _ language: Language) -> String {
    NumberWords.text(factor, digits: factor < 100 ? 1 : 0, language) + (language == .english ? " times" : " fois")
  }

  /// A number with the form of the noun that goes with it.
  static func count(
    _ count: Int, _ english: (one: String, many: String), _ french: (one: String, many: String), _ language: Language
  ) -> String {
    let forms = language == .english ? english : french
    let isSingular = NumberWords.isSingular(Double(count), digits: 0, language)
    return NumberWords.text(Double(count), digits: 0, language) + ValueText.space
      + (isSingular ? forms.one : forms.many)
  }

  /// Keys of weekdays, Monday first.
  static let weekdayKeys = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

  /// The name of a weekday, 0 for Monday.
  static func weekday(_ number: Int, _ language: Language) -> String {
    switch language {
    case .english: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][number]
    case .french: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"][number]
    }
  }

  /// What sequences of a dimension are made of.
  static func dimension(_ dimension: EventDimension) -> LocalizedText {
    switch dimension {
    case .eventType: LocalizedText(english: "event types", french: "types d’événements")
    case .page: LocalizedText(english: "pages", french: "pages")
    case .item: LocalizedText(english: "items", french: "éléments")
    case .category: LocalizedText(english: "categories", french: "catégories")
    }
  }
}
