/// Which identifiers can stand for a person.
public enum IdentityRules {
  /// Texts that trackers send where they know nobody, in lower case: they never join two people.
  public static let placeholders: Set<String> = [
    "", "null", "undefined", "none", "nil", "nan", "0", "-1", "guest", "anonymous", "[object object]", "true", "false",
    "anonymous user", "unknown", "id", "user", "email", "not_authenticated", "distinct_id", "distinctid",
  ]

  /// Whether `identifier` may join two people: it is no placeholder, and not made of zeros and hyphens alone.
  public static func canJoin(_ identifier: String) -> Bool {
    let text = identifier.trimmingBlanks
    if text.utf8.allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "-") }) { return false }
    return !placeholders.contains(text.lowercased())
  }
}

extension String {
  /// The text without blanks around it.
  var trimmingBlanks: String {
    let isBlank = { (character: Character) in character.isWhitespace }
    guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
      return ""
    }
    return String(self[first...last])
  }
}
