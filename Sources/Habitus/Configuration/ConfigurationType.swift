/// What values a key takes.
public enum ConfigurationType: Sendable, Equatable {
  case boolean
  case integer(ClosedRange<Int>)
  case number(ConfigurationNumberRange)
  case text(ConfigurationTextRule)
  /// Texts that each follow the rule.
  case list(ConfigurationTextRule)
  /// Names with numbers.
  case numbers(ConfigurationNumberRange)
  /// Texts by name, none of them empty; only these names.
  case texts(names: [String])
  /// Lists of texts by name, none of the texts empty; any name.
  case lists
  /// Fields by name, each a text that is not empty; any name, only these fields.
  case fields([String])
}

extension ConfigurationType {
  /// What is allowed, as a noun phrase for messages and documentation.
  public var allowed: String {
    switch self {
    case .boolean: "true or false"
    case .integer(let range): "a whole number " + Self.phrase(range)
    case .number(let range): range == .any ? "a number" : "a number " + range.phrase
    case .text(let rule): rule.phrase
    case .list(.any): "a list of texts"
    case .list(.filled): "a list of texts that are not empty"
    case .list(.timeZone): "a list of IANA time zones"
    case .list(.choice(let names)): "a list of " + names.joined(separator: ", ") + " (at least one, each once)"
    case .numbers(let range): "a map of names to numbers" + (range == .any ? "" : " " + range.phrase)
    case .texts(let names): "a map with " + names.joined(separator: ", ") + " to texts"
    case .lists: "a map of names to lists of texts"
    case .fields(let names): "a map of names to " + names.joined(separator: ", ")
    }
  }

  private static func phrase(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
  }

  /// Whether a value of the right form is in range; if not, why.
  func check(_ value: ConfigurationValue) throws(ConfigurationProblem.Reason) {
    switch (self, value) {
    case (.boolean, .boolean): break
    case (.integer(let range), .integer(let number)):
      if !range.contains(number) { throw .outOfRange(given: value.description, allowed: allowed) }
    case (.number(let range), .number(let number)):
      if !range.contains(number) { throw .outOfRange(given: value.description, allowed: allowed) }
    case (.text(let rule), .text(let text)):
      try rule.check(text, allowed: allowed)
    case (.list(let rule), .list(let texts)):
      for text in texts { try rule.check(text, allowed: allowed) }
      if case .choice = rule, texts.isEmpty || Set(texts).count != texts.count {
        throw .outOfRange(given: texts.isEmpty ? "an empty list" : value.description, allowed: allowed)
      }
    case (.lists, .lists(let map)):
      for text in map.values.joined() { try ConfigurationTextRule.filled.check(text, allowed: allowed) }
    case (.numbers(let range), .numbers(let map)):
      for (name, number) in map.sorted(by: { $0.key < $1.key }) where !range.contains(number) {
        throw .outOfRange(given: "\(name)=\(ConfigurationValue.text(of: number))", allowed: allowed)
      }
    case (.texts(let names), .texts(let map)):
      for name in map.keys.sorted() where !names.contains(name) {
        throw .unknownKey(nearest: EditDistance.nearest(to: name, among: names), allowed: allowed)
      }
      for text in map.values { try ConfigurationTextRule.filled.check(text, allowed: allowed) }
    case (.fields(let names), .fields(let map)):
      for name in map.values.flatMap(\.keys).sorted() where !names.contains(name) {
        throw .unknownKey(nearest: EditDistance.nearest(to: name, among: names), allowed: allowed)
      }
      for text in map.values.flatMap(\.values) { try ConfigurationTextRule.filled.check(text, allowed: allowed) }
    default:
      throw .wrongType(given: value.description, allowed: allowed)
    }
  }
}
