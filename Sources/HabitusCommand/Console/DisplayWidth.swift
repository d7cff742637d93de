/// How many columns of a terminal texts take.
enum DisplayWidth {
  /// The columns of `text`: 2 for wide characters (East Asian ones, emoji), 0 for what only marks others.
  static func of(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + of($1) } }

  /// The columns of one character.
  static func of(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      if scalar.value == 0xFE0F || scalar.properties.isEmojiPresentation || isWide(scalar) { return 2 }
      width = max(width, isMark(scalar) ? 0 : 1)
    }
    return width
  }

  /// `text` cut to at most `width` columns, with … at the end where something was cut.
  static func cut(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    var result = ""
    var taken = 0
    for character in text {
      let next = of(character)
      if taken + next > width - 1 { break }
      result.append(character)
      taken += next
    }
    return width > 0 ? result + "…" : ""
  }

  /// `text` cut to at most `width` columns, with … at the beginning where something was cut.
  static func cutStart(_ text: String, to width: Int) -> String {
    guard of(text) > width else { return text }
    return String(cut(String(text.reversed()), to: width).reversed())
  }

  /// `text` followed, or led, by blanks up to `width` columns.
  static func padded(_ text: String, to width: Int, isRight: Bool = false) -> String {
    let blanks = String(repeating: " ", count: max(0, width - of(text)))
    return isRight ? blanks + text : text + blanks
  }

  /// `text` broken between words into lines of at most `width` columns; longer words are broken inside.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    let width = max(1, width)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, of(line) + 1 + of(word) > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
      while of(line) > width {
        let (head, rest) = split(line, at: width)
        lines.append(head)
        line = rest
      }
    }
    return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
  }

  /// `text` with control characters, which could steer the terminal, replaced.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
  }

  private static func split(_ text: String, at width: Int) -> (String, String) {
    var taken = 0
    var index = text.startIndex
    while index < text.endIndex {
      let next = of(text[index])
      if taken + next > width, taken > 0 { break }
      taken += next
      index = text.index(after: index)
    }
    return (String(text[..<index]), String(text[index...]))
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
      || (0x2066...0x2069).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: true
    default: false
    }
  }

  /// The blocks that Unicode's EastAsianWidth.txt calls wide or fullwidth.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
