public import HabitusTracking

/// Everything that can be configured, by section, as plain values.
///
/// `HabitusConfiguration()` holds the defaults. ``load(file:settings:overrides:surroundings:)`` reads a file, the
/// environment and flags. Which key sets which property, its range and its meaning stand in
/// ``ConfigurationSchema/habitus``.
public struct HabitusConfiguration: Sendable, Equatable {
  /// Section `storage`.
  public var storage = Storage()
  /// Section `import`.
  public var importing = Importing()
  /// Key `tracking_integration.event_mapping`.
  public var eventMapping = EventMapping.standard
  /// The other keys of section `tracking_integration`.
  public var pulls = Pulls()
  /// Section `consent`.
  public var consent = Consent()
  /// Section `identity`.
  public var identity = Identity()
  /// Section `feature_extraction`.
  public var features = FeatureOptions()
  /// Section `profile_manager`.
  public var profiles = Profiles()
  /// Section `user_clustering`.
  public var clustering = Clustering()
  /// Section `pattern_detector`.
  public var patterns = Patterns()
  /// Section `preference_calculator`.
  public var preferences = Preferences()
  /// Section `predictions`.
  public var predictions = Predictions()
  /// Section `navigation`.
  public var navigation = Navigation()
  /// Section `visualization`.
  public var visualization = Visualization()
  /// Section `api`.
  public var api = API()
  /// Section `intake`.
  public var intake = IntakeOptions()
  /// Section `log`.
  public var log = Log()

  /// The defaults.
  public init() {}
}

extension HabitusConfiguration {
  /// Where the data lives.
  public struct Storage: Sendable, Equatable {
    /// The data folder; a relative path starts at the working directory.
    public var path = "./data"

    /// The defaults.
    public init() {}
  }

  /// How files of events are read.
  public struct Importing: Sendable, Equatable {
    /// The namespace that the identifiers of imported events belong to.
    public var namespace = "default"
    /// What separates the fields of a text table.
    public var delimiter = Delimiter.auto
    /// A strptime format of the times, or `nil` to recognise ISO 8601 and epoch numbers.
    public var timeFormat: String?
    /// IANA name of the zone of times that state no offset.
    public var timeZone = "UTC"
    /// Where each field of an event comes from: a column's name, `=` and a constant, or a template in braces.
    public var columns: [EventField: String] = [:]
    /// The unit of what `EventField.timeOffset` adds.
    public var timeOffsetUnit = TimeUnit.milliseconds
    /// The texts that mean that a row has no user, besides the empty text.
    public var missingUser: [String] = []

    /// The defaults.
    public init() {}

    /// What separates the fields of a text table.
    public enum Delimiter: String, Sendable, CaseIterable {
      /// Found out from the file.
      case auto
      case comma, semicolon, tab, pipe, blank

      /// The separating character; `nil` for ``auto``.
      public var character: Character? {
        switch self {
        case .auto: nil
        case .comma: ","
        case .semicolon: ";"
        case .tab: "\t"
        case .pipe: "|"
        case .blank: " "
        }
      }
    }
  }
}

extension HabitusConfiguration {
  /// The name that stands for every type of event in ``eventRules``.
  static let anyType = "*"

  /// ``eventMapping`` as the configuration writes it: the rules by event type, and the one for every event as ``anyType``.
  var eventRules: [String: EventMapping.Rule] {
    get {
      var rules = eventMapping.rules
      if eventMapping.fallback != EventMapping.Rule() { rules[Self.anyType] = eventMapping.fallback }
      return rules
    }
    set {
      eventMapping = EventMapping(rules: newValue, fallback: newValue[Self.anyType] ?? EventMapping.Rule())
      eventMapping.rules[Self.anyType] = nil
    }
  }
}
