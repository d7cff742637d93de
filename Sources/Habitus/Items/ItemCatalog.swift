internal import Foundation
public import HabitusModel
internal import HabitusStore
internal import HabitusTracking

/// Keeps what is known about items: their category and properties.
///
/// Items are told apart by the bytes of their ids, as events name them. An item may be in the catalogue before any
/// event names it, and in events without being in the catalogue. Another process may write events meanwhile: a
/// workspace opened for administration is enough.
public struct ItemCatalog: Sendable {
  /// Configuration and store.
  public let workspace: Workspace
  /// The present moment; for record keeping only.
  let now: @Sendable () -> Timestamp

  /// Uses a workspace.
  ///
  /// - Parameter now: the clock; the machine's unless given.
  public init(_ workspace: Workspace, now: (@Sendable () -> Timestamp)? = nil) {
    self.workspace = workspace
    self.now = now ?? { .now }
  }

  /// Finds configuration and store as the command does.
  public init() async throws { self.init(try Workspace()) }

  /// Keeps items, each in the place of the one with its id, whose properties are gone then; of several with one id the
  /// last.
  ///
  /// - Throws: `StoreError.invalidItem`, before anything is written, for an id that is empty or holds a NUL, and for
  ///   numbers that are not finite.
  public func save(_ items: [Item]) async throws {
    try await workspace.offloaded { try workspace.store.saveItems(items, at: now()) }
  }

  /// The item of an id.
  ///
  /// - Throws: ``ItemError/unknownItem(_:)``.
  public func item(_ id: String) async throws -> Item {
    try await workspace.offloaded {
      guard let item = try workspace.store.item(id) else { throw ItemError.unknownItem(id) }
      return item
    }
  }

  /// Items in the order of their ids' bytes.
  ///
  /// - Parameters:
  ///   - prefix: what their ids begin with.
  ///   - last: only those behind this id: the last of the page before.
  ///   - limit: the most; all unless given.
  public func items(prefix: String = "", after last: String? = nil, limit: Int? = nil) async throws -> [Item] {
    try await workspace.offloaded { try workspace.store.items(prefix: prefix, after: last, limit: limit) }
  }

  /// Calls `body` with every item, in the order of their ids' bytes, in bounded memory; the items do not say when they
  /// were written.
  public func forEachItem(_ body: @escaping @Sendable (Item) throws -> Void) async throws {
    try await workspace.offloaded {
      try workspace.store.forEachItem { id, category, text in
        try body(Item(id: id, category: category, properties: try Self.properties(text, of: id)))
      }
    }
  }

  /// Removes an item; events that name it stay.
  ///
  /// - Throws: ``ItemError/unknownItem(_:)``.
  public func remove(_ id: String) async throws {
    try await workspace.offloaded {
      guard try workspace.store.removeItem(id) else { throw ItemError.unknownItem(id) }
    }
  }

  /// Number of items in the catalogue.
  public func count() async throws -> Int {
    try await workspace.offloaded { try workspace.store.itemCount() }
  }

  /// How many events an item has had, and of how many people, as an analysis sees them; whether it is in the catalogue
  /// has no influence.
  ///
  /// - Complexity: O(events).
  public func usage(of id: String) async throws -> ItemUsage {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: nil) { snapshot in
        guard let code = snapshot.dictionaries.items.code(of: id) else { return ItemUsage(events: 0, users: 0) }
        return try snapshot.scan(columns: [.items], workers: workspace.workers, makeState: {}) {
          (_: inout Void, frame) in
          let counts = frame.users.indices.map { user in
            frame.items[frame.offsets[user]..<frame.offsets[user + 1]].count { $0 == code }
          }
          return ItemUsage(events: counts.reduce(0, +), users: counts.count { $0 > 0 })
        }.reduce(into: ItemUsage(events: 0, users: 0)) {
          $0 = ItemUsage(events: $0.events + $1.events, users: $0.users + $1.users)
        }
      }
    }
  }

  /// The properties that a JSON object of the store holds.
  static func properties(_ text: String, of id: String) throws -> [String: JSONValue] {
    guard let root = try? JSONDocument(text).root, root.kind == .object else { throw Store.damagedItem(id) }
    return Dictionary(root.members.map { ($0.key, JSONValue($0.value)) }) { $1 }
  }
}

/// How much users have done with an item.
public struct ItemUsage: Sendable, Equatable, Codable {
  /// Events that name it.
  public let events: Int
  /// People among whose events it is.
  public let users: Int

  /// Makes a usage from its parts.
  public init(events: Int, users: Int) {
    self.events = events
    self.users = users
  }
}
