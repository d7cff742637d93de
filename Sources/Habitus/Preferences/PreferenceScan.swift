internal import HabitusKernels
internal import HabitusModel

/// Collects one user's decayed, weighted events by dimension and value; meant to be used again for the next user.
struct PreferenceScan {
  private let plan: PreferencePlan
  /// By dimension and code: decayed weight, negative where the user turned away.
  private var weights: [[Double]]
  /// By dimension: the codes that have weight, in order of first appearance.
  private var touched: [[Int]]
  /// By dimension: sum of the squared decayed weights.
  private var squares: [Double]
  /// By dimension: sum of the decayed weights' sizes.
  private var sizes: [Double]

  /// Whether any event is at another time than midnight.
  private var hasTimesOfDay = false

  init(_ plan: PreferencePlan) {
    self.plan = plan
    weights = plan.dimensions.map { Array(repeating: 0, count: $0.valueCount) }
    touched = plan.dimensions.map { _ in [] }
    squares = Array(repeating: 0, count: plan.dimensions.count)
    sizes = Array(repeating: 0, count: plan.dimensions.count)
  }

  mutating func removeAll() {
    hasTimesOfDay = false
    for dimension in touched.indices {
      for code in touched[dimension] { weights[dimension][code] = 0 }
      touched[dimension].removeAll(keepingCapacity: true)
      squares[dimension] = 0
      sizes[dimension] = 0
    }
  }

  /// Adds a user's events. O(events · dimensions).
  mutating func add(_ timeline: UserTimeline) {
    let end = plan.features.window.asOf.milliseconds
    let frame = timeline.frame
    for position in timeline.range {
      let time = frame.times[position]
      let typeWeight = plan.weights[Int(frame.types[position])]
      let local = plan.features.calendar.localTime(of: Timestamp(milliseconds: time))
      if local.isTimeOfDay(at: time) { hasTimesOfDay = true }
      for (index, dimension) in plan.dimensions.enumerated() {
        let code: Int
        switch dimension.source {
        case .category: code = Self.code(frame.categories[position])
        case .item: code = Self.code(frame.items[position])
        case .type: code = Int(frame.types[position])
        case .partOfDay: code = local.hour / 6
        case .weekday: code = local.weekday
        case .page: code = Self.code(frame.pages[position])
        }
        guard code >= 0 else { continue }
        let weight = typeWeight * plan.decays[index].weight(afterMilliseconds: end - time)
        guard weight != 0 else { continue }
        if weights[index][code] == 0 { touched[index].append(code) }
        weights[index][code] += weight
        squares[index] += weight * weight
        sizes[index] += weight.magnitude
      }
    }
  }

  private static func code(_ code: UInt32) -> Int { code == TermDictionary.missing ? -1 : Int(code) }

  /// Adds what the user did to everybody's totals; what a user turned away from counts as nothing.
  func addTotals(to population: inout PreferencePopulation) {
    population.hasTimesOfDay = population.hasTimesOfDay || hasTimesOfDay
    for dimension in touched.indices {
      for code in Set(touched[dimension]) where weights[dimension][code] > 0 {
        population.add(weights[dimension][code], dimension: dimension, code: code)
      }
    }
  }

  /// The strongest values of each dimension.
  ///
  /// Weights are made comparable with counts by the effective number of events (Kish 1965): the squared sum of sizes
  /// over the sum of squares.
  ///
  /// - Parameter sums: ``PreferencePopulation/sums``.
  func preferences(shrunkTo population: PreferencePopulation, sums: [Double], limit: Int) -> [Preference] {
    var result: [Preference] = []
    for (index, dimension) in plan.dimensions.enumerated() where squares[index] > 0 {
      if dimension.source == .partOfDay, !population.hasTimesOfDay { continue }
      let codes = Set(touched[index]).sorted()
      let positive = codes.reduce(0) { $0 + max(0, weights[index][$1]) }
      let populationTotal = sums[index]
      guard positive > 0, populationTotal > 0 else { continue }
      let effective = sizes[index] * sizes[index] / squares[index]
      let strength = PreferenceCalculator.priorStrength
      let shares = codes.map { code -> (code: Int, evidence: Double, prior: Double) in
        (
          code, effective * max(0, weights[index][code]) / positive,
          population.evidence(dimension: index, code: code) / populationTotal
        )
      }
      let best = shares.sorted { a, b in
        let (x, y) = (a.evidence + strength * a.prior, b.evidence + strength * b.prior)
        return x != y ? x > y : plan.text(dimension, a.code) < plan.text(dimension, b.code)
      }
      for share in best.prefix(max(0, limit)) where share.evidence > 0 {
        let own = share.evidence + strength * share.prior
        let rest = effective + strength - own
        result.append(
          Preference(
            family: dimension.family, dimension: dimension.name, value: plan.text(dimension, share.code),
            score: own / (own + rest), interval: Self.interval(own, rest), evidence: share.evidence,
            populationShare: share.prior))
      }
    }
    return result
  }

  private static func interval(_ own: Double, _ rest: Double) -> ClosedRange<Double> {
    guard rest > 1e-12 * own else { return 1...1 }
    let posterior = BetaDistribution(alpha: own, beta: rest)
    let lower = posterior.quantile((1 - PreferenceCalculator.confidence) / 2)
    return lower...max(lower, posterior.quantile((1 + PreferenceCalculator.confidence) / 2))
  }
}
