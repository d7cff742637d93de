import Testing

@testable import Habitus

@Suite("Separated text")
struct SeparatedTextTests {
  @Test(
    "reads back what it escapes",
    arguments: ["", "a", " ", " a ", "\"\"", "\\", "a\\", "a,b", "=", "|x|", "\\ ", "a \\ ", "é,\u{1F600}"])
  func roundTrip(text: String) {
    let escaped = SeparatedText.escape(text)
    #expect(SeparatedText.plain(escaped[...]) == text)
    for separator: Character in [",", "=", "|"] {
      let parts = SeparatedText.parts(of: (escaped + String(separator) + escaped)[...], separatedBy: separator)
      #expect(parts.map(SeparatedText.plain) == [text, text])
    }
  }

  @Test("ignores blanks around parts and has no parts in an empty text")
  func parts() {
    #expect(SeparatedText.parts(of: " a , b", separatedBy: ",").map(SeparatedText.plain) == ["a", "b"])
    #expect(SeparatedText.parts(of: "a,", separatedBy: ",").map(SeparatedText.plain) == ["a", ""])
    #expect(SeparatedText.parts(of: "", separatedBy: ",").isEmpty)
    #expect(SeparatedText.parts(of: "  ", separatedBy: ",").isEmpty)
  }

  @Test("splits an entry at its first bare equals sign")
  func entry() throws {
    let entry = try #require(SeparatedText.entry(of: "a\\=b==c"))
    #expect(SeparatedText.plain(entry.name) == "a=b")
    #expect(SeparatedText.plain(entry.value) == "=c")
    #expect(SeparatedText.entry(of: "a\\=b") == nil)
  }
}
