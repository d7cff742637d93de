internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension PreferenceCalculator {
  /// A user's preferences with the event types behind them, what the user turns away from, and how the taste has changed.
  ///
  /// - Parameters:
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  ///   - limit: the most values of one dimension, and the most aversions.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  public func preferenceReport(
    userID: UserID, asOf: Timestamp? = nil, windowDays: Int? = nil, limit: Int = 20
  ) async throws -> PreferenceReport {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let context = try context(snapshot, asOf: asOf, windowDays: windowDays)
        let frame = try events(of: userID, in: snapshot, context)
        return try UserPreferenceReading(context, frame).report(limit: max(0, limit))
      }
    }
  }
}

/// One user's events with everything that is said about their preferences.
private struct UserPreferenceReading {
  private let context: PreferenceContext
  private let user: UserID
  private let seed: UInt64
  private var coder: PreferenceCoder
  private var tastes: UserTastes
  /// By dimension and code, how many events of each type.
  private var types: [CodedRating.Target: [UInt32: Int]] = [:]

  /// Everything is read once. O(events · dimensions).
  init(_ context: PreferenceContext, _ frame: EventFrame) throws {
    self.context = context
    let name = context.dictionaries.users.text(of: frame.users[0])
    user = UserID(name)
    seed = IdentifierHash.hash(of: name)
    (coder, tastes) = (context.coder, UserTastes(context.plan))
    var (tastes, types) = (self.tastes, self.types)
    try coder.forEachEvent(of: frame, userAt: 0) { coder, position in
      try tastes.take(coder, at: frame.times[position])
      let rated = coder.ratings.flatMap(\.targets)
      for target in coder.contributions.map({ CodedRating.Target(dimension: $0.dimension, code: $0.code) }) + rated {
        types[target, default: [:]][frame.types[position], default: 0] += 1
      }
    }
    (self.tastes, self.types) = (tastes, types)
  }

  func report(limit: Int) throws -> PreferenceReport {
    let scorer = context.scorer
    let scored = try scorer.scores(tastes, limit: limit)
    var preferences = try scorer.preferences(scored, seed: seed, text)
    let targets = scored.flatMap { scored in
      scored.scores.map { CodedRating.Target(dimension: scored.dimension, code: $0.value) }
    }
    for (index, target) in targets.enumerated() {
      for (type, count) in types[target] ?? [:] {
        preferences[index].eventTypes[context.dictionaries.types.text(of: type), default: 0] += count
      }
    }
    return PreferenceReport(
      user: user, window: context.plan.window, populationAsOf: context.populationAsOf, preferences: preferences,
      aversions: Array(try aversions(scored).prefix(limit)), changes: try changes(scored))
  }

  private func text(_ dimension: PreferenceDimension, _ code: UInt32) -> String {
    PreferenceContext.text(dimension, code, context.dictionaries, coder)
  }

  /// From this probability on a value is told to appeal less than to others.
  private static let aversionProbability = 0.95

  private func aversions(_ scored: [PreferenceScorer.Scored]) throws -> [Aversion] {
    try scored.flatMap { scored -> [Aversion] in
      let bound = context.scorer.population.dimensions[scored.dimension]
      guard let prior = bound.appeal else { return [] }
      let dimension = context.plan.dimensions[scored.dimension]
      let appeals = try prior.appeals(of: scored.evidence, bound.prior, confidence: PreferenceScorer.confidence)
      return appeals.compactMap { appeal in
        let seen = scored.evidence.index(of: appeal.value).map { scored.evidence.values[$0] }
        guard let seen, seen.countAgainst > 0,
          appeal.probabilityBelowPopulation >= Self.aversionProbability
        else { return nil }
        return Aversion(
          dimension: dimension.name, value: text(dimension, appeal.value), appeal: appeal.appeal,
          interval: appeal.interval, populationAppeal: prior.rate,
          probabilityBelowPopulation: appeal.probabilityBelowPopulation, eventsFor: seen.countFor,
          eventsAgainst: seen.countAgainst)
      }
    }.sorted { ($0.appeal, $0.dimension, $0.value) < ($1.appeal, $1.dimension, $1.value) }
  }

  /// Items are too many to have shares that change, and hours say what parts of the day say.
  private static let unchanging: Set<PreferenceDimension.Source> = [.item, .hour]

  private func changes(_ scored: [PreferenceScorer.Scored]) throws -> [TasteChange] {
    let looked = scored.filter { !Self.unchanging.contains(context.plan.dimensions[$0.dimension].source) }
    let detection = TasteChangeDetection(level: PreferenceScorer.falseDiscoveryRate)
    let histories = try looked.map { try detection.history(of: $0.state, seed: seed &+ UInt64($0.dimension)) }
    let qValues = Statistics.falseDiscoveryQValues(histories.map(\.pValue))
    return looked.indices.flatMap { index -> [TasteChange] in
      guard qValues[index] <= PreferenceScorer.falseDiscoveryRate else { return [] }
      let dimension = context.plan.dimensions[looked[index].dimension]
      return zip(histories[index].phases, histories[index].phases.dropFirst()).map { before, after in
        change(dimension, histories[index].values, before, after, qValue: qValues[index])
      }
    }.sorted { ($1.firstDayAfter, $0.dimension) < ($0.firstDayAfter, $1.dimension) }
  }

  /// The most values told of a change.
  private static let shiftCount = 3

  private func change(
    _ dimension: PreferenceDimension, _ values: [UInt32], _ before: TasteHistory.Phase, _ after: TasteHistory.Phase,
    qValue: Double
  ) -> TasteChange {
    let shifts = values.indices.map { index in
      TasteChange.Shift(
        value: text(dimension, values[index]), before: before.shares[index], after: after.shares[index])
    }
    let largest = shifts.sorted { (abs($1.after - $1.before), $0.value) < (abs($0.after - $0.before), $1.value) }
      .prefix(Self.shiftCount)
    let day = CivilDate(daysSince1970: after.firstDay)
    return TasteChange(
      dimension: dimension.name, lastDayBefore: CivilDate(daysSince1970: before.lastDay).description,
      firstDayAfter: day.description, eventsBefore: before.eventCount, eventsAfter: after.eventCount,
      shifts: Array(largest), qValue: qValue,
      sentence: PreferenceWords.change(dimension.name, since: day, Array(largest)))
  }
}
