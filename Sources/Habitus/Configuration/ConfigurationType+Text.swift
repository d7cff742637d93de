extension ConfigurationType {
  /// Reads the text of a variable or flag; the form is that of ``ConfigurationValue/description``.
  func value(fromText text: String, isOptional: Bool) throws(ConfigurationProblem.Reason) -> ConfigurationValue {
    if isOptional && (text.isEmpty || text == "none") { return .none }
    let value = try unchecked(text)
    try check(value)
    return value
  }

  private func unchecked(_ text: String) throws(ConfigurationProblem.Reason) -> ConfigurationValue {
    switch self {
    case .boolean, .integer, .number:
      guard let value = scalar(text) else { throw wrong(text) }
      return value
    case .text: return .text(text)
    case .list: return .list(SeparatedText.parts(of: text[...], separatedBy: ",").map(SeparatedText.plain))
    case .numbers:
      return .numbers(
        try entries(text) { (part) throws(ConfigurationProblem.Reason) in
          guard let number = Self.number(SeparatedText.plain(part)) else { throw wrong(SeparatedText.plain(part)) }
          return number
        })
    case .texts: return .texts(try entries(text) { SeparatedText.plain($0) })
    case .lists:
      return .lists(
        try entries(text) { SeparatedText.parts(of: $0, separatedBy: "|").map(SeparatedText.plain) })
    case .fields:
      var map: [String: [String: String]] = [:]
      for (name, value) in try entries(text, { SeparatedText.plain($0) }) {
        guard let dot = name.lastIndex(of: ".") else { throw wrong(name) }
        map[String(name[..<dot]), default: [:]][String(name[name.index(after: dot)...])] = value
      }
      return .fields(map)
    }
  }

  /// Reads a single word of a Boolean, integer or number key; `nil` where it is none.
  func scalar(_ text: String) -> ConfigurationValue? {
    switch self {
    case .boolean:
      switch text.lowercased() {
      case "true", "yes", "on", "1": .boolean(true)
      case "false", "no", "off", "0": .boolean(false)
      default: nil
      }
    case .integer: Int(text).map(ConfigurationValue.integer)
    case .number: Self.number(text).map(ConfigurationValue.number)
    default: nil
    }
  }

  /// A decimal number; no hexadecimal ones, infinities or NaN.
  static func number(_ text: String) -> Double? {
    guard text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }) else { return nil }
    guard let number = Double(text), number.isFinite else { return nil }
    return number
  }

  private func wrong(_ given: String) -> ConfigurationProblem.Reason {
    .wrongType(given: given.isEmpty ? "an empty text" : given, allowed: allowed)
  }

  private func entries<Value>(
    _ text: String, _ value: (Substring) throws(ConfigurationProblem.Reason) -> Value
  ) throws(ConfigurationProblem.Reason) -> [String: Value] {
    var map: [String: Value] = [:]
    for part in SeparatedText.parts(of: text[...], separatedBy: ",") {
      guard let entry = SeparatedText.entry(of: part) else { throw wrong(SeparatedText.plain(part)) }
      let name = SeparatedText.plain(entry.name)
      guard map.updateValue(try value(entry.value), forKey: name) == nil else {
        throw .outOfRange(given: "\(name) twice", allowed: allowed)
      }
    }
    return map
  }
}
