internal import HabitusModel
internal import HabitusStore

/// The items of events, with what the catalogue says about them.
struct DescribedItems {
  let store: Store
  /// The strings behind the codes.
  let terms: EventDictionaries
  /// Who met what.
  let histories: ItemHistories

  /// An item as the catalogue describes it; the category is that of events where the catalogue has none.
  func item(_ code: UInt32) throws -> Item {
    let id = terms.items.text(of: code)
    var item = try store.item(id) ?? Item(id: id)
    item.category = item.category ?? histories.category(of: code, terms.categories)
    return item
  }

  /// The items, by their codes, that are of one of `categories` and satisfy all `rules`; `nil` where neither is asked
  /// for.
  ///
  /// - Throws: ``ItemError/unknownProperty(_:nearest:)``, ``ItemError/emptyCatalogue``.
  /// - Complexity: O(items of the catalogue and of events).
  func items(of categories: Set<String>?, satisfying rules: [ItemRule]) throws -> Set<UInt32>? {
    if categories == nil, rules.isEmpty { return nil }
    var found = Set<UInt32>()
    var catalogued = Set<UInt32>()
    var unknown = Set(rules.indices)
    try store.forEachItem { id, category, text in
      let code = terms.items.code(of: id)
      guard code != nil || !unknown.isEmpty else { return }
      let properties = rules.isEmpty ? [:] : try ItemCatalog.properties(text, of: id)
      unknown = unknown.filter { !rules[$0].concerns(category: category, properties) }
      guard let code else { return }
      if category != nil { catalogued.insert(code) }
      guard rules.allSatisfy({ $0.holds(category: category, properties) }) else { return }
      if let categories {
        let known = category ?? histories.category(of: code, terms.categories)
        guard known.map(categories.contains) ?? false else { return }
      }
      found.insert(code)
    }
    if let rule = unknown.min() { throw try error(of: rules[rule]) }
    guard rules.isEmpty, let categories else { return found }
    for code in histories.categories.keys where !catalogued.contains(code) {
      if let category = histories.category(of: code, terms.categories), categories.contains(category) {
        found.insert(code)
      }
    }
    return found
  }

  /// What is wrong with a rule that is about no item.
  private func error(of rule: ItemRule) throws -> ItemError {
    var names = Set<String>()
    try store.forEachItem { id, category, text in
      names.formUnion(try ItemCatalog.properties(text, of: id).keys)
      if category != nil { names.insert(ItemRule.category) }
    }
    if names.isEmpty, try store.itemCount() == 0 { return .emptyCatalogue }
    let near = names.map { (EditDistance.between(rule.property, $0), $0) }.sorted(by: <)
    return .unknownProperty(rule.property, nearest: near.prefix(Self.mostNames).map(\.1))
  }

  /// The most properties that an error names.
  private static let mostNames = 5
}
