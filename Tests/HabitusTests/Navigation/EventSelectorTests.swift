import Testing

@testable import Habitus

@Suite("EventSelector")
struct EventSelectorTests {
  @Test(
    "reads types and conditions, and writes them again",
    arguments: [
      ("search", EventSelector(types: ["search"])),
      ("search,filter", EventSelector(types: ["search", "filter"])),
      ("*", EventSelector()),
      ("click:category=books", EventSelector(types: ["click"], category: "books")),
      ("*:item=a, b:page=https://x.test/?a=b:c", EventSelector(item: "a, b", page: "https://x.test/?a=b:c")),
      ("cart:add", EventSelector(types: ["cart:add"])),
      (#"Paid\, in full,C:\x"#, EventSelector(types: ["Paid, in full", #"C:\x"#])),
      (#"a\\,b"#, EventSelector(types: [#"a\"#, "b"])),
    ])
  func text(text: String, selector: EventSelector) throws {
    #expect(try EventSelector(text) == selector)
    #expect(try EventSelector(selector.description) == selector)
  }

  @Test("names a type once")
  func repeats() throws { #expect(try EventSelector("a,b,a").types == ["a", "b"]) }

  @Test(
    "refuses what names no events, with the reason",
    arguments: [
      ("", "an event type is empty"), ("a,", "an event type is empty"), (":item=x", "an event type is empty"),
      ("a:item=", "'item' has no value"), ("a:page=:item=x", "'page' has no value"),
      ("a:item=x:item=y", "'item' is given twice"),
    ])
  func refused(text: String, reason: String) {
    #expect(throws: HabitusError.invalidEventSelector(text, reason: reason)) { try EventSelector(text) }
  }
}
