internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

extension PreferenceCalculator {
  /// How well an item fits a user, by its category and the configured properties.
  ///
  /// How far each of them decides is learned from what users took to, and measured on days and users that were not learned
  /// from; see ``ItemFit/quality``. With fewer than 40 users to learn from all count alike.
  ///
  /// - Parameters:
  ///   - item: what is known of it; it need not be stored, nor have events.
  ///   - asOf: the moment up to which events are known; one millisecond after the last stored event unless given.
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``,
  ///   ``HabitusError/indescriptItem(known:)`` for an item without any of the properties.
  public func score(item: Item, for userID: UserID, asOf: Timestamp? = nil) async throws -> ItemFit {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let context = try context(snapshot, asOf: asOf, windowDays: nil)
        let frame = try events(of: userID, in: snapshot, context)
        var reading = try FitReading(context, frame)
        return try reading.fit(of: item)
      }
    }
  }

  /// How well an item of the catalogue fits a user.
  ///
  /// - Throws: ``ItemError/unknownItem(_:)``, and as ``score(item:for:asOf:)``.
  public func score(itemID: String, for userID: UserID, asOf: Timestamp? = nil) async throws -> ItemFit {
    try await score(item: try await ItemCatalog(workspace).item(itemID), for: userID, asOf: asOf)
  }

  /// How well the fit of items foretells what users take to; `nil` where too few users have taken to anything.
  public func evaluateFit(asOf: Timestamp? = nil) async throws -> FitQuality? {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        try newContext(snapshot, asOf: asOf, windowDays: nil).population.fit.quality
      }
    }
  }
}

/// What one user is drawn to, with the words for it.
struct FitReading {
  private let context: PreferenceContext
  private let user: UserID
  private var coder: PreferenceCoder
  private let fit: UserFit
  /// By position in ``fit``, the dimension.
  private let dimensions: [PreferenceDimension]

  /// O(events of the user + references).
  init(_ context: PreferenceContext, _ frame: EventFrame) throws {
    self.context = context
    user = UserID(context.dictionaries.users.text(of: frame.users[0]))
    var (coder, tastes) = (context.coder, UserTastes(context.plan))
    try coder.forEachEvent(of: frame, userAt: 0) { coder, position in
      try tastes.take(coder, at: frame.times[position])
    }
    let states = try tastes.states(context.plan, context.scorer.population.ratings)
    let model = context.fit
    let used = context.plan.contentIndices
    let dimensions = used.map { context.plan.dimensions[$0] }
    let compared = try used.map { index in
      let (state, name) = (states[index], context.plan.dimensions[index].name)
      let evidence = try PreferenceEvidence(
        state, at: context.plan.window.asOf.milliseconds, today: context.plan.lastDay, context.plan.decays[index])
      let population = context.scorer.population.dimensions[index]
      return UserFit.Dimension(
        name: name,
        belief: try PreferenceBelief(population.prior, evidence, populationShare: population.share),
        evidence: evidence, population: population, weight: model.weights[name] ?? 0)
    }
    let references = model.references.map { reference in
      dimensions.map { dimension in
        (reference[dimension.name] ?? []).compactMap { context.code(of: $0, in: dimension) }
      }
    }
    fit = UserFit(compared, references: references)
    self.dimensions = dimensions
    self.coder = coder
  }

  /// How well fits foretold choices.
  var quality: FitQuality? { context.fit.quality }

  /// - Throws: ``HabitusError/indescriptItem(known:)``.
  mutating func fit(of item: Item) throws -> ItemFit {
    let given = dimensions.map { coder.values($0.source, of: item) }
    guard given.contains(where: { !$0.isEmpty }) else {
      throw HabitusError.indescriptItem(known: dimensions.map(\.name))
    }
    let codes = zip(dimensions, given).map { dimension, values in
      values.compactMap { coder.code(of: $0, in: dimension.source, context.dictionaries) }
    }
    let (score, interval) = fit.score(codes)
    let unknown = dimensions.indices.filter { index in
      !given[index].isEmpty
        && UserFit.lift(of: codes[index], fit.dimensions[index].belief, fit.dimensions[index].population) == nil
    }
    return ItemFit(
      user: user, item: item.id.isEmpty ? nil : item.id, asOf: context.plan.window.asOf, score: score,
      interval: interval, reasons: reasons(codes), unknown: unknown.map { dimensions[$0].name },
      quality: context.fit.quality)
  }

  /// The score alone, with the lower end of its interval; `nil` of an item without any known value.
  mutating func score(_ item: Item) -> (score: Double, lowest: Double)? {
    let codes = dimensions.map { dimension in
      coder.values(dimension.source, of: item).compactMap {
        coder.code(of: $0, in: dimension.source, context.dictionaries)
      }
    }
    guard codes.contains(where: { !$0.isEmpty }) else { return nil }
    let (score, interval) = fit.score(codes)
    return (score, interval.lowerBound)
  }

  private func reasons(_ codes: [[UInt32]]) -> [ItemFit.Reason] {
    zip(fit.dimensions.indices, codes).flatMap { index, codes -> [ItemFit.Reason] in
      let dimension = fit.dimensions[index]
      guard dimension.weight > 0 else { return [] }
      let known = codes.compactMap { code in
        dimension.belief.logLift(of: code, populationShare: dimension.population.share(of: code)).map { (code, $0) }
      }
      return known.map { code, lift in
        let value = PreferenceContext.text(dimensions[index], code, context.dictionaries, coder)
        let seen = dimension.evidence.index(of: code).map { dimension.evidence.values[$0] }
        let share = dimension.population.share(of: code)
        return ItemFit.Reason(
          dimension: dimension.name, value: value, score: lift.score, populationShare: share,
          contribution: dimension.weight * lift.value / Double(known.count), eventsFor: seen?.countFor ?? 0,
          eventsAgainst: seen?.countAgainst ?? 0,
          sentence: FitWords.reason(
            dimension.name, value, score: lift.score, populationShare: share, eventsAgainst: seen?.countAgainst ?? 0))
      }
    }.sorted { (abs($1.contribution), $0.dimension, $0.value) < (abs($0.contribution), $1.dimension, $1.value) }
  }
}
