import Foundation
import HabitusModel
import Testing

@Suite("Items as JSON")
struct ItemTests {
  private static let value = JSONValue.object([
    "b": .array([.null, .bool(true), .bool(false), .number(-0.5), .number(2), .string("")]), "a": .object([:]),
    "quote\"\\\n\u{0}\u{1F}": .string("é😀\u{7F}/"),
  ])

  @Test("a value is written without blanks, keys in order, control characters escaped")
  func text() {
    #expect(
      Self.value.jsonText
        == #"{"a":{},"b":[null,true,false,-0.5,2,""],"quote\"\\\u000a\u0000\u001f":"é😀"# + "\u{7F}" + #"/"}"#)
  }

  @Test("what is written is read back the same by another reader")
  func roundTrip() throws {
    let numbers: [Double] = [
      0, -0.0, 1, 9_007_199_254_740_992, 9_007_199_254_740_994, 1e300, Double.leastNonzeroMagnitude, 0.1, -1e-7,
    ]
    for value in numbers.map(JSONValue.number) + [Self.value, .array([])] {
      let text = try #require(value.jsonText)
      #expect(try JSONDecoder().decode([JSONValue].self, from: Data("[\(text)]".utf8)) == [value], "\(text)")
    }
    #expect(JSONValue.number(-0.0).jsonText == "-0.0")
  }

  @Test("numbers that are not finite cannot be said")
  func notFinite() {
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(JSONValue.object(["a": .array([.number(number)])]).jsonText == nil)
    }
  }

  @Test("an item is one JSON object, of which only the id must be there")
  func item() throws {
    let item = Item(
      id: "i", category: "c", properties: ["n": .number(1)], updated: Timestamp(milliseconds: 1_772_409_600_000))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(
      String(decoding: try encoder.encode(item), as: UTF8.self)
        == #"{"category":"c","id":"i","properties":{"n":1},"updated":"2026-03-02T00:00:00.000Z"}"#)
    #expect(try JSONDecoder().decode(Item.self, from: try encoder.encode(item)) == item)
    #expect(try JSONDecoder().decode(Item.self, from: Data(#"{"id":"i"}"#.utf8)) == Item(id: "i"))
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Item.self, from: Data("{}".utf8)) }
  }
}
