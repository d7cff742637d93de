internal import HabitusKernels
internal import HabitusModel

/// What everybody's preferences are like: what a user's are drawn to and compared with.
///
/// Values stand by their texts, so that it can be kept and used for other readings of the events.
struct PreferencePopulation: Sendable, Codable {
  /// One dimension.
  struct Dimension: Sendable, Codable {
    let name: String
    /// The values that the population has evidence for.
    let values: [String]
    /// The share of each.
    let shares: [Double]
    /// How users' tastes lie around the population's.
    let prior: PreferencePrior
    /// What part of the evidence on a value is for it; `nil` where nobody turns anything away.
    let appeal: AppealPrior?
  }

  /// The moment up to which events were known.
  let asOf: Timestamp
  /// The settings that it was made with, as one text.
  let settings: String
  let dimensions: [Dimension]
  /// The values of each configured property that are told apart.
  let vocabularies: [PropertyVocabulary]
  /// Whether any event is at another time than midnight.
  let hasTimesOfDay: Bool
  /// How reviewers use the scale of ratings; `nil` without ratings.
  let ratings: RatingPopulation?
  /// How far tastes decide between items.
  let fit: FitModel
}

extension HabitusConfiguration {
  /// All settings that preferences depend on, as one text.
  func preferenceSettings(windowDays: Int) -> String {
    let settings = preferences
    let categories = Preferences.Category.allCases.filter(settings.categories.contains)
    let halfLives = categories.map { "\($0.rawValue)=\(settings.halfLives[$0])" }
    let weights = settings.eventWeights.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let ratings = settings.ratings
    let roles = features.roles
    let texts: [[String]] = [
      [features.timeZone, "\(windowDays)", "\(settings.otherEventWeight)", "\(settings.usualViewTime)"], halfLives,
      weights, settings.properties, [settings.reasonsProperty], ratings.types,
      [ratings.property, ratings.aspectsProperty, "\(ratings.lowest)", "\(ratings.highest)", "\(ratings.weight)"],
      [roles.view, roles.click, roles.search, roles.filter, roles.download], roles.goal.sorted(),
    ]
    return String(describing: texts)
  }
}

/// A population bound to the codes of a reading of the events.
struct BoundPopulation: Sendable {
  /// One dimension.
  struct Dimension: Sendable {
    /// The population's share by code; codes behind the last one have none.
    let shares: [Double]
    let prior: PreferencePrior
    let appeal: AppealPrior?

    /// The share of a value.
    @inline(__always)
    func share(of code: UInt32) -> Double { Int(code) < shares.count ? shares[Int(code)] : 0 }
  }

  let dimensions: [Dimension]
  let hasTimesOfDay: Bool
  let ratings: RatingPopulation?

  /// - Parameter code: the code of a text in a dimension; `nil` where it has none.
  init(
    _ population: PreferencePopulation, _ plan: PreferencePlan,
    code: (_ dimension: PreferenceDimension, _ value: String) -> UInt32?
  ) throws {
    dimensions = try zip(population.dimensions, plan.dimensions).map { known, dimension in
      var shares: [Double] = []
      for (value, share) in zip(known.values, known.shares) {
        guard let code = code(dimension, value) else { continue }
        let missing = Int(code) + 1 - shares.count
        if missing > 0 { shares += repeatElement(0, count: missing) }
        shares[Int(code)] = share
      }
      if dimension.source == .hour { shares = try HourSmoothing.smoothed(shares) }
      return Dimension(shares: shares, prior: known.prior, appeal: known.appeal)
    }
    hasTimesOfDay = population.hasTimesOfDay
    ratings = population.ratings
  }
}

/// Half past eleven at night is near half past midnight: hours are spread over their neighbours.
enum HourSmoothing {
  /// About an hour to either side.
  static func kernel() throws -> CircularSmoothing { try CircularSmoothing(positionCount: 24, deviation: 1) }

  static func smoothed(_ shares: [Double]) throws -> [Double] {
    try kernel().smoothed(shares + repeatElement(0, count: max(0, 24 - shares.count)))
  }
}
