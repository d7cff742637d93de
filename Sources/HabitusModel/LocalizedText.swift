/// A language that texts for people are written in.
public enum Language: String, Sendable, Hashable, Codable, CaseIterable {
  case english = "en"
  case french = "fr"
}

/// A text for people in every ``Language``.
public struct LocalizedText: Sendable, Hashable, Codable {
  /// In English.
  public var english: String
  /// In French.
  public var french: String

  private enum CodingKeys: String, CodingKey {
    case english = "en"
    case french = "fr"
  }

  /// Makes a text from its versions.
  public init(english: String, french: String) {
    self.english = english
    self.french = french
  }

  /// The text in one language.
  public subscript(language: Language) -> String {
    switch language {
    case .english: english
    case .french: french
    }
  }
}
