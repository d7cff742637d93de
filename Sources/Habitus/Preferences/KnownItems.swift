internal import HabitusModel
internal import HabitusStore

/// What was said of items: their categories and properties.
struct KnownItems: Sendable {
  init(_ store: Store) throws {}

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

  /// By item's code, the values of each of the named properties.
  func values(_ names: [String], _ codes: TermDictionary) -> [UInt32: [[PropertyValue]]] { [:] }

  /// The same with the codes of the values; what is new to a vocabulary is added.
  func facts(
    _ names: [String], _ dictionaries: EventDictionaries, _ vocabularies: inout [PropertyVocabulary]
  ) -> ItemFacts { ItemFacts() }
}
