internal import HabitusModel

/// How a feature is spoken of: what it is called, and what to say of those who have much or little of it.
struct FeatureWords: Sendable {
  /// What is measured, as a noun phrase without an article.
  let label: LocalizedText
  /// About those above the others.
  let high: Side
  /// About those below the others.
  let low: Side
  /// The figure in words: a template in which `{here}` stands for the value with its unit, and `[one|many]` for the
  /// form that goes with it.
  let measure: LocalizedText

  /// What is said in one direction.
  struct Side: Sendable {
    /// What it adds to a name; `nil` where that would say nothing.
    let namePart: NamePart?
    /// A clause whose subject is "they".
    let claim: LocalizedText
  }

  /// A piece of a name.
  struct NamePart: Hashable, Sendable {
    /// Where in a name a piece can stand, those that say most first.
    enum Role: Int, Hashable, Sendable {
      /// Says who they are; in place of "users".
      case noun
      /// Says when; next to the noun.
      case time
      /// Before the noun in English, after it in French.
      case adjective
      /// Comes last.
      case complement
    }

    var role: Role
    var text: LocalizedText
    /// The same as a complement, for a name that has a noun already.
    var complement: LocalizedText?
  }

  /// The sentence about a group whose mean is `here`, where the others' is `rest`.
  ///
  /// - Parameter place: where the others are.
  func sentence(
    _ side: Side, here: ValueText, rest: ValueText, place: LocalizedText
  ) -> LocalizedText {
    let (english, french) = (filled(here, .english), filled(here, .french))
    return LocalizedText(
      english: "\(side.claim.english): \(english), against \(rest.text.english) \(place.english).",
      french: "\(side.claim.french)\u{202F}: \(french), contre \(rest.text.french) \(place.french).")
  }

  private func filled(_ value: ValueText, _ language: Language) -> String {
    TextTemplate(text: measure[language]).filled(with: value, language)
  }
}

extension FeatureWords {
  /// The words for a feature: its own, or general ones made from its name.
  init(feature name: String) {
    self =
      if let own = Self.activity[name] ?? Self.habits[name] {
        own
      } else if name.hasPrefix(Self.typePrefix) {
        Self.eventType(String(name.dropFirst(Self.typePrefix.count)))
      } else {
        Self.general(name)
      }
  }

  /// Features with this prefix are the shares of the user's events that are of the type named after it.
  static let typePrefix = "type:"

  /// Whether a feature has words of its own.
  static func hasOwn(_ name: String) -> Bool { activity[name] != nil || habits[name] != nil }

  /// A name that comes from outside: without control characters and underscores, and not too long.
  static func spelled(_ name: String, atMost length: Int) -> String {
    let plain = name.map { character in
      character == "_" || character.isWhitespace || character.unicodeScalars.contains { $0.value < 0x20 }
        ? " " : character
    }
    let words = String(plain).split(separator: " ").joined(separator: " ")
    return words.count > length ? words.prefix(length - 1) + "…" : words
  }
}
