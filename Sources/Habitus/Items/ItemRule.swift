public import HabitusModel

/// A condition on a property of items: `city=Paris`, `salary>=40000`, `skills!=php`.
///
/// A rule holds only for items that have the property. Of a list it is `=` or a comparison that must hold for any
/// element, and `!=` for all of them. `category` means the category of the catalogue, unless an item has a property of
/// that name.
public struct ItemRule: Sendable, Equatable {
  /// How a value is compared.
  public enum Comparison: String, Sendable, CaseIterable {
    /// The same text, number or Boolean.
    case equal = "="
    /// Another text, number or Boolean.
    case notEqual = "!="
    /// A smaller number.
    case less = "<"
    /// A smaller number, or the same.
    case atMost = "<="
    /// A greater number.
    case greater = ">"
    /// A greater number, or the same.
    case atLeast = ">="
  }

  /// The property.
  public let property: String
  /// How it is compared.
  public let comparison: Comparison
  /// What it is compared with, as it was written.
  public let value: String
  private let number: Double?

  /// Makes a rule.
  ///
  /// - Throws: ``ItemError/invalidRule(_:reason:)`` for an empty property, and for a comparison by size with what is
  ///   not a finite decimal number.
  public init(property: String, _ comparison: Comparison, value: String) throws {
    (self.property, self.comparison, self.value) = (property, comparison, value)
    number = Double(value).flatMap { $0.isFinite ? $0 : nil }
    let text = property + comparison.rawValue + value
    if property.isEmpty { throw ItemError.invalidRule(text, reason: "it names no property") }
    if ![.equal, .notEqual].contains(comparison), number == nil {
      throw ItemError.invalidRule(text, reason: "'\(value)' is not a number, and only numbers are greater or less")
    }
  }

  /// Reads `PROPERTY=VALUE`, where the first of `=`, `!=`, `<`, `<=`, `>`, `>=` parts the two.
  ///
  /// - Throws: ``ItemError/invalidRule(_:reason:)``.
  public init(parsing text: String) throws {
    let signs: Set<Character> = ["=", "!", "<", ">"]
    var start = text.startIndex
    while let found = text[start...].firstIndex(where: signs.contains) {
      let rest = text[found...]
      // The longer ones first.
      if let comparison = ["!=", "<=", ">=", "=", "<", ">"].first(where: rest.hasPrefix).flatMap(Comparison.init) {
        try self.init(
          property: String(text[..<found]), comparison, value: String(rest.dropFirst(comparison.rawValue.count)))
        return
      }
      start = text.index(after: found)
    }
    throw ItemError.invalidRule(text, reason: "it compares nothing")
  }

  /// Whether an item has the property that the rule is about.
  func concerns(category: String?, _ properties: [String: JSONValue]) -> Bool {
    value(category, properties) != nil
  }

  /// Whether the rule holds for an item.
  public func holds(for item: Item) -> Bool { holds(category: item.category, item.properties) }

  func holds(category: String?, _ properties: [String: JSONValue]) -> Bool {
    guard let value = value(category, properties) else { return false }
    guard case .array(let elements) = value else { return holds(value) }
    return comparison == .notEqual ? elements.allSatisfy(holds) : elements.contains(where: holds)
  }

  private func value(_ category: String?, _ properties: [String: JSONValue]) -> JSONValue? {
    let value = properties[property] ?? (property == Self.category ? category.map { .string($0) } : nil)
    return value == .null ? nil : value
  }

  /// The name that the category goes by.
  static let category = "category"

  private func holds(_ value: JSONValue) -> Bool {
    switch comparison {
    case .equal: return isEqual(value)
    case .notEqual: return !isEqual(value)
    case .less, .atMost, .greater, .atLeast:
      guard let number, case .number(let other) = value else { return false }
      return switch comparison {
      case .less: other < number
      case .atMost: other <= number
      case .greater: other > number
      default: other >= number
      }
    }
  }

  private func isEqual(_ other: JSONValue) -> Bool {
    switch other {
    case .string(let text): text == value
    case .number(let other): other == number
    case .bool(let truth): value == (truth ? "true" : "false")
    case .null, .array, .object: false
    }
  }
}
