import Testing

@testable import HabitusCommand

@Suite("Progress of an import")
struct ProgressTextTests {
  private let half = ProgressText(
    share: 0.5, seconds: 10, rowCount: 2_000_000, byteCount: 150_000_000, file: "events.csv")

  @Test("A log line says how far it is, how fast, and how long it will take")
  func plain() {
    #expect(half.plain == "events.csv: 50 %, 2,000,000 rows, 200,000 events/s, 15.0 MB/s, 10 s left")
  }

  @Test("A bar fits the terminal, whatever its width", arguments: 10...120)
  func bar(width: Int) {
    let text = half.bar(width: width)
    #expect(DisplayWidth.of(text) <= width)
    #expect(!text.contains("\u{1B}"))
  }

  @Test("A wide terminal shows everything")
  func wideBar() {
    #expect(
      half.bar(width: 120) == "▕████████████            ▏  50 %  2,000,000 rows  200,000 events/s  15.0 MB/s  10 s left"
    )
  }

  @Test("Without a known size there is neither a share nor a time left")
  func unknownSize() {
    var text = half
    text.share = nil
    #expect(text.secondsLeft == nil)
    #expect(text.plain == "events.csv: 2,000,000 rows, 200,000 events/s, 15.0 MB/s")
    #expect(text.bar(width: 80).hasPrefix("reading  2,000,000 rows"))
  }

  @Test("No time is foretold from the first moments")
  func earlyMoments() {
    #expect(ProgressText(share: 0.005, seconds: 3, rowCount: 1, byteCount: 1, file: "f").secondsLeft == nil)
    #expect(ProgressText(share: 0.2, seconds: 0.1, rowCount: 1, byteCount: 1, file: "f").secondsLeft == nil)
  }
}
