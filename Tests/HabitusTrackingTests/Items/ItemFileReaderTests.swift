import Foundation
import HabitusModel
import Testing

@testable import HabitusTracking

@Suite("ItemFileReader")
final class ItemFileReaderTests {
  private let folder = NSTemporaryDirectory() + "habitus-items-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func read(
    _ text: String, as name: String = "items.csv", _ change: (inout ItemFileOptions) -> Void = { _ in }
  ) throws -> (items: [Item], refused: [String]) {
    let path = folder + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    var options = ItemFileOptions()
    change(&options)
    var (items, refused): ([Item], [String]) = ([], [])
    try ItemFileReader(options).read([path]) { chunk in
      items += chunk.items
      refused += chunk.refused.map { "\($0.line) \($0.reason.rawValue)" }
    }
    return (items, refused)
  }

  @Test("cells become numbers, Booleans and texts; empty ones are left out")
  func cells() throws {
    let (items, refused) = try read(
      """
      id,category,salary,remote,code,value,timestamp
      1,IT,42.50,true,007,-3,2026-03-02
      2,,,false,1e5,12345678901234567890,"say ""hi"", 😀
      to all"
      3,IT,.5,TRUE,+1,0,-
      """)
    #expect(refused.isEmpty)
    #expect(
      items == [
        Item(
          id: "1", category: "IT",
          properties: [
            "salary": .number(42.5), "remote": .bool(true), "code": .string("007"), "value": .number(-3),
            "timestamp": .string("2026-03-02"),
          ]),
        Item(
          id: "2",
          properties: [
            "remote": .bool(false), "code": .string("1e5"), "value": .string("12345678901234567890"),
            "timestamp": .string("say \"hi\", 😀\nto all"),
          ]),
        Item(
          id: "3", category: "IT",
          properties: [
            "salary": .string(".5"), "remote": .string("TRUE"), "code": .string("+1"), "value": .number(0),
            "timestamp": .string("-"),
          ]),
      ])
  }

  @Test("columns that are lists are split, by any separator")
  func lists() throws {
    let text = "item\tskills\tyears\nx\t swift | c++ ||3d\t1;2; true\ny\t\t|\n"
    let (items, _) = try read(text, as: "items.tsv") { $0.listColumns = ["skills"] }
    #expect(items[0].properties["skills"] == .array([.string("swift"), .string("c++"), .string("3d")]))
    #expect(items[0].properties["years"] == .string("1;2; true"))
    #expect(items[1].properties == ["years": .string("|")])
    let (others, _) = try read(text, as: "items.tsv") { ($0.listColumns, $0.listSeparator) = (["years"], ";") }
    #expect(others[0].properties["years"] == .array([.number(1), .number(2), .bool(true)]))
    #expect {
      try read(text) { $0.listColumns = ["skill"] }
    } throws: { "\($0)".contains("no column 'skill' to read as a list; the file's columns are: item, skills, years") }
  }

  @Test("rows that cannot be taken are told by line, and nothing else is lost")
  func refused() throws {
    let (items, refused) = try read(
      "item_id,id,category,a\n1,x,c,1\n,x,c,2\n2,x,c\n3,x,c,4,5\nitem_id,id,category,a\n4,\"x\"y,c,1\n5,x\u{0},c,1\n6,id,c,a\n"
    )
    #expect(items.map(\.id) == ["1", "6"])
    // What is called id is a property where there is an item_id.
    #expect(items.first?.properties == ["id": .string("x"), "a": .number(1)])
    #expect(
      refused == [
        "3 no_item", "4 too_few_fields", "5 too_many_fields", "6 repeated_header", "7 text_after_quote", "8 nul_byte",
      ])
    let (objects, faults) = try read(
      """
      {"id":1,"category":"c","properties":{"a":"1","b":[1,"x"],"d":null},"e":true}
      {"item_id":"two","id":"shop","size":12345678901234567890,"weight":0.30000000000000004,"huge":1e999}
      {"category":"c"}
      [1]
      {"id":"x",}
      {"id":{"a":1}}
      {"id":"a\\u0000b"}

      {"id":"b","text":"\\u0000\\n\\"","text":"last"}
      """, as: "items.jsonl")
    #expect(
      objects == [
        Item(
          id: "1", category: "c",
          properties: [
            "a": .string("1"), "b": .array([.number(1), .string("x")]), "d": .null, "e": .bool(true),
          ]),
        Item(
          id: "two",
          properties: [
            "id": .string("shop"), "size": .string("12345678901234567890"), "weight": .number(0.30000000000000004),
            "huge": .string("1e999"),
          ]),
        Item(id: "b", properties: ["text": .string("last")]),
      ])
    #expect(faults == ["3 no_item", "4 not_an_object", "5 invalid_json", "6 not_a_scalar", "7 nul_byte"])
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(try read("[{\"id\":\"a\",\"b\":\(deep)},{\"id\":\"b\"}]", as: "i.json").refused == ["1 invalid_json"])
  }

  @Test("id and category are found by other names, and without a header")
  func names() throws {
    let text = "sku,dept,price\na,b,1\n"
    #expect {
      try read(text)
    } throws: { "\($0)".contains("item_id, item or id, or named by --id; the file's columns are: sku, dept, price") }
    let (named, _) = try read(text) { ($0.idColumn, $0.categoryColumn) = ("sku", "dept") }
    #expect(named == [Item(id: "a", category: "b", properties: ["price": .number(1)])])
    #expect(throws: TrackingError.self) { try read(text) { ($0.idColumn, $0.categoryColumn) = ("sku", "department") } }
    let (bare, refused) = try read("a,1\na,1\n") { ($0.hasHeader, $0.idColumn) = (false, "column1") }
    #expect(bare.map(\.properties) == [["column2": .number(1)], ["column2": .number(1)]] && refused.isEmpty)
    #expect(throws: TrackingError.repeatedColumn("a", file: folder + "/items.csv")) { try read("id,a,a\n1,2,3\n") }
    #expect(try read("").items.isEmpty && read("id\n").items.isEmpty)
    let (objects, _) = try read(#"{"sku":"a","dept":"b","id":"c"}"#, as: "i.jsonl") {
      ($0.idColumn, $0.categoryColumn) = ("sku", "dept")
    }
    #expect(objects == [Item(id: "a", category: "b", properties: ["id": .string("c")])])
  }

  @Test("a cell called properties may hold an object")
  func objects() throws {
    let (items, _) = try read("id,properties,a\n1,\"{\"\"b\"\":[1,null],\"\"c\"\":\"\"2\"\"}\",x\n2,{no,y\n")
    #expect(
      items.map(\.properties) == [
        ["b": .array([.number(1), .null]), "c": .number(2), "a": .string("x")],
        ["properties": .string("{no"), "a": .string("y")],
      ])
  }

  @Test("the size of chunks changes nothing, lines included")
  func chunks() throws {
    let rows = (0..<300).map { $0 % 50 == 7 ? ",lost" : "\"i\($0)\",\"a\n\($0)\"" }
    let text = "id,a\n" + rows.joined(separator: "\n")
    let whole = try read(text)
    #expect(whole.items.count == 294 && whole.refused.count == 6)
    // The seventh row comes after seven rows of two lines and the header.
    #expect(whole.refused.first == "16 no_item")
    for size in [1, 7, 100, 4096] {
      let parts = try read(text) { $0.chunkByteCount = size }
      #expect(parts.items == whole.items && parts.refused == whole.refused, "\(size)")
    }
  }
}
