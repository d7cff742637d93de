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
  /// Key `tracking_integration.event_mapping`: by event type, the properties that become fields of the event; those of
  /// ``EventProperties/anyType`` hold for every type, after its own.
  public var eventMapping = EventProperties.defaults
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
    public var columns: [Field: String] = [:]
    /// The unit of what ``Field/timeOffset`` adds.
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

    /// A unit of time in numbers of a file.
    public enum TimeUnit: String, Sendable, CaseIterable {
      case seconds = "s"
      case milliseconds = "ms"
      case microseconds = "us"
      case nanoseconds = "ns"
    }

    /// The fields of an event that a column can be mapped to.
    public enum Field: String, Sendable, CaseIterable {
      case id, user, time
      /// A number that is added to the time, for files with a date and an offset.
      case timeOffset = "time_offset"
      case type, item, category, value, page, session
    }
  }

  /// The properties of one type of event that become fields of the event; `nil` where none does.
  public struct EventProperties: Sendable, Equatable {
    /// The property that names the item.
    public var item: String?
    /// The property that names the class of the item.
    public var category: String?
    /// The property that holds the quantity.
    public var value: String?
    /// The property that names the page.
    public var page: String?

    /// Makes a mapping; fields left out are mapped from no property.
    public init(item: String? = nil, category: String? = nil, value: String? = nil, page: String? = nil) {
      self.item = item
      self.category = category
      self.value = value
      self.page = page
    }

    /// The name that stands for every type of event.
    public static let anyType = "*"

    /// The mapping of the event types of the application's tracking contract.
    public static let defaults: [String: EventProperties] = [
      anyType: .init(category: "job_category", value: "duration"),
      "click": .init(item: "element_id", category: "element_type"),
      "search": .init(value: "results_count"),
      "filter": .init(category: "filter_type"),
      "download": .init(item: "document_id", category: "document_type"),
      "apply": .init(item: "job_id"),
      "match_proposed": .init(item: "match_id", value: "match_score"),
      "match_viewed": .init(item: "match_id", value: "view_duration_seconds"),
      "match_accepted": .init(item: "match_id", value: "decision_time_seconds"),
      "match_rejected": .init(item: "match_id", value: "decision_time_seconds"),
      "match_feedback": .init(item: "match_id", value: "rating"),
      "match_interaction": .init(item: "match_id", category: "interaction_type", value: "interaction_count"),
      "match_completed": .init(item: "match_id", value: "duration_days"),
      "match_abandoned": .init(item: "match_id", value: "duration_days"),
    ]
  }
}
