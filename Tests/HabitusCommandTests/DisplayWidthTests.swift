import Testing

@testable import HabitusCommand

@Suite("Display width")
struct DisplayWidthTests {
  @Test(
    "Wide characters take two columns, marks none",
    arguments: [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("👍", 2), ("👨‍👩‍👧", 2), ("…", 1), ("█", 1),
      ("●", 1), ("❤️", 2),
    ])
  func width(text: String, expected: Int) { #expect(DisplayWidth.of(text) == expected) }

  @Test("A cut text is never wider than allowed and a wide glyph is never halved", arguments: 0...12)
  func cutting(width: Int) {
    for text in ["日本語テキスト", "plain text", "a日b本c語"] {
      let cut = DisplayWidth.cut(text, to: width)
      #expect(DisplayWidth.of(cut) <= width)
      let kept = cut.hasSuffix("…") ? String(cut.dropLast()) : cut
      #expect(text.hasPrefix(kept))
      if DisplayWidth.of(text) <= width { #expect(cut == text) }
    }
  }

  @Test("Cutting at the beginning keeps the end")
  func cuttingStart() {
    #expect(DisplayWidth.cutStart("/long/path/events.csv", to: 12) == "…/events.csv")
    #expect(DisplayWidth.cutStart("short", to: 12) == "short")
  }

  @Test("Wrapping keeps every word and no line is too wide", arguments: 1...30)
  func wrapping(width: Int) {
    let text = "Share of events from 22:00 to before 06:00, 日本語 and averyveryverylongword."
    let lines = DisplayWidth.wrapped(text, to: width)
    for line in lines { #expect(DisplayWidth.of(line) <= max(2, width)) }
    let joined = lines.joined().filter { $0 != " " }
    #expect(joined == text.filter { $0 != " " })
  }

  @Test("Control characters cannot reach the terminal")
  func controls() {
    let printable = DisplayWidth.printable("a\u{1B}[31mb\u{7}\n\u{202E}c")
    #expect(printable == "a\u{FFFD}[31mb\u{FFFD}\u{FFFD}\u{FFFD}c")
    #expect(DisplayWidth.printable("plain") == "plain")
  }
}
