/// The configuration file as text, with every key, its value, its meaning and what is allowed.
struct ConfigurationTemplate {
  private var lines: [String] = []
  private let configuration: HabitusConfiguration
  private let width = 100

  /// The text of the file that says `configuration`.
  static func text(of configuration: HabitusConfiguration, schema: ConfigurationSchema) -> String {
    var template = ConfigurationTemplate(configuration: configuration)
    template.writeHead()
    for section in schema.sections { template.write(section) }
    return template.lines.joined(separator: "\n") + "\n"
  }

  private init(configuration: HabitusConfiguration) { self.configuration = configuration }

  private mutating func writeHead() {
    writeComment(
      "habitus.yaml: all settings of Habitus. Those left out have their defaults, which are written here.", depth: 0)
    writeComment(ConfigurationSchema.guide, depth: 0)
    writeComment("`habitus config check` finds mistakes, `habitus config show` prints what is in force.", depth: 0)
  }

  private mutating func write(_ section: ConfigurationSchema.Section) {
    lines.append("")
    writeComment(section.meaning, depth: 0)
    lines.append(section.name + ":")
    var open = [section.name]
    for (index, key) in section.keys.enumerated() {
      let groups = ConfigurationSchema.groups(of: key.path)
      if index > 0 { lines.append("") }
      for (depth, group) in groups.enumerated().dropFirst() where depth >= open.count || open[depth] != group {
        let name = group.split(separator: ".").last ?? ""
        lines.append(Self.indentation(depth) + name + ":")
      }
      open = groups
      write(key, depth: groups.count)
    }
  }

  private mutating func write(_ key: ConfigurationKey, depth: Int) {
    let value = key.read(configuration)
    writeComment(key.meaning, depth: depth)
    writeComment("Allowed: \(key.allowed).", depth: depth)
    let start = Self.indentation(depth) + key.name + ":"
    switch value {
    case .none:
      // Where the default is a value, "none" has to be said.
      let comment = key.defaultValue == .none ? "# " : ""
      lines.append(Self.indentation(depth) + comment + key.name + ": none")
    case .numbers(let map): writeMap(map, start, depth: depth, ConfigurationValue.text(of:))
    case .texts(let map): writeMap(map, start, depth: depth, YAMLText.scalar)
    case .lists(let map): writeMap(map, start, depth: depth, YAMLText.list)
    case .fields(let map): writeMap(map, start, depth: depth, YAMLText.map)
    case .list(let values): lines.append(start + " " + YAMLText.list(values))
    case .text(let text): lines.append(start + " " + YAMLText.scalar(text))
    case .boolean, .integer, .number: lines.append(start + " " + value.description)
    }
  }

  private mutating func writeMap<Value>(
    _ map: [String: Value], _ start: String, depth: Int, _ text: (Value) -> String
  ) {
    if map.isEmpty { return lines.append(start + " {}") }
    lines.append(start)
    for (name, value) in map.sorted(by: { $0.key < $1.key }) {
      lines.append(Self.indentation(depth + 1) + YAMLText.scalar(name) + ": " + text(value))
    }
  }

  /// Writes a comment, broken into lines between words.
  private mutating func writeComment(_ text: String, depth: Int) {
    let start = Self.indentation(depth) + "#"
    var line = start
    for word in text.split(separator: " ") {
      if line.count + 1 + word.count > width && line.count > start.count {
        lines.append(line)
        line = start
      }
      line += " " + word
    }
    lines.append(line)
  }

  private static func indentation(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}

extension HabitusConfiguration {
  /// The text of `habitus.yaml` with every key, its default, its meaning and what is allowed.
  public static var template: String { ConfigurationTemplate.text(of: HabitusConfiguration(), schema: .habitus) }

  /// The text of a `habitus.yaml` that says this configuration, secrets included.
  public var yaml: String { ConfigurationTemplate.text(of: self, schema: .habitus) }
}
