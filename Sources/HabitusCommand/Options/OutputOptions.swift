import ArgumentParser

/// In which form an answer is printed.
struct OutputOptions: ParsableArguments {
  @Flag(
    name: .long, help: "Prints the answer as JSON: times in RFC 3339, shares from 0 to 1, what has no value left out.")
  var json = false

  /// Prints an answer as JSON or as a page, whichever was asked for.
  func print(_ answer: some Encodable, _ fill: (inout Page) throws -> Void) throws {
    if json { return try Terminal.output.print(JSONText.text(of: answer, isPretty: Terminal.output.isTerminal)) }
    var page = Page()
    try fill(&page)
    try Terminal.output.print(page.text)
  }
}
