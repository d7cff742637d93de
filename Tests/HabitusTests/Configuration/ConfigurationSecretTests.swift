import Testing

@testable import Habitus

@Suite("Secrets")
struct ConfigurationSecretTests {
  private let schema = ConfigurationSchema(sections: [
    .init(
      name: "import", meaning: "For the test.",
      keys: [
        .optionalText("import.token", \.importing.timeFormat, .choice(["hush", "shh"]), isSecret: true, "A secret."),
        .text("import.namespace", \.importing.namespace, .filled, "No secret."),
      ])
  ])

  @Test("are in the configuration but masked where values are shown")
  func masked() throws {
    let loaded = try load("import: {token: hush}", schema: schema)
    #expect(loaded.configuration.importing.timeFormat == "hush")
    #expect(loaded.effectiveValues.map(\.value) == [ConfigurationKey.mask, "default"])
    #expect(try load(schema: schema).effectiveValues.map(\.value) == ["none", "default"])
  }

  @Test("are masked in problems of files, variables and flags")
  func problems() {
    for (text, variables, settings) in [
      ("import: {token: oops}", [:], []), ("import: {token: \"oops\"}", [:], []),
      ("", ["HABITUS_IMPORT_TOKEN": "oops"], []), ("", [:], ["import.token=oops"]),
    ] as [(String, [String: String], [String])] {
      let error = #expect(throws: ConfigurationError.self) {
        try load(text, variables: variables, settings: settings, schema: schema)
      }
      #expect(error?.description.contains("import.token: \(ConfigurationKey.mask) is not allowed") == true)
      #expect(error?.description.contains("oops") == false)
    }
  }
}
