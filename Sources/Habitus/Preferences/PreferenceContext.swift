internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// A reading of the events with everything that preferences are calculated by.
struct PreferenceContext: Sendable {
  let plan: PreferencePlan
  let scorer: PreferenceScorer
  /// Reads events; a copy for each thread.
  let coder: PreferenceCoder
  let dictionaries: EventDictionaries
  let columns: EventColumns
  /// How far tastes decide between items.
  let fit: FitModel
  /// The moment up to which everybody's events were known.
  let populationAsOf: Timestamp

  init(
    _ population: PreferencePopulation, _ plan: PreferencePlan, _ dictionaries: EventDictionaries, _ items: KnownItems
  ) throws {
    var dictionaries = dictionaries
    var vocabularies = population.vocabularies
    let facts = items.facts(&dictionaries, &vocabularies)
    self.plan = plan
    populationAsOf = population.asOf
    fit = population.fit
    self.dictionaries = dictionaries
    columns = plan.columns(dictionaries.types)
    coder = PreferenceCoder(plan, types: dictionaries.types, vocabularies: vocabularies, items: facts)
    scorer = try PreferenceScorer(
      plan,
      BoundPopulation(population, plan) { [dictionaries] in Self.code(of: $1, in: $0, dictionaries, vocabularies) })
  }

  /// The code of a value as it is told; `nil` where no event has it.
  func code(of value: String, in dimension: PreferenceDimension) -> UInt32? {
    Self.code(of: value, in: dimension, dictionaries, coder.vocabularies)
  }

  private static func code(
    of value: String, in dimension: PreferenceDimension, _ dictionaries: EventDictionaries,
    _ vocabularies: [PropertyVocabulary]
  ) -> UInt32? {
    switch dimension.source {
    case .category: dictionaries.categories.code(of: value)
    case .item: dictionaries.items.code(of: value)
    case .type: dictionaries.types.code(of: value)
    case .page: dictionaries.pages.code(of: value)
    case .property(let index): vocabularies[index].knownCode(of: value)
    case .wayOfActing, .hour, .partOfDay, .weekday: dimension.fixedValues?.firstIndex(of: value).map(UInt32.init)
    }
  }

  /// The preferences of the user at a place of a frame.
  ///
  /// - Parameters:
  ///   - coder: of the thread.
  ///   - tastes: memory that is used again.
  func preferences(
    of frame: borrowing EventFrame, userAt index: Int, limit: Int, _ coder: inout PreferenceCoder,
    _ tastes: inout UserTastes
  ) throws -> [Preference] {
    tastes.removeAll()
    try coder.forEachEvent(of: frame, userAt: index) { coder, position in
      try tastes.take(coder, at: frame.times[position])
    }
    let seed = IdentifierHash.hash(of: dictionaries.users.text(of: frame.users[index]))
    return try scorer.preferences(try scorer.scores(tastes, limit: limit), seed: seed) {
      Self.text($0, $1, dictionaries, coder)
    }
  }

  /// The text of a code in a dimension.
  static func text(
    _ dimension: PreferenceDimension, _ code: UInt32, _ dictionaries: EventDictionaries, _ coder: PreferenceCoder
  ) -> String {
    switch dimension.source {
    case .category: dictionaries.categories.text(of: code)
    case .item: dictionaries.items.text(of: code)
    case .type: dictionaries.types.text(of: code)
    case .page: dictionaries.pages.text(of: code)
    case .property(let index): coder.vocabularies[index].text(of: code)
    case .wayOfActing, .hour, .partOfDay, .weekday: dimension.fixedValues?[Int(code)] ?? ""
    }
  }
}
