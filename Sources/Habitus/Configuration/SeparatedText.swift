/// Lists and maps written in one line, as in variables and flags.
///
/// Blanks around a part are ignored. A backslash takes the next character as it is, and `""` is the empty text.
enum SeparatedText {
  private static let special: Set<Character> = [",", "=", "|", "\\"]

  /// Writes `text` such that ``plain(_:)`` reads it back and no separator stands bare in it.
  static func escape(_ text: String) -> String {
    if text.isEmpty { return "\"\"" }
    if text == "\"\"" { return "\\\"\"" }
    var escaped = ""
    for (position, character) in text.enumerated() {
      let isOuterBlank = character.isWhitespace && (position == 0 || position == text.count - 1)
      if isOuterBlank || special.contains(character) { escaped.append("\\") }
      escaped.append(character)
    }
    return escaped
  }

  /// The text that a part stands for: outer blanks and backslashes removed.
  static func plain(_ part: Substring) -> String {
    let trimmed = trimmed(part)
    if trimmed == "\"\"" { return "" }
    var text = ""
    var isEscaped = false
    for character in trimmed {
      if character == "\\" && !isEscaped {
        isEscaped = true
      } else {
        text.append(character)
        isEscaped = false
      }
    }
    return text
  }

  /// The parts between bare separators, still escaped; none for a text of blanks.
  static func parts(of text: Substring, separatedBy separator: Character) -> [Substring] {
    if text.allSatisfy(\.isWhitespace) { return [] }
    var parts: [Substring] = []
    var rest = text
    while let index = bareIndex(of: separator, in: rest) {
      parts.append(rest[..<index])
      rest = rest[rest.index(after: index)...]
    }
    parts.append(rest)
    return parts
  }

  /// The parts before and after the first bare `=`, still escaped; `nil` where there is none.
  static func entry(of part: Substring) -> (name: Substring, value: Substring)? {
    guard let index = bareIndex(of: "=", in: part) else { return nil }
    return (part[..<index], part[part.index(after: index)...])
  }

  private static func bareIndex(of separator: Character, in text: Substring) -> Substring.Index? {
    var isEscaped = false
    for index in text.indices {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\" {
        isEscaped = true
      } else if text[index] == separator {
        return index
      }
    }
    return nil
  }

  private static func trimmed(_ part: Substring) -> Substring {
    var trimmed = part.drop(while: \.isWhitespace)
    while let last = trimmed.last, last.isWhitespace {
      let before = trimmed.dropLast()
      // A blank behind an odd number of backslashes is part of the text.
      if !before.reversed().prefix(while: { $0 == "\\" }).count.isMultiple(of: 2) { break }
      trimmed = before
    }
    return trimmed
  }
}
