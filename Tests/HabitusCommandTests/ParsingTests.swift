import ArgumentParser
import Habitus
import Testing

@testable import HabitusCommand

@Suite("Command line")
struct ParsingTests {
  @Test("Reading flags override the configuration and join its mapping")
  func reading() throws {
    let command = try #require(
      try HabitusCommand.parseAsRoot([
        "import", "a.csv", "-", "--map", "user=CustomerID", "--map", "type==purchase", "--delimiter", "semicolon",
        "--time-offset-unit", "s", "--missing-user", "NA", "--no-header", "--namespace", "shop", "--source", "web",
      ]) as? ImportCommand)
    #expect(command.files == ["a.csv", "-"])
    var configuration = try LoadedConfiguration(
      overrides: command.reading.overrides, surroundings: ConfigurationSurroundings()
    ).configuration
    configuration.importing.columns = [.user: "other", .item: "SKU"]
    let options = try command.reading.options(configuration)
    #expect(options.mapping[.user] == .column("CustomerID"))
    #expect(options.mapping[.type] == .constant("purchase"))
    #expect(options.mapping[.item] == .column("SKU"))
    #expect(options.delimiter == UInt8(ascii: ";"))
    #expect(options.timeOffsetUnit == .seconds)
    #expect(options.noUserTexts == ["NA"])
    #expect(!options.hasHeader)
    #expect(options.namespace == "shop")
    #expect(options.source == "web")
  }

  @Test(
    "Wrong use is refused before anything is opened",
    arguments: [
      ["import"], ["import", "f", "--map", "user"], ["import", "f", "--map", "colour=x"],
      ["import", "f", "--map", "user="],
      ["import", "f", "--format", "xml"], ["analyze", "--as-of", "yesterday"], ["analyze", "--threads", "0"],
      ["export", "nothing"], ["export", "features", "--user", "u"], ["features", "--history"],
      ["features", "u", "--summary"],
      ["profile"], ["frobnicate"], ["demo", "--users", "0"], ["users", "--limit", "-1"],
    ])
  func wrongUse(words: [String]) {
    #expect {
      _ = try HabitusCommand.parseAsRoot(words)
    } throws: { error in
      HabitusCommand.exitCode(for: error) == .validationFailure && ErrorReport(error) == nil
    }
  }

  @Test("Flags of the window become settings that name the flag")
  func window() throws {
    let command = try #require(
      try HabitusCommand.parseAsRoot([
        "analyze", "--window-days", "60", "--session-gap", "15", "--time-zone", "Europe/Paris", "--min-events", "3",
      ]) as? AnalyzeCommand)
    let features = try LoadedConfiguration(
      overrides: command.window.overrides, surroundings: ConfigurationSurroundings()
    ).configuration.features
    #expect(features.windowDays == 60)
    #expect(features.sessionGap == .seconds(900))
    #expect(features.timeZone == "Europe/Paris")
    #expect(features.minimumEventCount == 3)
    #expect(command.window.overrides.map(\.flag) == ["--window-days", "--session-gap", "--time-zone", "--min-events"])
  }

  @Test("Every problem of a configuration is a line of its own")
  func configurationErrors() throws {
    do {
      _ = try LoadedConfiguration(settings: ["a.b=1", "nonsense"], surroundings: ConfigurationSurroundings())
      Issue.record("an unknown key was accepted")
    } catch {
      let report = try #require(ErrorReport(error))
      #expect(report.lines.count == 2)
      #expect(report.lines.allSatisfy { $0.hasPrefix("error: ") })
      #expect(report.exitCode == 1)
    }
  }

  @Test("An interrupted command says nothing more and ends with 130")
  func interruption() throws {
    let report = try #require(ErrorReport(CancellationError()))
    #expect(report.lines.isEmpty && report.exitCode == 130)
  }

  @Test("Base information is JSON where it reads as JSON, and text otherwise")
  func fields() throws {
    func value(_ text: String) -> JSONValue? { JSONFields.field(text)?.1 }
    #expect(value("seats=3") == .number(3))
    #expect(value("active=true") == .bool(true))
    #expect(value("tags=[\"a\"]") == .array([.string("a")]))
    #expect(value("plan=premium") == .string("premium"))
    #expect(value("note=a=b") == .string("a=b"))
    #expect(JSONFields.field("=x") == nil && JSONFields.field("x") == nil)
  }

  @Test("Words in proposed commands are quoted where a shell would split them")
  func quoting() {
    #expect(ShellText.quoted("./data") == "./data")
    #expect(ShellText.quoted("my data") == "'my data'")
    #expect(ShellText.quoted("it's") == "'it'\\''s'")
    #expect(ShellText.quoted("") == "''")
  }
}
