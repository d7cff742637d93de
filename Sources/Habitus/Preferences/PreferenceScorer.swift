internal import HabitusKernels
internal import HabitusModel

/// Scores what users have shown, beside the population.
struct PreferenceScorer: Sendable {
  /// The confidence of intervals.
  static let confidence = 0.9
  /// The false-discovery rate of trends and changes.
  static let falseDiscoveryRate = 0.05

  /// The part of the evidence from which on an hour is told.
  private static let leastHourShare = 0.02

  let plan: PreferencePlan
  let population: BoundPopulation
  private let hourSmoothing: CircularSmoothing

  init(_ plan: PreferencePlan, _ population: BoundPopulation) throws {
    self.plan = plan
    self.population = population
    hourSmoothing = try HourSmoothing.kernel()
  }

  /// What a user has shown in a dimension, and the strongest values.
  struct Scored {
    let dimension: Int
    let state: PreferenceState
    let evidence: PreferenceEvidence
    let scores: [PreferenceScore]
  }

  /// The strongest values of each dimension with evidence for them.
  ///
  /// - Parameter limit: the most values of one dimension.
  func scores(_ tastes: UserTastes, limit: Int) throws -> [Scored] {
    let states = try tastes.states(plan, population.ratings)
    return try states.indices.compactMap { index in
      let dimension = plan.dimensions[index]
      if states[index].isEmpty || dimension.needsTimesOfDay && !population.hasTimesOfDay { return nil }
      let bound = population.dimensions[index]
      let plain = try PreferenceEvidence(
        states[index], at: plan.window.asOf.milliseconds, today: plan.lastDay, plan.decays[index])
      let evidence = dimension.source == .hour ? try plain.smoothed(by: hourSmoothing) : plain
      // What has nothing for it, or but the tail of a neighbouring hour, may stand before what has little, but is no
      // preference.
      let least = dimension.source == .hour ? Self.leastHourShare * evidence.total : 0
      let scores = try bound.prior.scores(
        of: evidence, limit: limit, evidenceAbove: least, confidence: Self.confidence, populationShare: bound.share)
      return Scored(dimension: index, state: states[index], evidence: evidence, scores: scores)
    }
  }

  /// Where the values told go.
  ///
  /// - Parameter seed: the user's, so that nothing depends on who else there is.
  func trends(_ scored: Scored, seed: UInt64) throws -> [PreferenceTrend] {
    try TrendDetection(recentDays: plan.recentDays, falseDiscoveryRate: Self.falseDiscoveryRate).trends(
      of: scored.scores.map(\.value), in: scored.state, today: plan.lastDay,
      seed: seed &+ UInt64(scored.dimension))
  }

  /// Everything about the values told.
  ///
  /// - Parameter text: the text of a code in a dimension.
  func preferences(
    _ scored: [Scored], seed: UInt64, _ text: (_ dimension: PreferenceDimension, _ code: UInt32) -> String
  ) throws -> [Preference] {
    try scored.flatMap { scored in
      let dimension = plan.dimensions[scored.dimension]
      let trends = try trends(scored, seed: seed)
      return zip(scored.scores, trends).map { score, trend in
        let seen = scored.evidence.index(of: score.value).map { scored.evidence.values[$0] }
        return Preference(
          family: dimension.family, dimension: dimension.name, value: text(dimension, score.value),
          score: score.score, interval: score.interval, evidence: score.evidenceFor,
          evidenceAgainst: score.evidenceAgainst, eventsFor: seen?.countFor ?? 0,
          eventsAgainst: seen?.countAgainst ?? 0, populationShare: score.populationShare,
          probabilityAbovePopulation: score.probabilityAbovePopulation,
          trend: Preference.Trend(trend))
      }
    }
  }
}

extension Preference.Trend {
  init(_ trend: PreferenceTrend) {
    let direction: Direction =
      switch trend.direction {
      case .rising: .rising
      case .stable: .stable
      case .falling: .falling
      }
    self.init(
      direction: direction, recentShare: trend.recentShare, earlierShare: trend.earlierShare, qValue: trend.qValue)
  }
}
