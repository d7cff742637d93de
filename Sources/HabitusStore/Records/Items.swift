internal import Foundation
internal import GRDB
public import HabitusModel

extension Store {
  /// Items written in one transaction: few, so that others can write between.
  private static let itemsAtATime = 4096

  /// Keeps `items`, each in the place of the one with its id; of several with one id the last.
  ///
  /// - Parameter moment: what they carry as the time at which they were written.
  /// - Throws: ``StoreError/invalidItem(id:reason:)``, before anything is written. Where the disk is full or the store
  ///   is busy, whole transactions of some thousand items that were written before stay.
  /// - Complexity: O(items · log stored items).
  public func saveItems(_ items: some Sequence<Item>, at moment: Timestamp) throws {
    let rows = try items.map { (item: $0, properties: try Self.storedProperties(of: $0)) }
    for start in stride(from: 0, to: rows.count, by: Self.itemsAtATime) {
      try administer { db in
        let statement = try db.cachedStatement(
          sql: "INSERT OR REPLACE INTO item (id, category, properties, updated) VALUES (?, ?, ?, ?)")
        for (item, properties) in rows[start..<min(start + Self.itemsAtATime, rows.count)] {
          try statement.execute(arguments: [item.id, item.category, properties, moment.milliseconds])
        }
      }
    }
  }

  /// The item with the id `id`, byte for byte; `nil` where there is none.
  public func item(_ id: String) throws -> Item? {
    try readItems(nil) { db in
      let statement = try db.cachedStatement(sql: "SELECT id, category, properties, updated FROM item WHERE id = ?")
      return try Row.fetchOne(statement, arguments: [id]).map(Self.item)
    }
  }

  /// Items in the order of their ids' bytes.
  ///
  /// - Parameters:
  ///   - prefix: what their ids begin with.
  ///   - last: only those behind this id: the last of the page before.
  ///   - limit: the most; all unless given.
  /// - Complexity: O(log items + result).
  public func items(prefix: String = "", after last: String? = nil, limit: Int? = nil) throws -> [Item] {
    if let limit, limit <= 0 { return [] }
    return try readItems([]) { db in
      // Where the page before ended inside the prefix, it goes on there.
      let continued = last.flatMap { $0.utf8.lexicographicallyPrecedes(prefix.utf8) ? nil : $0 }
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT id, category, properties, updated FROM item WHERE id \(continued == nil ? ">=" : ">") ? ORDER BY id
          """, arguments: [continued ?? prefix])
      var items: [Item] = []
      while items.count < limit ?? .max, let row = try rows.next() {
        let item = try Self.item(row)
        guard item.id.utf8.starts(with: prefix.utf8) else { break }
        items.append(item)
      }
      return items
    }
  }

  /// Calls `body` with every item, in the order of their ids' bytes, its properties as the JSON object that is stored:
  /// for whoever looks at all of them.
  public func forEachItem(
    _ body: (_ id: String, _ category: String?, _ properties: String) throws -> Void
  ) throws {
    try readItems(()) { db in
      let rows = try Row.fetchCursor(db, sql: "SELECT id, category, properties FROM item ORDER BY id")
      while let row = try rows.next() { try body(try row.value(0), try row.optionalValue(1), try row.value(2)) }
    }
  }

  /// Number of items.
  public func itemCount() throws -> Int {
    try readItems(0) { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM item") ?? 0 }
  }

  /// Removes an item; events that name it stay.
  ///
  /// - Returns: whether there was one.
  public func removeItem(_ id: String) throws -> Bool {
    try administer { db in
      try db.execute(sql: "DELETE FROM item WHERE id = ?", arguments: [id])
      return db.changesCount > 0
    }
  }

  /// Reads items; `empty` where the store was made by an earlier version, has no table for them yet, and was opened for
  /// reading, so that none is made.
  private func readItems<Result>(_ empty: @autoclosure () -> Result, _ body: (Database) throws -> Result) throws
    -> Result
  {
    try read { db in
      if access == .read, try !db.tableExists("item") { return empty() }
      return try body(db)
    }
  }

  private static func item(_ row: Row) throws -> Item {
    let id: String = try row.value(0)
    let text: String = try row.value(2)
    guard let properties = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8)) else {
      throw damagedItem(id)
    }
    return Item(
      id: id, category: try row.optionalValue(1), properties: properties,
      updated: Timestamp(milliseconds: try row.value(3)))
  }

  /// What is wrong with an item whose properties are not what was stored.
  public static func damagedItem(_ id: String) -> StoreError {
    .damaged("the properties of the item '\(id)' are not a JSON object")
  }

  /// The properties as JSON, once it is clear that the item can be stored.
  private static func storedProperties(of item: Item) throws -> String {
    func refused(_ reason: String) -> StoreError { .invalidItem(id: item.id, reason: reason) }
    if item.id.isEmpty { throw refused("its id is empty") }
    if item.id.utf8.contains(0) { throw refused("its id holds a NUL") }
    if item.category?.utf8.contains(0) == true { throw refused("its category holds a NUL") }
    guard let text = JSONValue.object(item.properties).jsonText else {
      throw refused("a property holds a number that is not finite")
    }
    return text
  }
}
