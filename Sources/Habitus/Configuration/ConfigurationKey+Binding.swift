/// Keys by the type of the property that they set.
extension ConfigurationKey {
  typealias Property<Value> = WritableKeyPath<HabitusConfiguration, Value> & Sendable

  static func boolean(_ path: String, _ property: any Property<Bool>, _ meaning: String) -> Self {
    Self(path, property, type: .boolean, meaning: meaning, encode: ConfigurationValue.boolean) {
      if case .boolean(let value) = $0 { value } else { nil }
    }
  }

  static func integer(
    _ path: String, _ property: any Property<Int>, _ range: ClosedRange<Int>, _ meaning: String
  ) -> Self {
    Self(path, property, type: .integer(range), meaning: meaning, encode: ConfigurationValue.integer) {
      if case .integer(let value) = $0 { value } else { nil }
    }
  }

  static func optionalInteger(
    _ path: String, _ property: any Property<Int?>, _ range: ClosedRange<Int>, _ meaning: String
  ) -> Self {
    Self(
      path, property, type: .integer(range), isOptional: true, meaning: meaning,
      encode: { $0.map(ConfigurationValue.integer) ?? .none }
    ) {
      switch $0 {
      case .integer(let value): .some(value)
      case .none: .some(nil)
      default: nil
      }
    }
  }

  static func number(
    _ path: String, _ property: any Property<Double>, _ range: ConfigurationNumberRange, _ meaning: String
  ) -> Self {
    Self(path, property, type: .number(range), meaning: meaning, encode: ConfigurationValue.number) {
      if case .number(let value) = $0 { value } else { nil }
    }
  }

  static func optionalNumber(
    _ path: String, _ property: any Property<Double?>, _ range: ConfigurationNumberRange, _ meaning: String
  ) -> Self {
    Self(
      path, property, type: .number(range), isOptional: true, meaning: meaning,
      encode: { $0.map(ConfigurationValue.number) ?? .none }
    ) {
      switch $0 {
      case .number(let value): .some(value)
      case .none: .some(nil)
      default: nil
      }
    }
  }

  static func text(
    _ path: String, _ property: any Property<String>, _ rule: ConfigurationTextRule, isSecret: Bool = false,
    _ meaning: String
  ) -> Self {
    Self(
      path, property, type: .text(rule), isSecret: isSecret, meaning: meaning, encode: ConfigurationValue.text
    ) {
      if case .text(let value) = $0 { value } else { nil }
    }
  }

  static func optionalText(
    _ path: String, _ property: any Property<String?>, _ rule: ConfigurationTextRule, isSecret: Bool = false,
    _ meaning: String
  ) -> Self {
    Self(
      path, property, type: .text(rule), isOptional: true, isSecret: isSecret, meaning: meaning,
      encode: { $0.map(ConfigurationValue.text) ?? .none }
    ) {
      switch $0 {
      case .text(let value): .some(value)
      case .none: .some(nil)
      default: nil
      }
    }
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ path: String, _ property: any Property<Choice>, _ meaning: String
  ) -> Self {
    let rule = ConfigurationTextRule.choice(Choice.allCases.map(\.rawValue))
    return Self(path, property, type: .text(rule), meaning: meaning, encode: { .text($0.rawValue) }) {
      if case .text(let value) = $0 { Choice(rawValue: value) } else { nil }
    }
  }

  static func choices<Choice: RawRepresentable<String> & CaseIterable & Hashable & Sendable>(
    _ path: String, _ property: any Property<Set<Choice>>, _ meaning: String
  ) -> Self {
    Self(
      path, property, type: .list(.choice(Choice.allCases.map(\.rawValue))), meaning: meaning,
      encode: { chosen in .list(Choice.allCases.filter(chosen.contains).map(\.rawValue)) }
    ) {
      if case .list(let values) = $0 { Set(values.compactMap(Choice.init)) } else { nil }
    }
  }

  static func list(
    _ path: String, _ property: any Property<[String]>, _ rule: ConfigurationTextRule, _ meaning: String
  ) -> Self {
    Self(path, property, type: .list(rule), meaning: meaning, encode: ConfigurationValue.list) {
      if case .list(let values) = $0 { values } else { nil }
    }
  }

  static func numbers(
    _ path: String, _ property: any Property<[String: Double]>, _ range: ConfigurationNumberRange, _ meaning: String
  ) -> Self {
    Self(path, property, type: .numbers(range), meaning: meaning, encode: ConfigurationValue.numbers) {
      if case .numbers(let map) = $0 { map } else { nil }
    }
  }

  static func lists(_ path: String, _ property: any Property<[String: [String]]>, _ meaning: String) -> Self {
    Self(path, property, type: .lists, meaning: meaning, encode: ConfigurationValue.lists) {
      if case .lists(let map) = $0 { map } else { nil }
    }
  }

  /// A length of time, written as a number of `unit`s.
  static func duration(
    _ path: String, _ property: any Property<Duration>, _ unit: Unit, _ range: ConfigurationNumberRange,
    _ meaning: String
  ) -> Self {
    Self(path, property, type: .number(range), meaning: meaning, encode: unit.value) {
      if case .number(let count) = $0 { unit.duration(count) } else { nil }
    }
  }

  static func optionalDuration(
    _ path: String, _ property: any Property<Duration?>, _ unit: Unit, _ range: ConfigurationNumberRange,
    _ meaning: String
  ) -> Self {
    Self(
      path, property, type: .number(range), isOptional: true, meaning: meaning,
      encode: { $0.map(unit.value) ?? .none }
    ) {
      switch $0 {
      case .number(let count): .some(unit.duration(count))
      case .none: .some(nil)
      default: nil
      }
    }
  }

  /// The milliseconds of a unit of time; a day has 24 hours.
  enum Unit: Double {
    case seconds = 1000
    case minutes = 60_000
    case hours = 3_600_000
    case days = 86_400_000

    /// The number of units in a length of time; exact where the length is one of whole milliseconds.
    @Sendable func value(_ duration: Duration) -> ConfigurationValue {
      let (seconds, attoseconds) = duration.components
      return .number((Double(seconds) * 1000 + Double(attoseconds) / 1e15) / rawValue)
    }

    /// So many units, rounded to milliseconds.
    func duration(_ count: Double) -> Duration { .milliseconds(Int64((count * rawValue).rounded())) }
  }
}
