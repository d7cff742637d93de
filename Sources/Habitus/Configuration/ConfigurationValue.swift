/// The value of a key, in one of the forms that ``ConfigurationType`` allows.
public enum ConfigurationValue: Sendable, Equatable {
  /// No value, for keys that need none.
  case none
  case boolean(Bool)
  case integer(Int)
  /// A finite number.
  case number(Double)
  case text(String)
  case list([String])
  /// Names with numbers.
  case numbers([String: Double])
  /// Names with texts.
  case texts([String: String])
  /// Names with lists of texts.
  case lists([String: [String]])
  /// Names with fields, each a text.
  case fields([String: [String: String]])
}

extension ConfigurationValue: CustomStringConvertible {
  /// The value as text, in the form that variables and flags take: `a,b` for a list, `a=1,b=2` for a map,
  /// `a=x|y` for a map of lists, `a.field=x` for a map of fields, in alphabetical order.
  ///
  /// A backslash stands before a separator that is part of a text, and `""` for an empty text.
  public var description: String {
    switch self {
    case .none: "none"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): Self.text(of: value)
    case .text(let value): value
    case .list(let values): values.map(SeparatedText.escape).joined(separator: ",")
    case .numbers(let map): Self.entries(of: map, Self.text(of:))
    case .texts(let map): Self.entries(of: map, SeparatedText.escape)
    case .lists(let map): Self.entries(of: map) { $0.map(SeparatedText.escape).joined(separator: "|") }
    case .fields(let map): Self.entries(of: Self.flattened(map), SeparatedText.escape)
    }
  }

  /// A number in its shortest exact form, without a fraction where it is whole.
  static func text(of number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
  }

  /// The fields of all names in one map, keyed by `name.field`.
  ///
  /// A name without fields has nothing to show and is left out.
  private static func flattened(_ map: [String: [String: String]]) -> [String: String] {
    var flat: [String: String] = [:]
    for (name, fields) in map {
      for (field, value) in fields { flat[name + "." + field] = value }
    }
    return flat
  }

  private static func entries<Value>(of map: [String: Value], _ text: (Value) -> String) -> String {
    map.sorted { $0.key < $1.key }.map { SeparatedText.escape($0.key) + "=" + text($0.value) }.joined(separator: ",")
  }
}
