/// The features of one user over one window.
///
/// A feature that has no value (never 0 for "unknown") is absent.
public struct FeatureVector: Sendable, Equatable {
  /// Whose features.
  public let user: UserID
  /// Over which window.
  public let window: AnalysisWindow
  /// The dictionary, in its order.
  public let definitions: [FeatureDefinition]
  /// One value for each definition; NaN stands for "no value".
  public let storage: [Double]
  /// The user's events in the window: by type, hour and weekday, and the configured properties.
  public let activity: ActivitySummary

  /// Makes a vector; `storage` has one entry for each definition, NaN for "no value".
  public init(
    user: UserID, window: AnalysisWindow, definitions: [FeatureDefinition], storage: [Double],
    activity: ActivitySummary
  ) {
    precondition(definitions.count == storage.count, "one value for each definition")
    self.user = user
    self.window = window
    self.definitions = definitions
    self.storage = storage
    self.activity = activity
  }

  /// The value of the feature called `name`; `nil` where the feature has no value or there is no such feature.
  ///
  /// - Complexity: O(number of features).
  public subscript(name: String) -> Double? {
    guard let index = definitions.firstIndex(where: { $0.name == name }), !storage[index].isNaN else { return nil }
    return storage[index]
  }

  /// The features that have a value, by name.
  public var values: [String: Double] {
    Dictionary(
      uniqueKeysWithValues: zip(definitions, storage).filter { !$0.1.isNaN }.map { ($0.0.name, $0.1) })
  }

  /// Two vectors are equal when they agree in everything, "no value" included.
  public static func == (a: FeatureVector, b: FeatureVector) -> Bool {
    a.user == b.user && a.window == b.window && a.definitions == b.definitions && a.activity == b.activity
      && a.storage.elementsEqual(b.storage) { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }
}

/// Counts of one user's events in a window that have no fixed number of entries.
public struct ActivitySummary: Sendable, Equatable, Codable {
  /// Events of each type that occurs.
  public var countByType: [String: Int]
  /// 24 counts: events by hour of the day.
  public var countByHour: [Int]
  /// 7 counts: events by day of the week, Monday first.
  public var countByWeekday: [Int]
  /// 7 × 24 counts, row-major: events by day of the week, then hour.
  public var countByWeekdayAndHour: [Int]
  /// For each configured event type and property: how often each value occurs.
  public var propertyCounts: [String: [String: [String: Int]]]

  /// Makes a summary from its counts.
  public init(
    countByType: [String: Int] = [:], countByHour: [Int] = Array(repeating: 0, count: 24),
    countByWeekday: [Int] = Array(repeating: 0, count: 7),
    countByWeekdayAndHour: [Int] = Array(repeating: 0, count: 168),
    propertyCounts: [String: [String: [String: Int]]] = [:]
  ) {
    self.countByType = countByType
    self.countByHour = countByHour
    self.countByWeekday = countByWeekday
    self.countByWeekdayAndHour = countByWeekdayAndHour
    self.propertyCounts = propertyCounts
  }

  /// The share of each type among the user's events.
  public var shareByType: [String: Double] {
    let total = countByType.values.reduce(0, +)
    return countByType.mapValues { Double($0) / Double(total) }
  }
}
