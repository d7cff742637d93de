public import HabitusModel

extension HabitusConfiguration {
  /// How profiles are kept.
  public struct Profiles: Sendable, Equatable {
    /// A profile older than this is due for an update.
    public var updateFrequency: Duration = .seconds(24 * 3600)
    /// When a service brings the features of users up to date of whom events have come.
    public var refresh = Refresh.live
    /// The pause between two such refreshes.
    public var refreshInterval: Duration = .milliseconds(250)
    /// Whether updating the profile of a user who has none creates it.
    public var createsProfiles = true
    /// The time after its last update at which a profile expires, or `nil` for never.
    public var timeToLive: Duration? = .seconds(90 * 86_400)
    /// The fields of base information that are kept apart and left out unless asked for.
    public var secureFields = ["personal_info", "contact_details"]
    /// Whether earlier feature values are kept.
    public var keepsHistory = true

    /// The defaults.
    public init() {}

    /// When profiles are brought up to date.
    public enum Refresh: String, Sendable, CaseIterable {
      /// As soon as events have come.
      case live
      /// Together with the analysis.
      case scheduled
    }
  }

  /// How patterns are looked for.
  public struct Patterns: Sendable, Equatable {
    /// The parts of events that sequences are made of.
    public var sequenceDimensions: Set<EventDimension> = [.eventType, .page]
    /// What is one sequence.
    public var sequenceScope = SequenceScope.sessions
    /// The share of users who have a frequent sequence at least; above 0, at most 1.
    public var minimumSupport = 0.1
    /// The largest number of steps in a sequence.
    public var maximumLength = 5
    /// The most events of a sequence that may stand between two of its steps; `nil` for any number.
    public var maximumGap: Int?
    /// The longest time from the first to the last step; `nil` for any.
    public var maximumSpan: Duration?
    /// Which of the frequent sequences are kept.
    public var selection = SequenceSelection.closed
    /// What chance is taken to be.
    public var nullModel = SequenceNullModel.independence
    /// The cycles that activity is compared with.
    public var intervals = Set(Interval.allCases)
    /// How often something happens at least to be recurrent.
    public var minimumOccurrences = 3
    /// How closely things go together at least (phi, or a rank correlation) to be told; 0…1.
    public var correlationThreshold = 0.3
    /// Within what time a thing follows another.
    public var followUpLag: Duration = .seconds(86_400)
    /// The expected share of false discoveries among the reported patterns; above 0, below 1.
    public var falseDiscoveryLevel = 0.05
    /// What a search may take.
    public var budget = Budget()

    /// The defaults.
    public init() {}

    /// What is one sequence.
    public enum SequenceScope: String, Sendable, CaseIterable {
      /// Each session of a user.
      case sessions
      /// All of a user's events in the window.
      case histories
    }

    /// Which of the frequent sequences are kept.
    public enum SequenceSelection: String, Sendable, CaseIterable {
      /// All.
      case all
      /// Those that no longer one with the same support contains.
      case closed
      /// Those that no longer frequent one contains.
      case maximal
    }

    /// What chance is taken to be.
    public enum SequenceNullModel: String, Sendable, CaseIterable {
      /// Every event is drawn by itself, by the shares of all.
      case independence
      /// Every event is drawn by what the event before it is usually followed by.
      case markov
    }

    /// A cycle that activity is compared with.
    public enum Interval: String, Sendable, CaseIterable {
      /// The hours of the day.
      case hourly
      /// The days of the week.
      case daily
      /// The hours of the week.
      case weekly
    }

    /// What a search may take; what is then missing is told.
    public struct Budget: Sendable, Equatable {
      /// The most sequences that are kept at one time.
      public var patternCount = 20_000
      /// The most memory that the search itself takes, in bytes.
      public var byteCount = 1 << 29
      /// The longest time for the sequences of one dimension.
      public var time: Duration = .seconds(60)

      /// The defaults.
      public init() {}
    }
  }

  /// How preferences are calculated.
  public struct Preferences: Sendable, Equatable {
    /// The kinds of preferences to calculate.
    public var categories = Set(Category.allCases)
    /// Length of the window in calendar days; at least 1.
    public var windowDays = 30
    /// The time after which an event counts half, by kind.
    public var halfLives = HalfLives()
    /// Points by event type; negative ones speak against.
    public var eventWeights: [String: Double] = [
      "page_view": 1, "click": 2, "search": 3, "filter": 2, "save": 4, "download": 5, "apply": 10,
      "match_accepted": 5, "match_rejected": -5, "dismiss": -2,
    ]
    /// Points of any other type.
    public var otherEventWeight = 1.0
    /// The properties, of events or of their items, whose values may be preferred, besides item and category.
    public var properties: [String] = []
    /// The time for which a page is looked at that counts as one view, where the view tells it.
    public var usualViewTime: Duration = .seconds(30)
    /// The property of an event that says why something was turned away from.
    public var reasonsProperty = "reasons"
    /// How ratings are read.
    public var ratings = Ratings()

    /// The defaults.
    public init() {}

    /// How ratings are read, and what they count.
    public struct Ratings: Sendable, Equatable {
      /// The event types that are ratings.
      public var types = ["match_feedback", "rating", "review"]
      /// The property that holds the rating on the whole; where there is none it is the event's value.
      public var property = "rating"
      /// The property that holds the ratings of single aspects, by name.
      public var aspectsProperty = "specific_aspects"
      /// The lowest rating there is.
      public var lowest = 1.0
      /// The highest rating there is, above the lowest.
      public var highest = 5.0
      /// Points of the best rating of a reviewer; the worst has as many against.
      public var weight = 5.0

      /// The defaults.
      public init() {}
    }

    /// A kind of preference.
    public enum Category: String, Sendable, CaseIterable {
      /// Items, their categories and properties.
      case content
      /// Ways of acting, and the types of events.
      case interaction
      /// Times of day and days of the week.
      case time
      /// Parts of the product that are used.
      case feature
    }

    /// The time after which an event counts half, by kind of preference.
    public struct HalfLives: Sendable, Equatable {
      /// For ``Category/content``.
      public var content: Duration = .seconds(14 * 86_400)
      /// For ``Category/interaction``.
      public var interaction: Duration = .seconds(14 * 86_400)
      /// For ``Category/time``.
      public var time: Duration = .seconds(14 * 86_400)
      /// For ``Category/feature``.
      public var feature: Duration = .seconds(14 * 86_400)

      /// The defaults.
      public init() {}

      /// The half-life of one kind.
      public subscript(category: Category) -> Duration {
        switch category {
        case .content: content
        case .interaction: interaction
        case .time: time
        case .feature: feature
        }
      }
    }
  }

  /// What is predicted of users.
  public struct Predictions: Sendable, Equatable {
    /// Within how many calendar days leaving and goals are predicted; at least 1.
    public var horizonDays = 30
    /// The event types whose values are amounts of money that users spend; none unless given.
    public var valueTypes: [String] = []

    /// The defaults.
    public init() {}
  }
}
