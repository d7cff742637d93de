internal import HabitusModel

/// Pieces of a name, each in its place.
struct NamePhrase {
  private var parts: [FeatureWords.NamePart] = []

  var partCount: Int { parts.count }

  /// Takes a piece where there is a place for it.
  ///
  /// - Parameter stacking: whether adjectives and complements may stand beside others of their kind.
  /// - Returns: whether it was taken.
  mutating func take(_ part: FeatureWords.NamePart, stacking: Bool) -> Bool {
    var part = part
    if part.role == .noun, has(.noun), let complement = part.complement {
      part = FeatureWords.NamePart(role: .complement, text: complement)
    }
    let mayStack = stacking && (part.role == .adjective || part.role == .complement)
    guard !parts.contains(where: { $0.text == part.text }), mayStack || !has(part.role) else { return false }
    parts.append(part)
    return true
  }

  /// The name; "typical users" without pieces.
  var text: LocalizedText {
    guard !parts.isEmpty else { return FeatureWords.plainNames.typical }
    return LocalizedText { language in
      let noun = texts(.noun, language).first ?? FeatureWords.plainNames.users[language]
      let adjectives = texts(.adjective, language).joined(separator: language == .english ? ", " : " et ")
      let times = texts(.time, language)
      let complements = texts(.complement, language).joined(separator: ", ")
      let pieces =
        switch language {
        case .english: [adjectives] + times + [noun, complements]
        case .french: [noun, adjectives] + times + [complements]
        }
      return pieces.filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  private func has(_ role: FeatureWords.NamePart.Role) -> Bool { parts.contains { $0.role == role } }

  private func texts(_ role: FeatureWords.NamePart.Role, _ language: Language) -> [String] {
    parts.filter { $0.role == role }.map { $0.text[language] }
  }
}
