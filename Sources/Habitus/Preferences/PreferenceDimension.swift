internal import HabitusModel

/// What preferences can be about: a property of events whose values are told apart.
struct PreferenceDimension: Sendable, Hashable {
  /// Where the value of an event is found.
  enum Source: Sendable, Hashable {
    case category, item, wayOfActing, type, hour, partOfDay, weekday, page
    /// A configured property, by its position among them.
    case property(Int)
  }

  let source: Source
  let family: Preference.Family
  let name: String

  static let partsOfDay = ["night", "morning", "afternoon", "evening"]
  static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
  static let hours = (0..<24).map { ($0 < 10 ? "0" : "") + "\($0):00" }
  /// In the order of ``WayOfActing``.
  static let waysOfActing = WayOfActing.allCases.map(\.rawValue)

  private static let ofContent = [
    PreferenceDimension(source: .category, family: .content, name: "category"),
    PreferenceDimension(source: .item, family: .content, name: "item"),
  ]
  private static let ofActs = [
    PreferenceDimension(source: .wayOfActing, family: .interaction, name: "way_of_acting"),
    PreferenceDimension(source: .type, family: .interaction, name: "event_type"),
    PreferenceDimension(source: .hour, family: .time, name: "hour"),
    PreferenceDimension(source: .partOfDay, family: .time, name: "part_of_day"),
    PreferenceDimension(source: .weekday, family: .time, name: "weekday"),
    PreferenceDimension(source: .page, family: .feature, name: "page"),
  ]

  /// What no configured property can be called.
  static let builtInNames = Set((ofContent + ofActs).map(\.name))

  /// The dimensions of the configured kinds, in the order in which they are told.
  static func selected(_ settings: HabitusConfiguration.Preferences) -> [PreferenceDimension] {
    let properties = settings.properties.enumerated().map {
      PreferenceDimension(source: .property($0.offset), family: .content, name: $0.element)
    }
    return (ofContent + properties + ofActs).filter { settings.categories.contains($0.category) }
  }

  /// The configured kind of preferences that the dimension belongs to.
  var category: HabitusConfiguration.Preferences.Category {
    switch family {
    case .content: .content
    case .interaction: .interaction
    case .time: .time
    case .feature: .feature
    }
  }

  /// The values where they are the same for every store; `nil` where they are what events have.
  var fixedValues: [String]? {
    switch source {
    case .wayOfActing: Self.waysOfActing
    case .hour: Self.hours
    case .partOfDay: Self.partsOfDay
    case .weekday: Self.weekdays
    case .category, .item, .type, .page, .property: nil
    }
  }

  /// Whether a source that knows only dates says nothing about it.
  var needsTimesOfDay: Bool { source == .hour || source == .partOfDay }
}

/// How a user gets to things, by the part that the type of an event plays.
enum WayOfActing: String, CaseIterable {
  /// Looks for something by words.
  case searching
  /// Looks at pages.
  case browsing
  /// Narrows what is shown.
  case filtering
  /// Acts on something at once: clicks, downloads, reaches a goal.
  case direct

  /// `nil` where the type plays no part.
  init?(type: String, _ roles: EventRoles) {
    switch type {
    case roles.search: self = .searching
    case roles.filter: self = .filtering
    case roles.view: self = .browsing
    case roles.click, roles.download: self = .direct
    default:
      guard roles.goal.contains(type) else { return nil }
      self = .direct
    }
  }

  /// The position among all of them.
  var code: UInt32 {
    switch self {
    case .searching: 0
    case .browsing: 1
    case .filtering: 2
    case .direct: 3
    }
  }
}
