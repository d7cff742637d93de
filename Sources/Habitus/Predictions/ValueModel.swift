internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// How often users buy and for how much: the BG/NBD model of days with a purchase, and the gamma-gamma model of what
/// is bought on such a day.
///
/// How well it does is measured by fitting it to all days but the latest, and asking for how much users bought on those.
struct ValueModel: Sendable, Codable {
  /// Within how many days amounts are predicted.
  static let horizons = [30, 90, 365]
  /// The most days that are held out: a year is judged by its first 90 days.
  static let mostHeldOutDays = 90
  /// The fewest users with a purchase on two days that are learned from.
  static let leastBuyers = 50
  /// The fewest users with a purchase on the days held out.
  static let leastReturning = 20

  let parts: Parts
  /// The last day that it knows, since 1970.
  let lastDay: Int
  /// How well the value of the next purchase is predicted; `nil` where it is not.
  let purchaseQuality: AmountQuality?
  /// By horizon, how well it did.
  let qualities: [Int: AmountQuality]

  /// What predictions are made with.
  struct Parts: Sendable, Codable {
    let purchases: BetaGeometricNBD
    let values: GammaGamma

    /// The value of the next purchase.
    func purchaseValue(_ customer: PurchaseHistory.Customer) -> Double { values.expectedValue(of: customer.values) }

    /// What is bought in the next days, not discounted.
    func value(_ customer: PurchaseHistory.Customer, days: Int) throws(KernelError) -> Double {
      try CustomerLifetimeValue(purchases: purchases, values: values, period: Double(days), discountRate: 0)
        .value(of: customer.purchases, meanRepeatValue: customer.values.mean, periodCount: 1)
    }
  }

  /// The model, and what is not predicted.
  static func fit(
    _ history: PurchaseHistory, lastDay: Int, workers: Int
  ) throws -> (model: ValueModel?, withheld: [WithheldPrediction]) {
    var trial = try Trial(history, lastDay: lastDay, workers: workers)
    let purchaseQuality = try trial.purchaseQuality()
    var qualities: [Int: AmountQuality] = [:]
    for horizon in horizons { qualities[horizon] = try trial.quality(horizon: horizon) }
    guard purchaseQuality != nil || !qualities.isEmpty else { return (nil, trial.withheld) }
    guard let parts = try parts(of: history, upTo: lastDay, workers) else {
      let kinds: [(Prediction.Kind, Int?)] = [(.purchaseValue, nil)] + horizons.map { (.value, $0) }
      return (
        nil,
        kinds.map { WithheldPrediction(kind: $0.0, horizonDays: $0.1, reason: PredictionWords.noValueModel) }
      )
    }
    return (
      ValueModel(parts: parts, lastDay: lastDay, purchaseQuality: purchaseQuality, qualities: qualities),
      trial.withheld
    )
  }

  /// The models of the days up to one; `nil` where none fits, or values have no mean.
  static func parts(of history: PurchaseHistory, upTo day: Int, _ workers: Int) throws -> Parts? {
    let customers = history.users.indices.compactMap { history.customer(at: $0, upTo: day) }
    guard let purchases = try BetaGeometricNBD.fitted(customers.map(\.purchases), workers: workers) else { return nil }
    do throws(KernelError) {
      let values = try GammaGamma.fit(customers.map(\.values), threadCount: workers).model
      return values.meanValue.isFinite ? Parts(purchases: purchases, values: values) : nil
    } catch {
      switch error {
      case .noMaximum, .notConverged, .noSamples, .parameter: return nil
      default: throw error
      }
    }
  }

  /// What is expected of a user, of whom only the days up to ``lastDay`` count.
  func entries(of customer: PurchaseHistory.Customer) throws -> [PredictionRecord.Entry] {
    let next =
      purchaseQuality == nil
      ? [] : [PredictionRecord.Entry(kind: .purchaseValue, value: parts.purchaseValue(customer))]
    return try next
      + qualities.keys.sorted().map { horizon in
        PredictionRecord.Entry(
          kind: .value, horizonDays: horizon, value: try parts.value(customer, days: horizon))
      }
  }

  /// The prediction that an entry stands for; `nil` for what the model does not predict.
  func prediction(of entry: PredictionRecord.Entry) -> Prediction? {
    switch (entry.kind, entry.horizonDays) {
    case (.purchaseValue, _):
      purchaseQuality.map { quality in
        Prediction(
          kind: .purchaseValue, value: entry.value, quality: .amount(quality),
          sentence: PredictionWords.purchaseValue(entry.value, usual: parts.values.meanValue))
      }
    case (.value, let horizon?):
      qualities[horizon].map { quality in
        Prediction(
          kind: .value, horizonDays: horizon, value: entry.value, quality: .amount(quality),
          sentence: PredictionWords.value(entry.value, horizon: horizon))
      }
    default: nil
    }
  }
}

extension ValueModel {
  /// Tries predictions on days that are held out.
  private struct Trial {
    let history: PurchaseHistory
    let lastDay: Int
    let workers: Int
    /// How many days there are.
    let dayCount: Int
    private(set) var withheld: [WithheldPrediction] = []
    /// By the days held out, the models of the days before.
    private var past: [Int: Parts?] = [:]

    init(_ history: PurchaseHistory, lastDay: Int, workers: Int) throws {
      self.history = history
      self.lastDay = lastDay
      self.workers = workers
      dayCount = history.span.map { max(0, lastDay - $0.lowerBound + 1) } ?? 0
    }

    /// How well the value of the next purchase is predicted of those who bought on the days held out.
    mutating func purchaseQuality() throws -> AmountQuality? {
      try quality(.purchaseValue, horizon: nil, heldOutDays: ValueModel.mostHeldOutDays) { parts, customer, bought in
        bought.days > 0 ? (parts.purchaseValue(customer), bought.amount / Double(bought.days)) : nil
      }
    }

    /// How well it is predicted for how much everybody buys, also those who buy nothing.
    mutating func quality(horizon: Int) throws -> AmountQuality? {
      let days = min(horizon, ValueModel.mostHeldOutDays)
      return try quality(.value, horizon: horizon, heldOutDays: days) { parts, customer, bought in
        (try parts.value(customer, days: days), bought.amount)
      }
    }

    private mutating func quality(
      _ kind: Prediction.Kind, horizon: Int?, heldOutDays: Int,
      _ pair: (Parts, PurchaseHistory.Customer, (days: Int, amount: Double)) throws -> (Double, Double)?
    ) throws -> AmountQuality? {
      func withhold(_ reason: LocalizedText, _ quality: AmountQuality? = nil) {
        withheld.append(
          WithheldPrediction(
            kind: kind, horizonDays: horizon, reason: reason, quality: quality.map { .amount($0) }))
      }
      let needed = max(2 * heldOutDays, horizon ?? 0)
      guard dayCount > 0 else {
        withhold(PredictionWords.tooFewBuyers(0, needed: ValueModel.leastBuyers))
        return nil
      }
      guard dayCount >= needed else {
        withhold(PredictionWords.tooShort(days: dayCount, needed: needed))
        return nil
      }
      let cutoff = lastDay - heldOutDays
      let known = history.users.indices.compactMap { index in
        history.customer(at: index, upTo: cutoff).map { (index: index, customer: $0) }
      }
      let buyers = known.count { $0.customer.purchases.frequency > 0 }
      guard buyers >= ValueModel.leastBuyers else {
        withhold(PredictionWords.tooFewBuyers(buyers, needed: ValueModel.leastBuyers))
        return nil
      }
      guard let parts = try parts(upTo: cutoff) else {
        withhold(PredictionWords.noValueModel)
        return nil
      }
      let bought = known.map { history.purchases(at: $0.index, in: heldOutDays, after: cutoff) }
      let returning = bought.count { $0.days > 0 }
      guard returning >= ValueModel.leastReturning else {
        withhold(PredictionWords.tooFew(returning, needed: ValueModel.leastReturning))
        return nil
      }
      let pairs = try zip(known, bought).compactMap { try pair(parts, $0.customer, $1) }
      let scores = try AmountScores(of: pairs.map(\.0), amounts: pairs.map(\.1))
      guard let quality = AmountQuality(scores, heldOutDays: heldOutDays) else {
        withhold(PredictionWords.noValueModel)
        return nil
      }
      guard quality.lowestSkill > 0 else {
        withhold(PredictionWords.noBetter(quality), quality)
        return nil
      }
      return quality
    }

    private mutating func parts(upTo day: Int) throws -> Parts? {
      if let known = past[day] { return known }
      let parts = try ValueModel.parts(of: history, upTo: day, workers)
      past[day] = .some(parts)
      return parts
    }
  }
}

extension AmountQuality {
  /// `nil` where all amounts are the same.
  fileprivate init?(_ scores: AmountScores, heldOutDays: Int) {
    guard let skill = scores.skill, let lowest = scores.lowestSkill else { return nil }
    self.init(
      heldOutDays: heldOutDays, users: scores.count, meanPredicted: scores.meanPrediction,
      meanObserved: scores.meanAmount, meanAbsoluteError: scores.meanAbsoluteError, skill: skill, lowestSkill: lowest)
  }
}
