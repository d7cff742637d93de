internal import HabitusModel

/// A text with a place for a value.
struct TextTemplate {
  let text: String

  /// `{here}` becomes the value, `[one|many]` the form that goes with it.
  func filled(with value: ValueText, _ language: Language) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(where: { $0 == "[" || $0 == "{" }) {
      result += rest[..<open]
      let close = rest[open...].firstIndex { $0 == "]" || $0 == "}" } ?? rest.index(before: rest.endIndex)
      if rest[open] == "{" {
        result += value.text[language]
      } else {
        let forms = rest[rest.index(after: open)..<close].split(separator: "|")
        result += (value.singularLanguages.contains(language) ? forms.first : forms.last) ?? ""
      }
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}
