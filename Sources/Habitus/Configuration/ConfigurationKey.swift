/// One key of the configuration: its place, its type, its meaning, and the property that it sets.
public struct ConfigurationKey: Sendable {
  /// The dotted path in snake case, as in `feature_extraction.time_window_days`.
  public let path: String
  /// What values it takes.
  public let type: ConfigurationType
  /// Whether it also takes no value.
  public let isOptional: Bool
  /// Whether its value must not be shown.
  public let isSecret: Bool
  /// One line: what it does.
  public let meaning: String
  let read: @Sendable (HabitusConfiguration) -> ConfigurationValue
  let write: @Sendable (ConfigurationValue, inout HabitusConfiguration) -> Void

  /// What is shown in place of a secret.
  public static let mask = "********"

  /// Binds a key to a property.
  ///
  /// - Parameters:
  ///   - encode: the value of the property as a configuration value.
  ///   - decode: the reverse; `nil` for forms that `type` does not let through.
  init<Value>(
    _ path: String, _ property: any WritableKeyPath<HabitusConfiguration, Value> & Sendable, type: ConfigurationType,
    isOptional: Bool = false, isSecret: Bool = false, meaning: String,
    encode: @escaping @Sendable (Value) -> ConfigurationValue,
    decode: @escaping @Sendable (ConfigurationValue) -> Value?
  ) {
    self.path = path
    self.type = type
    self.isOptional = isOptional
    self.isSecret = isSecret
    self.meaning = meaning
    read = { encode($0[keyPath: property]) }
    write = { value, configuration in
      guard let decoded = decode(value) else { return }
      configuration[keyPath: property] = decoded
    }
  }

  /// The value without any configuration.
  public var defaultValue: ConfigurationValue { read(HabitusConfiguration()) }

  /// The variable of the environment that sets it, as in `HABITUS_FEATURE_EXTRACTION_TIME_WINDOW_DAYS`.
  public var variable: String {
    ConfigurationSchema.variablePrefix + path.uppercased().replacing(".", with: "_")
  }

  /// What is allowed, as a noun phrase.
  public var allowed: String { isOptional ? type.allowed + ", or none" : type.allowed }

  /// The last part of the path.
  var name: Substring { path[(path.lastIndex(of: ".").map(path.index(after:)) ?? path.startIndex)...] }

  /// The value as text, masked where it is secret and there is one.
  func shown(_ value: ConfigurationValue) -> String {
    isSecret && value != .none ? Self.mask : value.description
  }

  /// The problem of this key at a place, with what was given hidden where it is secret.
  func problem(_ reason: ConfigurationProblem.Reason, at origin: ConfigurationOrigin) -> ConfigurationProblem {
    .init(origin: origin, key: path, reason: isSecret ? reason.masked : reason)
  }
}
