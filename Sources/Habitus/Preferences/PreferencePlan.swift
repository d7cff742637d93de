internal import HabitusKernels
internal import HabitusModel

/// What preferences can be about: a property of events with a code for each of its values.
struct PreferenceDimension: Sendable {
  enum Source: Sendable { case category, item, type, partOfDay, weekday, page }

  let source: Source
  let family: Preference.Family
  let name: String
  /// Number of codes.
  let valueCount: Int
}

/// Everything that is fixed for a calculation of preferences.
struct PreferencePlan: Sendable {
  let features: FeaturePlan
  let dimensions: [PreferenceDimension]
  /// Decay of each dimension.
  let decays: [ExponentialDecay]
  /// Weight of each event type, scaled by a common power of two to sizes below 2: only ratios matter.
  let weights: [Double]
  let dictionaries: EventDictionaries

  static let partsOfDay = ["night", "morning", "afternoon", "evening"]
  static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

  init(
    _ settings: HabitusConfiguration.Preferences, features: FeaturePlan, dictionaries: EventDictionaries
  ) throws {
    let all: [(HabitusConfiguration.Preferences.Category, PreferenceDimension)] = [
      (
        .content,
        .init(source: .category, family: .content, name: "category", valueCount: dictionaries.categories.count)
      ),
      (.content, .init(source: .item, family: .content, name: "item", valueCount: dictionaries.items.count)),
      (
        .interaction,
        .init(source: .type, family: .interaction, name: "event_type", valueCount: dictionaries.types.count)
      ),
      (.time, .init(source: .partOfDay, family: .time, name: "part_of_day", valueCount: Self.partsOfDay.count)),
      (.time, .init(source: .weekday, family: .time, name: "weekday", valueCount: Self.weekdays.count)),
      (.feature, .init(source: .page, family: .feature, name: "page", valueCount: dictionaries.pages.count)),
    ]
    let selected = all.filter { settings.categories.contains($0.0) }
    dimensions = selected.map(\.1)
    decays = try selected.map { try ExponentialDecay(halfLife: settings.halfLives[$0.0]) }
    weights = try Self.scaledWeights(of: dictionaries.types, settings)
    self.features = features
    self.dictionaries = dictionaries
  }

  private static func scaledWeights(
    of types: TermDictionary, _ settings: HabitusConfiguration.Preferences
  ) throws -> [Double] {
    let weights = try (0..<UInt32(types.count)).map { code in
      let type = types.text(of: code)
      let weight = settings.eventWeights[type] ?? settings.otherEventWeight
      guard weight.isFinite else {
        throw FeatureError.invalidOption(
          name: "preferences.eventWeights.\(type)", value: "\(weight)", allowed: "a finite number")
      }
      return weight
    }
    let largest = weights.lazy.map(\.magnitude).max() ?? 0
    return largest > 0 ? weights.map { $0 / largest.binade } : weights
  }

  /// The columns that frames must have.
  var columns: EventColumns {
    var columns: EventColumns = []
    for dimension in dimensions {
      switch dimension.source {
      case .category: columns.insert(.categories)
      case .item: columns.insert(.items)
      case .page: columns.insert(.pages)
      case .type, .partOfDay, .weekday: break
      }
    }
    return columns
  }

  /// The value that `code` of a dimension stands for.
  func text(_ dimension: PreferenceDimension, _ code: Int) -> String {
    switch dimension.source {
    case .category: dictionaries.categories.text(of: UInt32(code))
    case .item: dictionaries.items.text(of: UInt32(code))
    case .type: dictionaries.types.text(of: UInt32(code))
    case .partOfDay: Self.partsOfDay[code]
    case .weekday: Self.weekdays[code]
    case .page: dictionaries.pages.text(of: UInt32(code))
    }
  }
}

/// The evidence of everybody: for each dimension the decayed, weighted events by code.
///
/// Amounts are added as whole multiples of 2⁻³⁰, so that the sums do not depend on the order of users. Weights are below
/// 2, so four thousand million events fit.
struct PreferencePopulation: Sendable {
  private static let unit = 0x1p-30
  /// Whether any event is at another time than midnight; without, the source told only dates.
  var hasTimesOfDay = false
  private var totals: [[Int64]]

  init(_ plan: PreferencePlan) { totals = plan.dimensions.map { Array(repeating: 0, count: $0.valueCount) } }

  mutating func add(_ weight: Double, dimension: Int, code: Int) {
    totals[dimension][code] &+= Int64((weight / Self.unit).rounded())
  }

  /// The evidence for one value.
  func evidence(dimension: Int, code: Int) -> Double { Double(totals[dimension][code]) * Self.unit }

  /// The evidence for all values of each dimension.
  var sums: [Double] { totals.map { Double($0.reduce(0, &+)) * Self.unit } }
}
