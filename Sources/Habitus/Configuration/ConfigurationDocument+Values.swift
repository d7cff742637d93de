internal import Yams

extension ConfigurationDocument {
  /// The value that an entry gives to its key; `nil` after reporting what is wrong with it.
  mutating func value(of entry: Entry, for key: ConfigurationKey) -> ConfigurationValue? {
    if key.isOptional && (Self.isNull(entry.node) || Self.plainText(entry.node) == "none") {
      return ConfigurationValue.none
    }
    guard let value = unchecked(entry, for: key) else { return nil }
    do {
      try key.type.check(value)
      return value
    } catch {
      return refuse(error, entry, for: key)
    }
  }

  private mutating func unchecked(_ entry: Entry, for key: ConfigurationKey) -> ConfigurationValue? {
    switch key.type {
    case .boolean, .integer, .number:
      guard let text = Self.plainText(entry.node), let value = key.type.scalar(text),
        key.type != .boolean || (text != "0" && text != "1")
      else { return refuse(entry, for: key) }
      return value
    case .text:
      guard let text = Self.text(entry.node) else { return refuse(entry, for: key) }
      return .text(text)
    case .list(let rule):
      return texts(of: entry, for: key, rule).map(ConfigurationValue.list)
    case .numbers(let range):
      return map(entry, for: key) { document, entry in
        document.number(entry, for: key, range)
      }.map(ConfigurationValue.numbers)
    case .texts(let names):
      return fields(entry, for: key, names).map(ConfigurationValue.texts)
    case .lists:
      return map(entry, for: key) { document, entry in
        document.texts(of: entry, for: key, .filled, allowed: "a list of texts")
      }.map(ConfigurationValue.lists)
    case .fields(let names):
      return map(entry, for: key) { document, entry in
        document.fields(entry, for: key, names)
      }.map(ConfigurationValue.fields)
    }
  }

  // MARK: Parts of a value

  private mutating func number(
    _ entry: Entry, for key: ConfigurationKey, _ range: ConfigurationNumberRange
  ) -> Double? {
    let type = ConfigurationType.number(range)
    guard let number = Self.plainText(entry.node).flatMap(ConfigurationType.number) else {
      return refuse(entry, for: key, allowed: type.allowed)
    }
    do {
      try type.check(.number(number))
      return number
    } catch {
      return refuse(error, entry, for: key)
    }
  }

  private mutating func texts(
    of entry: Entry, for key: ConfigurationKey, _ rule: ConfigurationTextRule, allowed: String? = nil
  ) -> [String]? {
    guard case .sequence(let sequence) = entry.node else { return refuse(entry, for: key, allowed: allowed) }
    var texts: [String] = []
    for node in sequence {
      var element = entry
      element.line = node.mark?.line ?? entry.line
      element.node = node
      guard let text = Self.text(node) else {
        let _: Never? = refuse(element, for: key, allowed: allowed)
        continue
      }
      do {
        try rule.check(text, allowed: allowed ?? key.allowed)
        texts.append(text)
      } catch {
        let _: Never? = refuse(error, element, for: key)
      }
    }
    return texts.count == sequence.count ? texts : nil
  }

  private mutating func fields(_ entry: Entry, for key: ConfigurationKey, _ names: [String]) -> [String: String]? {
    map(entry, for: key) { document, entry in
      guard names.contains(entry.name) else {
        let nearest = EditDistance.nearest(to: entry.name, among: names)
        return document.refuse(.unknownKey(nearest: nearest, allowed: key.type.allowed), entry, for: key)
      }
      let rule = ConfigurationTextRule.filled
      guard let text = Self.text(entry.node) else { return document.refuse(entry, for: key, allowed: rule.phrase) }
      do throws(ConfigurationProblem.Reason) {
        try rule.check(text, allowed: rule.phrase)
        return text
      } catch {
        return document.refuse(error, entry, for: key)
      }
    }
  }

  private mutating func map<Value>(
    _ entry: Entry, for key: ConfigurationKey, _ value: (inout Self, Entry) -> Value?
  ) -> [String: Value]? {
    guard case .mapping(let mapping) = entry.node else { return refuse(entry, for: key) }
    var map: [String: Value] = [:]
    for inner in entries(of: mapping, at: entry.path) { map[inner.name] = value(&self, inner) }
    return map
  }

  // MARK: Refusals

  /// Reports a problem and gives no value.
  private mutating func refuse<Value>(
    _ reason: ConfigurationProblem.Reason, _ entry: Entry, for key: ConfigurationKey
  ) -> Value? {
    report(key.isSecret ? reason.masked : reason, key: entry.path, line: entry.line)
    return nil
  }

  /// Reports that the value has the wrong form.
  private mutating func refuse<Value>(_ entry: Entry, for key: ConfigurationKey, allowed: String? = nil) -> Value? {
    refuse(.wrongType(given: Self.summary(entry.node), allowed: allowed ?? key.allowed), entry, for: key)
  }

  // MARK: Nodes

  /// Whether a value is missing or `null`.
  static func isNull(_ node: Node) -> Bool {
    plainText(node).map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false
  }

  /// The text of a scalar without quotes; `nil` for anything else.
  static func plainText(_ node: Node) -> String? {
    guard case .scalar(let scalar) = node, scalar.style == .plain else { return nil }
    return scalar.string
  }

  /// The text of a scalar as it is written, numbers and words like `yes` too; `nil` for null, lists and maps.
  static func text(_ node: Node) -> String? {
    guard case .scalar(let scalar) = node, !isNull(node) else { return nil }
    return scalar.string
  }

  /// What was given, for messages.
  static func summary(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar):
      if isNull(node) {
        "no value"
      } else if scalar.style == .plain {
        scalar.string
      } else {
        "the text \"\(scalar.string)\""
      }
    case .mapping: "a map"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
