internal import HabitusModel
internal import HabitusStore

/// What was said of items: their categories and properties.
struct KnownItems: Sendable {
  init(_ store: Store) throws {}

  /// By item's code, the values of each of the named properties.
  func values(_ names: [String], _ codes: TermDictionary) -> [UInt32: [[PropertyValue]]] { [:] }

  /// The same with the codes of the values; what is new to a vocabulary is added.
  func facts(
    _ names: [String], _ dictionaries: EventDictionaries, _ vocabularies: inout [PropertyVocabulary]
  ) -> ItemFacts { ItemFacts() }
}
