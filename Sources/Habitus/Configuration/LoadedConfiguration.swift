/// A configuration together with where each of its values comes from.
public struct LoadedConfiguration: Sendable {
  /// The values.
  public let configuration: HabitusConfiguration
  /// For each key, in the order of the file, its value and where it comes from; secrets are masked.
  public let effectiveValues: [EffectiveValue]
  /// The path of the file that was read; `nil` where there is none.
  public let file: String?

  /// A key's value in force.
  public struct EffectiveValue: Sendable, Equatable {
    /// The dotted path of the key.
    public let key: String
    /// The value as text, in the form that variables and flags take; `none` for no value; masked where it is secret.
    public let value: String
    /// Where it comes from.
    public let origin: ConfigurationOrigin
  }

  /// Reads the file, the variables and the flags, each overriding those before.
  ///
  /// - Parameters:
  ///   - file: the path of the file, which must exist. Without one: what `HABITUS_CONFIG` names (must exist), else
  ///     `habitus.yaml` in the working directory, else `~/.config/habitus/habitus.yaml`, else the defaults.
  ///   - settings: texts `key=value` as given with `--set`; the last one of a key counts.
  ///   - overrides: values of other flags; they count more than `settings`.
  ///   - surroundings: the environment and the file system.
  /// - Throws: everything that is wrong with the three, at once.
  public init(
    file: String? = nil, settings: [String] = [], overrides: [ConfigurationOverride] = [],
    surroundings: ConfigurationSurroundings = .process
  ) throws(ConfigurationError) {
    try self.init(
      file: file, settings: settings, overrides: overrides, surroundings: surroundings, schema: .habitus)
  }

  init(
    file: String? = nil, settings: [String] = [], overrides: [ConfigurationOverride] = [],
    surroundings: ConfigurationSurroundings, schema: ConfigurationSchema
  ) throws(ConfigurationError) {
    let source = ConfigurationFile(explicit: file, surroundings: surroundings, schema: schema)
    let variables = ConfigurationLayer(variables: surroundings.variables, schema: schema)
    let flags = ConfigurationLayer(settings: settings, overrides: overrides, schema: schema)
    let problems = source.layer.problems + variables.problems + flags.problems
    guard problems.isEmpty else { throw ConfigurationError(problems: problems) }

    self.file = source.path
    let reader = ConfigurationLayer.reader(file: source.layer, variables: variables, flags: flags, schema: schema)
    var configuration = HabitusConfiguration()
    effectiveValues = schema.keys.map { key in
      let winner = [flags, variables, source.layer].lazy.compactMap { $0.values[key.path] }.first
      let value = winner == nil ? key.defaultValue : key.value(in: reader)
      key.write(value, &configuration)
      return EffectiveValue(key: key.path, value: key.shown(value), origin: winner?.origin ?? .standard)
    }
    self.configuration = configuration
  }
}

extension HabitusConfiguration {
  /// Reads the file, the variables and the flags, each overriding those before; see ``LoadedConfiguration``.
  ///
  /// - Throws: everything that is wrong with the three, at once.
  public static func load(
    file: String? = nil, settings: [String] = [], overrides: [ConfigurationOverride] = [],
    surroundings: ConfigurationSurroundings = .process
  ) throws(ConfigurationError) -> HabitusConfiguration {
    try LoadedConfiguration(file: file, settings: settings, overrides: overrides, surroundings: surroundings)
      .configuration
  }
}
