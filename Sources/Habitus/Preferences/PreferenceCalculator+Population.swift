internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore
internal import HabitusTracking
internal import Synchronization

extension PreferenceCalculator {
  /// How many users the distribution of tastes is learned from, at most.
  private static let sampleCount = 1000

  /// Everything that a calculation at a moment needs, with the population of the last analysis where it will do: where
  /// neither another moment nor other settings are asked for.
  func context(_ snapshot: EventSnapshot, asOf: Timestamp?, windowDays: Int?) throws -> PreferenceContext {
    let plan = try plan(snapshot, asOf: asOf, windowDays: windowDays)
    if let kept = try keptPopulation(), asOf == nil || asOf == kept.asOf,
      kept.settings == workspace.configuration.preferenceSettings(windowDays: plan.window.days)
    {
      return try PreferenceContext(
        kept, plan, snapshot.dictionaries, KnownItems(workspace.store, properties: plan.settings.properties))
    }
    return try newContext(snapshot, asOf: asOf, windowDays: windowDays).context
  }

  /// The same with the population as it is at that moment. O(events).
  func newContext(
    _ snapshot: EventSnapshot, asOf: Timestamp?, windowDays: Int?
  ) throws -> (population: PreferencePopulation, context: PreferenceContext) {
    let plan = try plan(snapshot, asOf: asOf, windowDays: windowDays)
    let items = try KnownItems(workspace.store, properties: plan.settings.properties)
    let population = try population(snapshot, plan, items)
    return (population, try PreferenceContext(population, plan, snapshot.dictionaries, items))
  }

  private func plan(_ snapshot: EventSnapshot, asOf: Timestamp?, windowDays: Int?) throws -> PreferencePlan {
    let configuration = workspace.configuration
    let window = try workspace.window(
      asOf: asOf, days: windowDays ?? configuration.preferences.windowDays, in: snapshot)
    return try PreferencePlan(
      configuration.preferences, roles: configuration.features.roles, window: window,
      timeZone: configuration.features.timeZone, types: snapshot.dictionaries.types)
  }

  /// What everybody's preferences are like. O(events), twice for those of reviewers, and some hundred times O(events of a
  /// thousand users).
  private func population(_ snapshot: EventSnapshot, _ plan: PreferencePlan, _ items: KnownItems) throws
    -> PreferencePopulation
  {
    var (dictionaries, vocabularies) = (snapshot.dictionaries, try vocabularies(snapshot, plan, items))
    let facts = items.facts(&dictionaries, &vocabularies)
    let coder = PreferenceCoder(plan, types: dictionaries.types, vocabularies: vocabularies, items: facts)
    let columns = plan.columns(dictionaries.types)
    let parts = try snapshot.scan(
      columns: columns, workers: workspace.workers, makeState: { PreferenceTotals.Scratch(coder) }
    ) { scratch, frame in try PreferenceTotals(frame, &scratch) }
    let hasTimesOfDay = parts.contains(where: \.hasTimesOfDay)
    let ratings = try ratingPopulation(parts, plan.settings.ratings)
    var rated: [PreferenceTotals] = []
    if let ratings {
      let reviewers = Array(Set(parts.lazy.flatMap(\.ratings).map(\.reviewer)))
      rated = try snapshot.scan(
        columns: columns, users: snapshot.codesOfIDs(ofPersons: reviewers), workers: workspace.workers,
        makeState: { PreferenceTotals.Scratch(coder) }
      ) { scratch, frame in try PreferenceTotals(ratingsOf: frame, ratings, &scratch) }
    }
    let sums = PreferenceTotals.sums(parts + rated, dimensionCount: plan.dimensions.count)

    let sample = sample(of: parts.flatMap(\.users), dictionaries.users)
    let sampled = try snapshot.scan(
      columns: columns, users: snapshot.codesOfIDs(ofPersons: sample), workers: workspace.workers, makeState: { coder }
    ) { coder, frame in
      try frame.users.indices.map { index in
        var tastes = UserTastes(plan)
        try coder.forEachEvent(of: frame, userAt: index) { coder, position in
          try tastes.take(coder, at: frame.times[position])
        }
        return SampledUser(
          states: try tastes.states(plan, ratings), fitCase: try FitCase(frame, userAt: index, &coder, ratings))
      }
    }.flatMap(\.self)

    let fitted = Mutex<[Int: (PreferencePrior, AppealPrior?)]>([:])
    try Parallel.forEach(plan.dimensions.count, workers: workspace.workers) { index in
      let states = sampled.map { $0.states[index] }
      let prior = try PreferencePrior.fit(to: states, plan.decays[index], maximumUserCount: Self.sampleCount).prior
      var appeal: AppealPrior?
      if plan.dimensions[index].family == .content {
        appeal = AppealPrior.fit(
          to: try states.filter { !$0.isEmpty }.map {
            try PreferenceEvidence($0, at: plan.window.asOf.milliseconds, today: plan.lastDay, plan.decays[index])
          })
      }
      fitted.withLock { $0[index] = (prior, appeal) }
    }
    let unfitted = try PreferencePrior()
    let dimensions = plan.dimensions.indices.map { index in
      let (prior, appeal) = fitted.withLock { $0[index] } ?? (unfitted, nil)
      let total = sums[index].reduce(0, +)
      let known = sums[index].indices.filter { sums[index][$0] > 0 }
      return PreferencePopulation.Dimension(
        name: plan.dimensions[index].name,
        values: known.map { PreferenceContext.text(plan.dimensions[index], UInt32($0), dictionaries, coder) },
        shares: known.map { sums[index][$0] / total }, prior: prior, appeal: appeal)
    }
    return PreferencePopulation(
      asOf: plan.window.asOf,
      settings: workspace.configuration.preferenceSettings(windowDays: plan.window.days), dimensions: dimensions,
      vocabularies: vocabularies, hasTimesOfDay: hasTimesOfDay, ratings: ratings,
      fit: try FitLearning(
        dimensions: plan.contentIndices.map { index in
          var shares = sums[index]
          let total = shares.reduce(0, +)
          if total > 0 { for code in shares.indices { shares[code] /= total } }
          return (
            plan.dimensions[index].name,
            BoundPopulation.Dimension(shares: shares, prior: dimensions[index].prior, appeal: nil)
          )
        }
      ) { PreferenceContext.text(plan.dimensions[plan.contentIndices[$0]], $1, dictionaries, coder) }
      .model(sampled.compactMap(\.fitCase)))
  }

  /// One of the users whom the distribution of tastes is learned from.
  private struct SampledUser {
    let states: [PreferenceState]
    let fitCase: FitCase?
  }

  /// The values of the configured properties that events of the window have, by themselves or by their items.
  private func vocabularies(
    _ snapshot: EventSnapshot, _ plan: PreferencePlan, _ items: KnownItems
  ) throws -> [PropertyVocabulary] {
    let names = plan.settings.properties
    guard plan.settings.categories.contains(.content), !names.isEmpty else {
      return names.map { _ in PropertyVocabulary(PropertyCounts()) }
    }
    let byItem = items.values(snapshot.dictionaries.items)
    let parts = try snapshot.scan(columns: [.items, .properties], workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      var counts = names.map { _ in PropertyCounts() }
      for index in frame.users.indices {
        for position in plan.positions(of: frame, userAt: index) {
          let text = frame.properties.count > 0 ? frame.properties.text(at: position) : ""
          let document = text.isEmpty ? nil : try? JSONDocument(text)
          for (property, name) in names.enumerated() {
            if let node = document.flatMap({ PreferenceCoder.value(name, in: $0.root) }) {
              for value in PropertyValue.values(of: node) { counts[property].add(value) }
            } else {
              for value in byItem[frame.items[position]]?[property] ?? [] { counts[property].add(value) }
            }
          }
        }
      }
      return counts
    }
    var counts = names.map { _ in PropertyCounts() }
    for part in parts {
      for property in names.indices { counts[property].add(part[property]) }
    }
    return counts.map(PropertyVocabulary.init)
  }

  /// Users whose ids have the smallest hashes, by ascending code: who is among them depends on nobody who comes first.
  private func sample(of users: [UInt32], _ names: TermDictionary) -> [UInt32] {
    guard users.count > Self.sampleCount else { return users.sorted() }
    let hashed = users.map { (hash: IdentifierHash.hash(of: names.text(of: $0)), user: $0) }
    return hashed.sorted { ($0.hash, $0.user) < ($1.hash, $1.user) }.prefix(Self.sampleCount).map(\.user).sorted()
  }

  private func ratingPopulation(
    _ parts: [PreferenceTotals], _ settings: HabitusConfiguration.Preferences.Ratings
  ) throws -> RatingPopulation? {
    let ratings = parts.flatMap(\.ratings)
    guard !ratings.isEmpty else { return nil }
    // In one order, so that sums are the same on every run.
    let sorted = ratings.sorted { ($0.reviewer, $0.aspect, $0.value) < ($1.reviewer, $1.aspect, $1.value) }
    return try RatingPopulation(sorted, range: settings.lowest...settings.highest)
  }

  // MARK: The population that is kept

  private static let modelKind = "preferences"

  /// Keeps what everybody's preferences are like until the next analysis.
  func keep(_ population: PreferencePopulation) throws {
    _ = try workspace.store.saveModel(kind: Self.modelKind, data: try ModelCoding.data(of: population), at: .now)
  }

  private func keptPopulation() throws -> PreferencePopulation? {
    guard let entry = try workspace.store.models(kind: Self.modelKind).last else { return nil }
    return try workspace.models.model(entry.id, of: Self.modelKind) {
      try workspace.store.model(kind: Self.modelKind, id: entry.id).flatMap {
        try ModelCoding.modelIfKnown(PreferencePopulation.self, from: $0.data)
      }
    }
  }
}
