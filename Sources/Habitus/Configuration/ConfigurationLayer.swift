internal import Configuration

/// The valid values that one source gives, by path, and what is wrong with the others.
struct ConfigurationLayer {
  /// A value and where it stands.
  struct Entry {
    var value: ConfigurationValue
    var origin: ConfigurationOrigin
  }

  var values: [String: Entry] = [:]
  var problems: [ConfigurationProblem] = []
}

extension ConfigurationLayer {
  /// Reads the variables whose names begin with `HABITUS_`.
  init(variables: [String: String], schema: ConfigurationSchema) {
    for (name, text) in variables.sorted(by: { $0.key < $1.key }) where name != ConfigurationSchema.fileVariable {
      guard name.hasPrefix(ConfigurationSchema.variablePrefix) else { continue }
      let origin = ConfigurationOrigin.variable(name)
      guard let key = schema.key(variable: name) else {
        let nearest = schema.suggestion(forVariable: name)
        problems.append(.init(origin: origin, key: "", reason: .unknownKey(nearest: nearest)))
        continue
      }
      if case .variable(let other) = values[key.path]?.origin {
        problems.append(key.problem(.setTwice(other: other), at: origin))
        continue
      }
      read(text, for: key, from: origin)
    }
  }

  /// Reads texts `key=value` and the values of other flags, which count more.
  init(settings: [String], overrides: [ConfigurationOverride], schema: ConfigurationSchema) {
    var assignments: [ConfigurationOverride] = []
    for setting in settings {
      guard let sign = setting.firstIndex(of: "=") else {
        problems.append(.init(origin: .flag("--set"), key: setting, reason: .notAnAssignment))
        continue
      }
      assignments.append(
        .init(key: String(setting[..<sign]), value: String(setting[setting.index(after: sign)...]), flag: "--set"))
    }
    for assignment in assignments + overrides {
      guard let key = schema.key(assignment.key) else {
        let nearest = schema.suggestion(for: assignment.key)
        problems.append(
          .init(origin: .flag(assignment.flag), key: assignment.key, reason: .unknownKey(nearest: nearest)))
        continue
      }
      read(assignment.value, for: key, from: .flag(assignment.flag))
    }
  }

  private mutating func read(_ text: String, for key: ConfigurationKey, from origin: ConfigurationOrigin) {
    do throws(ConfigurationProblem.Reason) {
      values[key.path] = Entry(value: try key.type.value(fromText: text, isOptional: key.isOptional), origin: origin)
    } catch {
      problems.append(key.problem(error, at: origin))
    }
  }
}

extension ConfigurationLayer {
  /// A reader over valid layers, in which flags come before variables and variables before the file.
  ///
  /// A key whose value in force is "none" is in no layer.
  static func reader(
    file: ConfigurationLayer, variables: ConfigurationLayer, flags: ConfigurationLayer, schema: ConfigurationSchema
  ) -> ConfigReader {
    let present = schema.keys.filter { key in
      let winner = flags.values[key.path] ?? variables.values[key.path] ?? file.values[key.path]
      return winner != nil && winner?.value != ConfigurationValue.none
    }
    let texts = present.compactMap { key in
      variables.values[key.path].map { (key.variable, $0.value.description) }
    }
    let secrets = Set(schema.keys.filter(\.isSecret).map(\.variable))
    let environment = EnvironmentVariablesProvider(
      environmentVariables: Dictionary(texts) { first, _ in first }, secretsSpecifier: .specific(secrets))
    return ConfigReader(providers: [
      InMemoryProvider(name: "flags", values: flags.contents(of: present)),
      environment.prefixKeys(with: "habitus"),
      InMemoryProvider(name: "file", values: file.contents(of: present)),
    ])
  }

  private func contents(of keys: [ConfigurationKey]) -> [AbsoluteConfigKey: ConfigValue] {
    var contents: [AbsoluteConfigKey: ConfigValue] = [:]
    for key in keys {
      guard let value = values[key.path]?.value else { continue }
      contents[AbsoluteConfigKey(key.readerKey)] = ConfigValue(value.content, isSecret: key.isSecret)
    }
    return contents
  }
}

extension ConfigurationKey {
  fileprivate var readerKey: ConfigKey { ConfigKey(path) }

  /// The value in force; "none" where the reader has none.
  func value(in reader: ConfigReader) -> ConfigurationValue {
    switch type {
    case .boolean: return reader.bool(forKey: readerKey, isSecret: isSecret).map(ConfigurationValue.boolean) ?? .none
    case .integer: return reader.int(forKey: readerKey, isSecret: isSecret).map(ConfigurationValue.integer) ?? .none
    case .number: return reader.double(forKey: readerKey, isSecret: isSecret).map(ConfigurationValue.number) ?? .none
    case .text: return reader.string(forKey: readerKey, isSecret: isSecret).map(ConfigurationValue.text) ?? .none
    case .list, .numbers, .texts, .lists, .fields:
      guard let text = reader.string(forKey: readerKey, isSecret: isSecret) else { return .none }
      return (try? type.value(fromText: text, isOptional: isOptional)) ?? .none
    }
  }
}

extension ConfigurationValue {
  /// The value in the forms that all providers share: lists and maps as text.
  fileprivate var content: ConfigContent {
    switch self {
    case .boolean(let value): .bool(value)
    case .integer(let value): .int(value)
    case .number(let value): .double(value)
    default: .string(description)
    }
  }
}
