internal import HabitusKernels
internal import HabitusModel

/// Everything that is fixed for a calculation of preferences.
struct PreferencePlan: Sendable {
  /// What an event of a type says.
  struct TypeTraits: Sendable {
    /// Points, scaled by a common power of two to sizes below 2: only ratios matter.
    let weight: Double
    let isRating: Bool
    /// Whether the value of an event is the time that something was looked at.
    let isView: Bool
    let wayOfActing: WayOfActing?
  }

  let settings: HabitusConfiguration.Preferences
  let dimensions: [PreferenceDimension]
  /// Decay of each dimension.
  let decays: [ExponentialDecay]
  private(set) var window: AnalysisWindow
  private(set) var calendar: LocalCalendar
  /// The local day, since 1970, on which the window begins; it counts as a whole.
  private(set) var firstDay: Int
  /// The latest local day of the window.
  private(set) var lastDay: Int
  /// Points of the best rating, scaled as those of types.
  let ratingWeight: Double
  private let roles: EventRoles
  private let scale: Double

  /// - Parameter types: the event types that there are; their weights fix the scale.
  init(
    _ settings: HabitusConfiguration.Preferences, roles: EventRoles, window: AnalysisWindow, timeZone: String,
    types: TermDictionary
  ) throws {
    self.settings = settings
    self.roles = roles
    self.window = window
    try Self.require(settings)
    dimensions = PreferenceDimension.selected(settings)
    decays = try dimensions.map { try ExponentialDecay(halfLife: settings.halfLives[$0.category]) }
    calendar = try LocalCalendar(timeZone: timeZone, from: window.start, to: window.asOf)
    firstDay = calendar.localTime(of: window.start).date.daysSince1970
    lastDay = Self.lastDay(of: window, calendar)
    let names = (0..<UInt32(types.count)).map(types.text)
    let weights = try names.map { type in
      let weight = settings.eventWeights[type] ?? settings.otherEventWeight
      guard weight.isFinite else {
        throw FeatureError.invalidOption(
          name: "preferences.eventWeights.\(type)", value: "\(weight)", allowed: "a finite number")
      }
      return weight.magnitude
    }
    let hasRatings = names.contains(where: settings.ratings.types.contains)
    let largest = max(weights.max() ?? 0, hasRatings ? settings.ratings.weight : 0)
    scale = largest > 0 ? largest.binade : 1
    ratingWeight = settings.ratings.weight / scale
  }

  /// Refuses settings by which preferences cannot be told.
  private static func require(_ settings: HabitusConfiguration.Preferences) throws {
    var names = PreferenceDimension.builtInNames
    for name in settings.properties where !names.insert(name.lowercased()).inserted {
      throw FeatureError.invalidOption(
        name: "preferences.properties", value: name,
        allowed: "names that differ by more than case from each other and from "
          + PreferenceDimension.builtInNames.sorted().joined(separator: ", "))
    }
    let ratings = settings.ratings
    guard ratings.lowest < ratings.highest else {
      throw FeatureError.invalidOption(
        name: "preferences.ratings.highest", value: "\(ratings.highest)",
        allowed: "a number above the lowest rating, \(ratings.lowest)")
    }
    guard ratings.weight >= 0, ratings.weight.isFinite else {
      throw FeatureError.invalidOption(
        name: "preferences.ratings.weight", value: "\(ratings.weight)", allowed: "a finite number of 0 or more")
    }
    guard settings.usualViewTime > .zero else {
      throw FeatureError.invalidOption(
        name: "preferences.usualViewTime", value: "\(settings.usualViewTime)", allowed: "a duration above 0")
    }
  }

  /// The same over another window.
  func moved(to window: AnalysisWindow) throws -> PreferencePlan {
    var plan = self
    plan.window = window
    plan.calendar = try LocalCalendar(timeZone: calendar.timeZone, from: window.start, to: window.asOf)
    plan.firstDay = plan.calendar.localTime(of: window.start).date.daysSince1970
    plan.lastDay = Self.lastDay(of: window, plan.calendar)
    return plan
  }

  /// The latest local day: where clocks are put back over midnight (America/St_Johns, at 0:01 until 2011), the day before
  /// comes again after its first minute.
  private static func lastDay(of window: AnalysisWindow, _ calendar: LocalCalendar) -> Int {
    let changes = calendar.stretches.lazy.map(\.start).filter {
      window.start.milliseconds < $0 && $0 < window.asOf.milliseconds
    }
    return changes.map { calendar.lastDay(before: Timestamp(milliseconds: $0)) }
      .reduce(calendar.lastDay(before: window.asOf), max)
  }

  /// What an event of this type says.
  func traits(of type: String) -> TypeTraits {
    TypeTraits(
      weight: (settings.eventWeights[type] ?? settings.otherEventWeight) / scale,
      isRating: settings.ratings.types.contains(type), isView: type == roles.view,
      wayOfActing: WayOfActing(type: type, roles))
  }

  /// The dimensions of content but the item itself: what items are compared by.
  var contentIndices: [Int] {
    dimensions.indices.filter { dimensions[$0].family == .content && dimensions[$0].source != .item }
  }

  /// How many of the latest days are recent, for trends: a quarter of the window.
  var recentDays: Int { max(1, window.days / 4) }

  /// The columns that frames must have.
  func columns(_ types: TermDictionary) -> EventColumns {
    var columns: EventColumns = .values
    for dimension in dimensions {
      switch dimension.source {
      case .category: columns.formUnion([.categories, .items])
      case .item: columns.insert(.items)
      case .page: columns.insert(.pages)
      case .property: columns.formUnion([.properties, .items])
      case .wayOfActing, .type, .hour, .partOfDay, .weekday: break
      }
    }
    let readsProperties = (0..<UInt32(types.count)).contains { code in
      let traits = traits(of: types.text(of: code))
      return traits.isRating || traits.weight < 0
    }
    if readsProperties { columns.insert(.properties) }
    return columns
  }

  /// The positions of a user's events in a frame that may lie in the window: those before its first day are few.
  func positions(of frame: borrowing EventFrame, userAt index: Int) -> Range<Int> {
    let (first, last) = (frame.offsets[index], frame.offsets[index + 1])
    // No zone's day begins more than two days before the same day of another.
    let start = window.start.milliseconds - 2 * 86_400_000
    return frame.times.withUnsafeBufferPointer { times in
      guard first < last, let base = times.baseAddress else { return first..<first }
      let low = first + countOfEarlier(base + first, last - first, than: start)
      return low..<low + countOfEarlier(base + low, last - low, than: window.asOf.milliseconds)
    }
  }
}
