import ArgumentParser
import Habitus

/// When and by whom something was said that is recorded by hand.
struct StatementOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("When it was said: RFC 3339 or a date; now unless given.", valueName: "moment"),
    transform: WindowOptions.moment)
  var time: Timestamp?

  @Option(name: .long, help: ArgumentHelp("Who says so, as it is listed later.", valueName: "name"))
  var source = "command"
}
