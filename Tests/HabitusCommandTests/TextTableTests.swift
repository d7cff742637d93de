import Testing

@testable import HabitusCommand

@Suite("Text table")
struct TextTableTests {
  private var table: TextTable {
    var table = TextTable([.text("user"), .number("events"), .prose("what")])
    table.append(["u1", "12", "a few words that are too long for a narrow terminal"])
    table.append(["a-user-with-a-long-identifier", "1,234", "short"])
    return table
  }

  @Test("No line is wider than the terminal", arguments: [30, 40, 60, 80, 200])
  func fits(width: Int) {
    for line in table.lines(width: width) { #expect(DisplayWidth.of(line) <= width) }
  }

  @Test("With enough room nothing is cut and numbers stand at the right")
  func layout() {
    #expect(
      table.lines(width: 200) == [
        "user                           events  what",
        "u1                                 12  a few words that are too long for a narrow terminal",
        "a-user-with-a-long-identifier   1,234  short",
      ])
  }

  @Test("A long cell is cut with an ellipsis, prose goes on in the next line")
  func narrow() {
    let lines = table.lines(width: 40)
    #expect(lines.contains { $0.contains("…") })
    let prose = lines.joined(separator: " ").split(separator: " ")
    for word in "a few words that are too long for a narrow terminal".split(separator: " ") {
      #expect(prose.contains(word))
    }
  }

  @Test("Columns stay in line under wide glyphs")
  func wide() {
    var table = TextTable([.text("name"), .number("n")])
    table.append(["日本", "1"])
    table.append(["abcd", "2"])
    #expect(table.lines(width: 80) == ["name  n", "日本  1", "abcd  2"])
  }
}
