internal import HabitusModel

/// Something that users are compared by: a feature of the dictionary, or one that is derived from it for comparing.
enum ComparedFeature: Hashable, Sendable {
  /// A feature of the dictionary, or of the application's own.
  case feature(String)
  /// The mean time of day as a vector on the 24-hour circle, as long as the times are concentrated: its first
  /// coordinate. An hour as a number would set 23:00 apart from 1:00.
  case hourCosine
  /// The second coordinate.
  case hourSine
  /// The share of the user's events that are of this type.
  case typeShare(String)

  private static let typePrefix = "type:"

  init(name: String) {
    switch name {
    case "hour_cosine": self = .hourCosine
    case "hour_sine": self = .hourSine
    case _ where name.hasPrefix(Self.typePrefix): self = .typeShare(String(name.dropFirst(Self.typePrefix.count)))
    default: self = .feature(name)
    }
  }

  /// The name that models keep.
  var name: String {
    switch self {
    case .feature(let name): name
    case .hourCosine: "hour_cosine"
    case .hourSine: "hour_sine"
    case .typeShare(let type): Self.typePrefix + type
    }
  }

  /// The features of the dictionary that it is made of; none for shares of types.
  var parts: [String] {
    switch self {
    case .feature(let name): [name]
    case .hourCosine, .hourSine: ["hour_concentration", "mean_hour"]
    case .typeShare: []
    }
  }

  /// The value, from those of ``parts`` in their order.
  func value(of parts: [Double]) -> Double {
    switch self {
    case .feature, .typeShare: parts[0]
    case .hourCosine: parts[1].isNaN ? 0 : parts[0] * ClockVector(hour: parts[1]).x
    case .hourSine: parts[1].isNaN ? 0 : parts[0] * ClockVector(hour: parts[1]).y
    }
  }

  /// The value that a user's features have; NaN for none.
  func value(in vector: FeatureVector) -> Double {
    if case .typeShare(let type) = self {
      let total = vector.activity.countByType.values.reduce(0, +)
      return total > 0 ? Double(vector.activity.countByType[type] ?? 0) / Double(total) : .nan
    }
    return value(of: parts.map { vector[$0] ?? .nan })
  }

  /// The entry of the dictionary for a share of a type.
  static func definition(ofType type: String) -> FeatureDefinition {
    FeatureDefinition(
      name: typePrefix + type, group: .activity, unit: .share,
      description: "Share of events of the type \(type).")
  }
}

extension ComparedFeature {
  /// What users are compared by where the configuration names nothing: how much and how lately, how their visits go,
  /// when they come, how broad their interests are, and what they do. Every side of behaviour has about as many
  /// features, so that none decides alone; the shares of event types that the dictionary does not know are added.
  static let standard: [ComparedFeature] =
    [
      .feature("event_count"), .feature("session_count"), .feature("active_days"), .feature("recency_days"),
      .feature("events_per_session"), .feature("session_duration_mean_s"), .feature("bounce_rate"),
      .feature("return_gap_mean_h"), .feature("burstiness"), .feature("weekend_share"), .hourCosine, .hourSine,
      .feature("hour_entropy"), .feature("item_repeat_ratio"), .feature("type_entropy_bits"),
      .feature("category_entropy_bits"),
    ] + TypeTables.shareFeatures.map { .feature($0) }
}
