import Habitus
import Testing

@testable import HabitusCommand

@Suite("Tables of effects")
struct ClusterPageTests {
  private func lines(_ language: Language, width: Int) -> [String] {
    var table = EffectTable(words: ClusterPageWords(language: language), columns: ["a", "b"])
    table.append("share_search", 0.26, 0.07, 1.2, 0.9...1.5)
    table.append("type:pay", 0.1, 0.104, -0.05, -0.2...0.1)
    return table.table(width: width).lines(width: width).map { $0.replacing("\u{202F}", with: "_") }
  }

  @Test("hold means with their units and effects with their signs and intervals")
  func table() {
    #expect(
      lines(.english, width: 80) == [
        "  feature               a       b  effect   95 % interval",
        "  share of searches  26_%     7_%   +1.20  +0.90 to +1.50",
        "  share of “pay”     10_%  10.4_%   −0.05  −0.20 to +0.10",
      ])
    #expect(lines(.french, width: 80)[1].contains("part des recherches"))
    #expect(lines(.french, width: 80)[1].hasSuffix("+1,20      +0,90 à +1,50"))
  }

  @Test("have pictures where there is room")
  func pictures() {
    #expect(lines(.english, width: 100)[1].hasSuffix("│    ├●─┤"))
    #expect(lines(.english, width: 100).allSatisfy { $0.count <= 100 })
  }

  @Test("stability says what it means")
  func stability() {
    let words = ClusterPageWords(language: .english)
    #expect(
      [0.92, 0.75, 0.7, 0.6, 0.59].map(words.stabilityText) == [
        "0.92 stable", "0.75 stable", "0.7 uncertain", "0.6 uncertain", "0.59 doubtful",
      ])
  }
}
