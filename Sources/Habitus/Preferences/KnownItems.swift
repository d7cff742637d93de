internal import HabitusModel
internal import HabitusStore
internal import HabitusTracking

/// What the catalogue says of items: their categories and the values of the configured properties.
struct KnownItems: Sendable {
  private struct Entry {
    let id: String
    let category: String?
    /// By property.
    let values: [[PropertyValue]]
  }

  private var entries: [Entry] = []

  /// Reads the catalogue. O(items).
  ///
  /// - Parameter names: the properties whose values are wanted.
  init(_ store: Store, properties names: [String]) throws {
    var entries: [Entry] = []
    try store.forEachItem { id, category, text in
      guard let root = try? JSONDocument(text).root, root.kind == .object else { throw Store.damagedItem(id) }
      let values = names.map { name in
        PreferenceCoder.value(name, in: root).map(PropertyValue.values) ?? []
      }
      if category != nil || values.contains(where: { !$0.isEmpty }) {
        entries.append(Entry(id: id, category: category, values: values))
      }
    }
    self.entries = entries
  }

  /// The value of a property, of which the parts of a name with dots may lie in objects.
  static func value(_ name: String, of item: Item) -> JSONValue? {
    if let value = item.properties[name] { return value }
    guard name.contains(".") else { return nil }
    var value = JSONValue.object(item.properties)
    for part in name.split(separator: ".") {
      guard case .object(let members) = value, let inner = members[String(part)] else { return nil }
      value = inner
    }
    return value
  }

  /// By code of an item that events have, the values of each property.
  func values(_ items: TermDictionary) -> [UInt32: [[PropertyValue]]] {
    var values: [UInt32: [[PropertyValue]]] = [:]
    for entry in entries {
      if let code = items.code(of: entry.id) { values[code] = entry.values }
    }
    return values
  }

  /// The same in codes; categories and values that are new get codes.
  func facts(_ dictionaries: inout EventDictionaries, _ vocabularies: inout [PropertyVocabulary]) -> ItemFacts {
    var facts = ItemFacts()
    guard !entries.isEmpty else { return facts }
    let count = dictionaries.items.count
    facts.categories = Array(repeating: TermDictionary.missing, count: count)
    facts.values = vocabularies.map { _ in Array(repeating: [], count: count) }
    for entry in entries {
      guard let code = dictionaries.items.code(of: entry.id).map(Int.init) else { continue }
      if let category = entry.category, !category.isEmpty {
        facts.categories[code] = dictionaries.categories.code(adding: category)
      }
      for property in vocabularies.indices {
        var (codes, seen): ([UInt32], Set<UInt32>) = ([], [])
        for value in entry.values[property] {
          if let code = vocabularies[property].code(of: value), seen.insert(code).inserted { codes.append(code) }
        }
        facts.values[property][code] = codes
      }
    }
    return facts
  }
}
