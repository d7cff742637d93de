public import HabitusModel

/// What the feature dictionary leaves open: lengths, roles, weights, the calendar.
///
/// The defaults are those of the `feature_extraction` section of the configuration.
public struct FeatureOptions: Sendable, Equatable {
  /// Length of the window in calendar days of ``timeZone``; at least 1.
  public var windowDays = 30
  /// Whether events that are marked as a bot's are looked at.
  public var includesBots = false
  /// Users with fewer events in the window get their features but stay out of whatever compares users.
  public var minimumEventCount = 10
  /// The groups to extract.
  public var groups = Set(FeatureGroup.allCases)
  /// A silence of strictly more than this ends a session.
  public var sessionGap: Duration = .seconds(30 * 60)
  /// Longest session, or `nil` for no cap; an event this long or longer after the session's first begins a new one.
  public var sessionCap: Duration?
  /// What sessions are cut by.
  public var sessionBoundary = SessionBoundary.gap
  /// IANA name of the zone that days and hours are in.
  public var timeZone = "UTC"
  /// Which event types play which part.
  public var roles = EventRoles()
  /// Engagement points by event type.
  public var eventWeights: [String: Double] = [
    "page_view": 1, "click": 2, "search": 3, "filter": 2, "download": 5, "apply": 10,
  ]
  /// Engagement points of any other type.
  public var otherEventWeight = 1.0
  /// The time after which an event counts half for engagement.
  public var engagementHalfLife: Duration = .seconds(14 * 86_400)
  /// Properties whose distribution is kept, by event type.
  public var propertyStatistics: [String: [String]] = [:]

  /// The defaults.
  public init() {}
}

/// What cuts a user's events into sessions.
public enum SessionBoundary: String, Sendable, CaseIterable, Codable {
  /// A silence longer than ``FeatureOptions/sessionGap``.
  case gap
  /// The session identifiers that the source gave; events without one are cut by the gap.
  case source
}

/// The event types that the dictionary's role-based features look at.
public struct EventRoles: Sendable, Equatable {
  /// The type of a page view, whose value is the seconds of the view.
  public var view = "page_view"
  /// The type of a click.
  public var click = "click"
  /// The type of a search, whose value is the number of results.
  public var search = "search"
  /// The type of the refinement of a search.
  public var filter = "filter"
  /// The type of a download.
  public var download = "download"
  /// The types that count as reaching a goal.
  public var goal = ["apply"]

  /// The defaults.
  public init() {}
}
