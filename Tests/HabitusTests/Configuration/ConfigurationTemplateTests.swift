import Testing

@testable import Habitus

@Suite("Configuration template")
struct ConfigurationTemplateTests {
  @Test("gives exactly the defaults, and names every key that has one")
  func defaults() throws {
    let document = ConfigurationDocument(
      text: HabitusConfiguration.template, file: "habitus.yaml", schema: .habitus)
    #expect(document.problems.isEmpty)
    let keys = ConfigurationSchema.habitus.keys
    #expect(Set(document.values.keys) == Set(keys.filter { $0.defaultValue != .none }.map(\.path)))
    for key in keys where key.defaultValue != .none {
      #expect(document.values[key.path]?.value == key.defaultValue)
    }
    #expect(try load(HabitusConfiguration.template).configuration == HabitusConfiguration())
  }

  @Test("names the keys without a default in comments that are valid once uncommented")
  func commented() throws {
    let template = HabitusConfiguration.template
    for key in ConfigurationSchema.habitus.keys where key.defaultValue == .none {
      #expect(template.contains("# \(key.name): none\n"))
    }
    let uncommented = template.replacing(/# (?<key>[a-z_]+: none)\n/) { $0.output.key + "\n" }
    #expect(uncommented != template)
    let loaded = try load(uncommented)
    #expect(loaded.configuration == HabitusConfiguration())
    #expect(loaded.effectiveValues.allSatisfy { $0.origin != .standard })
  }

  @Test("says the meaning of every key and what is allowed, in lines of at most 120 columns")
  func comments() {
    let template = HabitusConfiguration.template
    let lines = template.split(separator: "\n").map { $0.drop { $0 == " " } }
    let prose = lines.map { $0.hasPrefix("# ") ? $0.dropFirst(2) : $0 }.joined(separator: " ")
    for key in ConfigurationSchema.habitus.keys {
      #expect(prose.contains(key.meaning))
      #expect(prose.contains("Allowed: \(key.allowed)."))
    }
    #expect(template.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test(
    "reads back any text that it writes",
    arguments: [
      "", "a", "true", "Null", "~", "1", "1e3", "- a", "a: b", "#", "a #b", "é", "\u{7}", "\u{2028}", "\u{85}",
      "a\u{FEFF}", "\r\n", "'", "\"", "\\", "{", "[", "=x", "none", ".5", "./x", "0x1", "\u{1F600}",
    ])
  func texts(text: String) throws {
    var configuration = HabitusConfiguration()
    configuration.importing.missingUser = [text, "x" + text]
    configuration.importing.columns = [.type: "x" + text]
    configuration.features.eventWeights = [text: 1]
    configuration.eventMapping = EventMapping(rules: [text: .init(item: "x" + text)])
    #expect(try load(configuration.yaml).configuration == configuration)
  }
}
