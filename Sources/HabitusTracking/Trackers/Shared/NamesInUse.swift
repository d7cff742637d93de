/// The members of an object by their keys, for finding out whether another object has one of the keys.
struct NamesInUse {
  /// From this many comparisons on, a table is made.
  private static let mostComparisons = 4096

  private let view: JSONView
  private let object: Int
  private let isUsed: (Int) -> Bool
  private var values: [String: Int]?
  private var comparisonCount = 0

  /// Takes those keys of `object` that `isUsed` says.
  init(_ view: JSONView, _ object: Int, where isUsed: @escaping (Int) -> Bool) {
    self.view = view
    self.object = object
    self.isUsed = isUsed
  }

  /// The value of the key, if it is one of those.
  ///
  /// - Complexity: O(keys) for the first keys that are asked for, then O(1).
  mutating func value(of key: Int) -> Int? {
    if let values { return values[view.string(key)] }
    let name = view.nodes[key].hasEscapes ? nil : view.inside(key)
    for member in view.members(of: object) {
      comparisonCount += 1
      let isSame = name.map { view.isString(member.key, equalTo: $0) } ?? (view.string(member.key) == view.string(key))
      if isSame, isUsed(member.key) { return member.value }
    }
    if comparisonCount > Self.mostComparisons {
      var all: [String: Int] = [:]
      for member in view.members(of: object) where isUsed(member.key) { all[view.string(member.key)] = member.value }
      values = all
    }
    return nil
  }
}

extension PropertyText {
  /// Adds the members of a nested object; those whose names are in use, or that are called `name` themselves, come
  /// together in one member called `name`.
  ///
  /// - Parameters:
  ///   - nested: The object.
  ///   - view: Its document.
  ///   - names: The names in use.
  ///   - name: What the object is called.
  ///   - keepingEqual: Whether a member is also kept that has the same value as the one whose name it bears.
  mutating func append(
    membersOf nested: Int, of view: JSONView, besides names: NamesInUse, name: String, keepingEqual: Bool = true
  ) {
    var names = names
    var clashes: [(key: Int, value: Int)] = []
    for member in view.members(of: nested) {
      if view.string(member.key) == name {
        clashes.append(member)
      } else if let value = names.value(of: member.key) {
        if keepingEqual || !view.source(value).elementsEqual(view.source(member.value)) { clashes.append(member) }
      } else {
        append(key: member.key, value: member.value, of: view)
      }
    }
    guard !clashes.isEmpty else { return }
    append(
      name,
      object: { object in for member in clashes { object.append(key: member.key, value: member.value, of: view) } })
  }
}
