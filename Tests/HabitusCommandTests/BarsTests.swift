import Testing

@testable import HabitusCommand

@Suite("Small pictures")
struct BarsTests {
  @Test("A bar is as wide as asked and filled in proportion")
  func bars() {
    #expect(Bars.bar(0, width: 4) == "    ")
    #expect(Bars.bar(1, width: 4) == "████")
    #expect(Bars.bar(0.5, width: 4) == "██  ")
    #expect(Bars.bar(0.53125, width: 4) == "██▏ ")
    #expect(Bars.bar(7, width: 4) == "████")
  }

  @Test("An interval encloses its point")
  func intervals() {
    #expect(Bars.interval(0.2...0.8, point: 0.5, maximum: 1, width: 11) == "  ├──●──┤  ")
    #expect(Bars.interval(1...1, point: 1, maximum: 1, width: 5) == "    ●")
    #expect(Bars.interval(0...0, point: 0, maximum: 0, width: 3) == "   ")
  }

  @Test("The heat strip shows the busiest hour darkest, and hours without events as points")
  func heat() {
    var counts = [Int](repeating: 0, count: 168)
    counts[1 * 24 + 4] = 85
    counts[4 * 24 + 23] = 1
    let lines = Bars.heatStrip(counts)
    #expect(lines.count == 8)
    #expect(lines[1] == "Mon  " + String(repeating: "· ", count: 23) + "·")
    #expect(lines[2].contains("██"))
    #expect(lines[5].hasSuffix("░░") && !lines[5].contains("▒"))
  }

  @Test("A sparkline rises from 0 to the greatest value, and takes means where there are too many")
  func sparklines() {
    #expect(Bars.sparkline([0, 1, 2, 3, 4, 5, 6, 7], width: 20) == "▁▂▃▄▅▆▇█")
    #expect(Bars.sparkline([5, 5, 10], width: 3) == "▅▅█")
    #expect(Bars.sparkline([0, 2, nil, nil, 7, 7], width: 3) == "▂·█")
    #expect(Bars.sparkline([0, 0], width: 5) == "▁▁")
    #expect(Bars.sparkline([], width: 5) == "" && Bars.sparkline([1], width: 0) == "")
  }
}
