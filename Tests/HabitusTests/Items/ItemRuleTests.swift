import Habitus
import Testing

@Suite("ItemRule")
struct ItemRuleTests {
  private let item = Item(
    id: "job", category: "IT",
    properties: [
      "city": .string("Paris"), "salary": .number(40_000), "remote": .bool(true), "zip": .string("075"),
      "skills": .array([.string("swift"), .string("sql")]), "years": .array([.number(2), .number(5)]),
      "note": .null, "empty": .array([]), "place": .object(["city": .string("Paris")]), "a.b": .string("c=d"),
    ])

  @Test(
    "holds as it says",
    arguments: [
      ("city=Paris", true), ("city=paris", false), ("city!=Paris", false), ("city!=Rome", true), ("city= Paris", false),
      ("salary=40000", true), ("salary=4e4", true), ("salary=40000.0", true), ("salary!=40000", false),
      ("salary>40000", false), ("salary>=40000", true), ("salary<40000.5", true), ("salary<=39999", false),
      ("salary<40000", false), ("remote=true", true), ("remote=1", false), ("remote!=false", true),
      ("zip=075", true), ("zip=75", false), ("zip>1", false), ("skills=swift", true), ("skills=php", false),
      ("skills!=php", true), ("skills!=swift", false), ("years>4", true), ("years>5", false), ("years=2", true),
      ("category=IT", true), ("category!=IT", false), ("a.b=c=d", true),
      // What is not there, or is nothing, is neither equal nor different.
      ("town=Paris", false), ("town!=Paris", false), ("note=null", false), ("note!=x", false), ("empty=x", false),
      ("empty!=x", true), ("place=Paris", false), ("place!=Paris", true),
    ])
  func holds(text: String, expected: Bool) throws {
    #expect(try ItemRule(parsing: text).holds(for: item) == expected)
  }

  @Test("is parted by the first comparison that it holds")
  func parsing() throws {
    for (text, property, comparison, value) in [
      ("a=b", "a", ItemRule.Comparison.equal, "b"), ("a<=1", "a", .atMost, "1"), ("a>=-1.5", "a", .atLeast, "-1.5"),
      ("a!=", "a", .notEqual, ""), ("a==b", "a", .equal, "=b"), ("what!a=b", "what!a", .equal, "b"),
      ("a<1=2", "", .less, ""),
    ] {
      guard !property.isEmpty else {
        #expect(throws: ItemError.self) { try ItemRule(parsing: text) }
        continue
      }
      #expect(try ItemRule(parsing: text) == ItemRule(property: property, comparison, value: value), "\(text)")
    }
  }

  @Test(
    "that cannot be meant is an error that says why", arguments: ["", "city", "=Paris", "salary>much", "a<nan", "!"])
  func errors(text: String) {
    #expect {
      try ItemRule(parsing: text)
    } throws: { if case ItemError.invalidRule(text, _)? = $0 as? ItemError { true } else { false } }
  }

  @Test("a property called category goes before the category")
  func category() throws {
    let item = Item(id: "a", category: "b", properties: ["category": .string("c")])
    #expect(try ItemRule(parsing: "category=c").holds(for: item))
  }
}
