import Testing

@testable import Habitus

@Suite("Configuration types")
struct ConfigurationTypeTests {
  @Test("read the texts that values are shown as", arguments: ConfigurationSchema.habitus.keys.map(\.path))
  func roundTrip(path: String) throws {
    let key = try #require(ConfigurationSchema.habitus.key(path))
    for value in [key.defaultValue] + key.samples {
      #expect(try key.type.value(fromText: value.description, isOptional: key.isOptional) == value)
    }
  }

  @Test(
    "take only these words for true and false",
    arguments: [
      ("true", true), ("YES", true), ("on", true), ("1", true), ("False", false), ("no", false), ("off", false),
      ("0", false), ("", nil), ("2", nil), ("t", nil),
    ])
  func booleans(text: String, expected: Bool?) {
    #expect((try? ConfigurationType.boolean.value(fromText: text, isOptional: false)) == expected.map { .boolean($0) })
  }

  @Test(
    "take only finite decimal numbers",
    arguments: [
      ("1", 1), ("-0.5", -0.5), ("1e3", 1000), (".5", 0.5), ("nan", nil), ("inf", nil), ("0x10", nil), ("1,5", nil),
      ("1e999", nil), ("", nil), ("٣", nil),
    ])
  func numbers(text: String, expected: Double?) {
    #expect(
      (try? ConfigurationType.number(.any).value(fromText: text, isOptional: false)) == expected.map { .number($0) })
  }

  @Test("refuse a number on an open bound and take one on a closed bound")
  func bounds() {
    let closed = ConfigurationNumberRange(lower: 0, upper: 1)
    #expect(closed.contains(0) && closed.contains(1) && !closed.contains(-0.1) && !closed.contains(1.1))
    let open = ConfigurationNumberRange(lower: 0, upper: 1, excludesLower: true, excludesUpper: true)
    #expect(!open.contains(0) && !open.contains(1) && open.contains(0.5))
    #expect(closed.phrase == "from 0 to 1" && open.phrase == "above 0 and below 1")
    #expect(ConfigurationNumberRange(lower: 0, upper: 1, excludesLower: true).phrase == "above 0 and at most 1")
    #expect(ConfigurationNumberRange(lower: 0).phrase == "of at least 0")
    #expect(!ConfigurationNumberRange.any.contains(.nan) && !ConfigurationNumberRange.any.contains(.infinity))
  }

  @Test(
    "know the zones of the IANA database and no others",
    arguments: [
      ("UTC", true), ("Europe/Paris", true), ("Nowhere/City", false), ("", false), ("+02:00", false),
      ("europe paris", false),
    ])
  func timeZones(name: String, isKnown: Bool) {
    let value = try? ConfigurationType.text(.timeZone).value(fromText: name, isOptional: false)
    #expect((value != nil) == isKnown)
  }

  @Test("refuse a name twice in a map")
  func repeatedNames() {
    #expect(throws: ConfigurationProblem.Reason.outOfRange(given: "a twice", allowed: "a map of names to numbers")) {
      try ConfigurationType.numbers(.any).value(fromText: "a=1,b=2,a=3", isOptional: false)
    }
  }

  @Test(
    "refuse an empty text and a map that breaks its rules",
    arguments: [
      (ConfigurationType.texts(names: ["id"]), "id="), (.texts(names: ["id"]), "di=x"), (.lists, "a=x|"),
      (.fields(["item"]), "a.item="), (.fields(["item"]), "a.itme=x"), (.fields(["item"]), "item=x"),
      (.numbers(.any), "a"), (.numbers(.any), "a=x"), (.list(.filled), "a,,b"), (.list(.choice(["a", "b"])), "a,a"),
      (.text(.filled), ""),
    ])
  func refused(type: ConfigurationType, text: String) {
    #expect(throws: ConfigurationProblem.Reason.self) { try type.value(fromText: text, isOptional: false) }
  }
}
