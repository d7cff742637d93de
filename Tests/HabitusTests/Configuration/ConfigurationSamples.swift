@testable import Habitus

/// Surroundings without a process: variables, and files by path.
func surroundings(
  variables: [String: String] = [:], files: [String: String] = [:], home: String? = nil
) -> ConfigurationSurroundings {
  ConfigurationSurroundings(variables: variables, homeDirectory: home) { files[$0] }
}

/// Loads a configuration from the text of a `habitus.yaml`, variables and flags.
func load(
  _ text: String? = nil, variables: [String: String] = [:], settings: [String] = [],
  overrides: [ConfigurationOverride] = [], schema: ConfigurationSchema = .habitus
) throws(ConfigurationError) -> LoadedConfiguration {
  try LoadedConfiguration(
    settings: settings, overrides: overrides,
    surroundings: surroundings(variables: variables, files: text.map { ["habitus.yaml": $0] } ?? [:]), schema: schema)
}

/// What is wrong with a file, one line each.
func problems(of text: String) -> [String] {
  ConfigurationDocument(text: text, file: "habitus.yaml", schema: .habitus).problems.map(\.description)
}

extension ConfigurationKey {
  /// Valid values of the key that differ from its default and from each other, awkward texts among them.
  var samples: [ConfigurationValue] {
    let samples: [ConfigurationValue] =
      switch type {
      case .boolean: [.boolean(true), .boolean(false)]
      case .integer(let range): [range.lowerBound + 1, range.lowerBound + 3, range.upperBound].map { .integer($0) }
      case .number(let range):
        [0.25, 0.625, 0.75].map { .number(range.upper.map { $0 > 2 ? 5 : $0 } == 5 ? $0 + 7 : $0) }
      case .text(.timeZone): ["Europe/Paris", "America/New_York", "Asia/Kathmandu"].map { .text($0) }
      case .text(.choice(let names)): names.map { .text($0) }
      case .text: ["a=b,c|d\\e", "no", " 12: #x\n\"é\u{FEFF}"].map { .text($0) }
      case .list(.choice(let names)): names.map { .list([$0]) }
      case .list(let rule):
        [["one"], ["a,b", " c ", "\"\"", "d=e|f\\"], rule == .any ? ["", "null"] : ["~", "null"]].map { .list($0) }
      case .numbers(let range) where range != .any:
        [["x": 0.1], ["a=b": 3, "c,d": 0.25, "no": 1e5], [:]].map { .numbers($0) }
      case .numbers: [["x": 0.1], ["a=b": -3, "c,d": 1e-9, "no": 1e21], [:]].map { .numbers($0) }
      case .texts(let names):
        [[names[0]: "=constant"], [names[0]: "{A}/{B}", names[1]: "x,y|z"], [names[1]: "\"\""]].map { .texts($0) }
      case .lists: [["x": ["a", "b|c"]], ["y,z": ["d=e"], "no": []], ["q": ["null"]]].map { .lists($0) }
      case .fields(let names):
        [["x.y": [names[0]: "a"]], ["z": [names[0]: "b=c", names[1]: "d,e"]], [:]].map { .fields($0) }
      }
    return samples.filter { $0 != defaultValue } + (isOptional && defaultValue != .none ? [.none] : [])
  }
}

/// A configuration in which one key has a value.
func configuration(_ key: ConfigurationKey, _ value: ConfigurationValue) -> HabitusConfiguration {
  var configuration = HabitusConfiguration()
  key.write(value, &configuration)
  return configuration
}
