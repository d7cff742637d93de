import GRDB
import HabitusModel
import Testing

@testable import HabitusStore

@Suite("Items")
struct ItemTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store.open(at: folder.path, for: .write)
  }

  private let moment = Timestamp(milliseconds: 5)

  private func stored(_ item: Item) -> Item {
    var item = item
    item.updated = moment
    return item
  }

  @Test("are kept with everything, whatever the texts are")
  func hostile() throws {
    let items = [
      Item(id: "plain"), Item(id: "it's \"quoted\"\n; DROP TABLE item; --", category: "a\nb"),
      Item(id: "😀", category: "", properties: ["😀\"\u{0}": .string("line\nline\u{0}"), "": .null]),
      Item(id: " ", properties: ["long": .string(String(repeating: "é", count: 500_000))]),
      Item(id: "e\u{301}", properties: ["form": .string("two scalars")]),
      Item(id: "\u{E9}", properties: ["form": .string("one scalar")]),
      Item(id: "deep", properties: ["a": .array([.object(["b": .array([.number(0.1), .bool(true), .null])])])]),
    ]
    try store.saveItems(items, at: moment)
    for item in items { #expect(try store.item(item.id) == stored(item)) }
    // Ids are told apart by bytes, though Swift takes the two for equal texts.
    #expect(try store.itemCount() == 7)
    #expect(try store.item("missing") == nil)
    var seen = 0
    try store.forEachItem { id, _, text in
      #expect(text.first == "{" && text.last == "}", "\(id)")
      seen += 1
    }
    #expect(seen == 7)
  }

  @Test("replace the one with their id; of several the last counts")
  func replacing() throws {
    try store.saveItems([Item(id: "a", category: "old", properties: ["x": .number(1)]), Item(id: "b")], at: moment)
    try store.saveItems([Item(id: "a", properties: ["y": .number(1)]), Item(id: "a", category: "new")], at: moment)
    #expect(try store.item("a") == stored(Item(id: "a", category: "new")))
    #expect(try store.itemCount() == 2)
    #expect(try store.removeItem("a"))
    #expect(try !store.removeItem("a"))
    #expect(try store.item("a") == nil && store.itemCount() == 1)
  }

  @Test("come by prefix, page by page, in the order of their bytes")
  func pages() throws {
    // More than a transaction takes.
    let ids = (0..<5000).map { "job-\($0)" } + ["job", "joc", "a", "😀", "J", "job-\u{10FFFF}x"]
    try store.saveItems(ids.map { Item(id: $0) }, at: moment)
    func inOrder(_ ids: [String]) -> [String] { ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    for prefix in ["", "job-", "job-1", "x", "😀"] {
      let expected = inOrder(ids.filter { $0.utf8.starts(with: prefix.utf8) })
      #expect(try store.items(prefix: prefix).map(\.id) == expected)
      var paged: [String] = []
      while true {
        let page = try store.items(prefix: prefix, after: paged.last, limit: 700)
        if page.isEmpty { break }
        #expect(page.count <= 700)
        paged += page.map(\.id)
      }
      #expect(paged == expected, "\(prefix)")
    }
    #expect(try store.items(limit: 0).isEmpty)
    // Behind an id that comes before the prefix, and behind one that comes after all of it.
    #expect(try store.items(prefix: "job-1", after: "b", limit: 1).map(\.id) == ["job-1"])
    #expect(try store.items(prefix: "job-1", after: "k").isEmpty)
  }

  @Test("that cannot be stored are refused before anything is written")
  func refused() throws {
    for (item, reason) in [
      (Item(id: ""), "its id is empty"), (Item(id: "a\u{0}"), "its id holds a NUL"),
      (Item(id: "a", category: "\u{0}"), "its category holds a NUL"),
      (Item(id: "a", properties: ["n": .number(.nan)]), "a property holds a number that is not finite"),
    ] {
      #expect(throws: StoreError.invalidItem(id: item.id, reason: reason)) {
        try store.saveItems([Item(id: "good"), item], at: moment)
      }
    }
    #expect(try store.itemCount() == 0)
  }

  @Test("are written beside the process that writes events, and not by one that reads")
  func access() throws {
    let other = try TemporaryFolder()
    try Store.open(at: other.path, for: .administer).saveItems([Item(id: "a")], at: moment)
    let reading = try Store.open(at: other.path, for: .read)
    #expect(try reading.itemCount() == 1)
    #expect(throws: StoreError.readOnly(directory: reading.directory)) {
      try reading.saveItems([Item(id: "b")], at: moment)
    }
    #expect(throws: StoreError.readOnly(directory: reading.directory)) { try reading.removeItem("a") }
  }

  @Test("that are damaged are told", arguments: ["", "[1]", "{\"a\":", "{\"a\":1e999}"])
  func damage(text: String) throws {
    try store.saveItems([Item(id: "a")], at: moment)
    try store.write { db in try db.execute(sql: "UPDATE item SET properties = ?", arguments: [text]) }
    #expect(throws: Store.damagedItem("a")) { try store.item("a") }
    #expect(throws: Store.damagedItem("a")) { try store.items() }
    try store.write { db in try db.execute(sql: "UPDATE item SET properties = '{}', updated = 'x'") }
    #expect { try store.item("a") } throws: { if case .damaged = $0 as? StoreError { true } else { false } }
  }

  @Test(
    "a store of an earlier version is brought up to date; one that is only read has none", arguments: [false, true])
  func migration(isRead: Bool) throws {
    let old = try TemporaryFolder()
    let queue = try DatabaseQueue(path: old.path + "/habitus.sqlite")
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    try Schema.migrator.migrate(queue, upTo: "5: patterns in full")
    try queue.write { db in
      try db.execute(sql: "INSERT INTO setting (name, value) VALUES ('hash_key_0', 1), ('hash_key_1', 2)")
    }
    try queue.close()
    let store = try Store.open(at: old.path, for: isRead ? .read : .write)
    #expect(try store.itemCount() == 0 && store.item("a") == nil && store.items().isEmpty)
    try store.forEachItem { id, _, _ in Issue.record("there is an item \(id)") }
    guard !isRead else {
      #expect(throws: StoreError.readOnly(directory: store.directory)) {
        try store.saveItems([Item(id: "a")], at: moment)
      }
      return
    }
    try store.saveItems([Item(id: "a")], at: moment)
    #expect(try store.items() == [stored(Item(id: "a"))])
  }
}
