public import HabitusModel

/// Everything that is fixed for a scan: window, calendar, roles, weights, columns. Made once, shared by all scanners.
public struct FeaturePlan: Sendable {
  /// What was asked for.
  public let options: FeatureOptions
  /// Over which window.
  public let window: AnalysisWindow
  /// The dictionary of the frames' event types.
  public let types: TermDictionary
  /// The columns of a row: the core dictionary's of the selected groups, then the added features' of those groups.
  public let definitions: [FeatureDefinition]
  /// The columns that frames must have; users, times and types always.
  public let columns: EventColumns
  /// Days and hours of the configured zone.
  public let calendar: LocalCalendar

  let sessionRule: SessionRule
  let timeTables: TimeTables
  let typeTables: TypeTables
  /// The selected columns of the core dictionary.
  let coreColumns: [Int]
  let addedFeatures: [any Feature]
  /// Start of the last 7 calendar days, and of the 7 before those.
  let lastWeekStart: Int64
  let previousWeekStart: Int64

  /// Fixes a scan over `window` of frames whose types are coded by `types`.
  ///
  /// - Parameter features: further features, each a further column if its group is selected.
  /// - Throws: ``FeatureError`` for an unknown zone, a negative gap, a cap or half-life of zero, a weight that is not
  ///   finite, or two features of one name.
  public init(
    options: FeatureOptions, window: AnalysisWindow, types: TermDictionary, features: [any Feature] = []
  ) throws(FeatureError) {
    var names = Set(FeatureDictionary.definitions.map(\.name))
    for feature in features where !names.insert(feature.definition.name).inserted {
      throw .duplicateFeature(feature.definition.name)
    }
    let (seconds, attoseconds) = options.engagementHalfLife.components
    let halfLife = Double(seconds) * 1000 + Double(attoseconds) / 1e15
    guard halfLife > 0 else {
      throw .invalidOption(
        name: "engagementHalfLife", value: "\(options.engagementHalfLife)", allowed: "more than 0")
    }
    for (type, weight) in options.eventWeights where !weight.isFinite {
      throw .invalidOption(name: "eventWeights.\(type)", value: "\(weight)", allowed: "a finite number")
    }
    guard options.otherEventWeight.isFinite else {
      throw .invalidOption(
        name: "otherEventWeight", value: "\(options.otherEventWeight)", allowed: "a finite number")
    }
    self.options = options
    self.window = window
    self.types = types
    sessionRule = try SessionRule(options)
    calendar = try LocalCalendar(timeZone: options.timeZone, from: window.start, to: window.asOf)
    timeTables = TimeTables(window: window, calendar: calendar, halfLife: halfLife)
    typeTables = TypeTables(options: options, types: types)
    lastWeekStart = try LocalCalendar.moment(7, daysBefore: window.asOf, timeZone: options.timeZone).milliseconds
    previousWeekStart = try LocalCalendar.moment(14, daysBefore: window.asOf, timeZone: options.timeZone).milliseconds
    coreColumns = FeatureDictionary.definitions.indices.filter {
      options.groups.contains(FeatureDictionary.definitions[$0].group)
    }
    addedFeatures = features.filter { options.groups.contains($0.definition.group) }
    definitions = coreColumns.map { FeatureDictionary.definitions[$0] } + addedFeatures.map(\.definition)
    var columns: EventColumns = [.items, .categories, .values]
    if sessionRule.usesSourceSessions { columns.insert(.sessions) }
    for feature in addedFeatures { columns.formUnion(feature.columns) }
    self.columns = columns
  }

  /// The events of the frame's user number `index` that lie inside the window, or `nil` if there are none.
  public func timeline(of frame: EventFrame, userAt index: Int) -> UserTimeline? {
    let range = frame.times.withUnsafeBufferPointer {
      self.range(of: $0, from: frame.offsets[index], to: frame.offsets[index + 1])
    }
    guard !range.isEmpty else { return nil }
    return UserTimeline(frame: frame, user: frame.users[index], range: range, plan: self)
  }

  /// The part of `first..<last`, whose times ascend, that lies inside the window.
  func range(of times: UnsafeBufferPointer<Int64>, from first: Int, to last: Int) -> Range<Int> {
    guard first < last, let base = times.baseAddress else { return first..<first }
    var low = first
    var high = last
    if base[first] < window.start.milliseconds {
      low += countOfEarlier(base + first, last - first, than: window.start.milliseconds)
    }
    if base[last - 1] >= window.asOf.milliseconds {
      high = low + countOfEarlier(base + low, last - low, than: window.asOf.milliseconds)
    }
    return low..<max(low, high)
  }
}

/// How many of `count` ascending times are before `moment`, by bisection.
func countOfEarlier(_ times: UnsafePointer<Int64>, _ count: Int, than moment: Int64) -> Int {
  var low = 0
  var length = count
  while length > 0 {
    let half = length &>> 1
    let isEarlier = times[low &+ half] < moment
    low = isEarlier ? low &+ half &+ 1 : low
    length = isEarlier ? length &- half &- 1 : half
  }
  return low
}
