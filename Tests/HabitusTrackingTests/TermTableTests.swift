import HabitusModel
import Testing

@testable import HabitusTracking

@Suite("Terms of an import")
struct TermTableTests {
  /// The code of a text that is followed by bytes that do not belong to it.
  private func code(_ text: String, in table: TermTable) -> UInt32 {
    let bytes = Array(text.utf8) + (0..<16).map { UInt8($0 * 11) }
    return bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { table.code(adding: $0, length: text.utf8.count) } ?? TermDictionary.missing
    }
  }

  @Test("get the codes that a plain dictionary gives, whatever their length and number")
  func matchesTermDictionary() {
    var generator = SplitMix64(state: 7)
    let table = TermTable()
    var expected = TermDictionary()
    var delivered: [String] = []
    for round in 0..<20 {
      for _ in 0..<1000 {
        let length = Int.random(in: 1...20, using: &generator)
        // Few letters, so that texts come again and many differ in length or in one byte only.
        let text = String((0..<length).map { _ in Bool.random(using: &generator) ? "a" : "\u{0}" })
        #expect(code(text, in: table) == expected.code(adding: text))
      }
      let new = table.takeNewTerms()
      #expect(round == 0 || new.count < 1000)
      for index in 0..<new.count { delivered.append(new.text(at: index)) }
    }
    #expect(delivered == (0..<expected.count).map { expected.text(of: UInt32($0)) })
    #expect(table.count == expected.count)
  }
}
