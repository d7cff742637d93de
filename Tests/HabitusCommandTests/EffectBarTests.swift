import Testing

@testable import HabitusCommand

@Suite("Effects as pictures")
struct EffectBarTests {
  @Test("stand left or right of a marked middle")
  func sides() {
    #expect(Bars.effect(2, 1...3, maximum: 4, width: 9) == "    │├●┤ ")
    #expect(Bars.effect(-2, -3...(-1), maximum: 4, width: 9) == " ├●┤│    ")
    #expect(Bars.effect(1, -1...3, maximum: 4, width: 9) == "   ├┼●─┤ ")
  }

  @Test("keep to their width, whatever is drawn")
  func edges() {
    #expect(Bars.effect(9, 8...10, maximum: 1, width: 5) == "  │ ●")
    #expect(Bars.effect(1, 0...2, maximum: 0, width: 3) == "   ")
    #expect(Bars.effect(1, 0...2, maximum: 1, width: 0) == "")
    #expect(Bars.effect(.nan, 0...1, maximum: 1, width: 5).count == 5)
  }
}
