public import HabitusModel

/// A figure of the product that is followed from day to day.
public enum ChangeMetric: Hashable, Sendable {
  /// Users with an event on the day.
  case activeUsers
  /// Users whose first stored event is on the day.
  case newUsers
  /// Sessions that begin on the day.
  case sessions
  /// Events of the day.
  case events
  /// Events of the day per user with one; no value on a day without users.
  case eventsPerActiveUser
  /// Events of the day that are of a goal type.
  case goals
  /// Events of the day of one type.
  case eventType(String)

  /// Those that do not depend on the types of events.
  public static let general: [ChangeMetric] = [
    .activeUsers, .newUsers, .sessions, .events, .eventsPerActiveUser, .goals,
  ]

  private static let typePrefix = "type:"

  /// The metric that a text names; `nil` for none. `type:` comes before the name of an event type.
  public init?(name: String) {
    if name.hasPrefix(Self.typePrefix), name != Self.typePrefix {
      self = .eventType(String(name.dropFirst(Self.typePrefix.count)))
    } else if let metric = Self.general.first(where: { $0.name == name }) {
      self = metric
    } else {
      return nil
    }
  }

  /// As in `active_users`, `type:search`.
  public var name: String {
    switch self {
    case .activeUsers: "active_users"
    case .newUsers: "new_users"
    case .sessions: "sessions"
    case .events: "events"
    case .eventsPerActiveUser: "events_per_active_user"
    case .goals: "goals"
    case .eventType(let type): Self.typePrefix + type
    }
  }

  /// What is counted, in the plural.
  public var label: LocalizedText { LocalizedText(english: noun.english.many, french: noun.french.many) }

  var noun: CountedNoun {
    switch self {
    case .activeUsers:
      CountedNoun(english: ("active user", "active users"), french: ("utilisateur actif", "utilisateurs actifs"))
    case .newUsers:
      CountedNoun(english: ("new user", "new users"), french: ("nouvel utilisateur", "nouveaux utilisateurs"))
    case .sessions: CountedNoun(english: ("session", "sessions"), french: ("session", "sessions"))
    case .events: CountedNoun(english: ("event", "events"), french: ("événement", "événements"))
    case .eventsPerActiveUser:
      CountedNoun(
        english: ("event per active user", "events per active user"),
        french: ("événement par utilisateur actif", "événements par utilisateur actif"))
    case .goals: CountedNoun(english: ("goal", "goals"), french: ("objectif atteint", "objectifs atteints"))
    case .eventType(let type):
      CountedNoun(
        english: ("event of type \(PatternWords.name(type))", "events of type \(PatternWords.name(type))"),
        french: ("événement de type \(PatternWords.name(type))", "événements de type \(PatternWords.name(type))"))
    }
  }
}
