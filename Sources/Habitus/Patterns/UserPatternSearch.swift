internal import HabitusModel

/// What is to be told of one user besides sequences and paths: times, what goes together, friction, changes.
struct UserPatternSearch: Sendable {
  private let dictionaries: EventDictionaries
  private let settings: HabitusConfiguration.Patterns
  private let times: TimePatterns
  private let timeReference: TimeReference

  init(
    _ settings: HabitusConfiguration.Patterns, _ plan: FeaturePlan, _ dictionaries: EventDictionaries,
    _ reference: PatternReference
  ) throws {
    self.dictionaries = dictionaries
    self.settings = settings
    times = try TimePatterns(settings, plan, dictionaries)
    timeReference = try reference.times(timeZone: plan.options.timeZone)
  }

  /// The user's patterns. O(events + days²).
  func patterns(of timeline: UserTimeline) throws -> [Pattern] {
    let user = UserID(dictionaries.users.text(of: timeline.user))
    var patterns = try times.patterns(of: timeline, user: user, reference: timeReference)
    for dimension in AssociationEvidence.dimensions {
      patterns += AssociationPatterns(settings, dimension, terms: dimension.terms(in: dictionaries))
        .patterns(of: timeline, user: user)
    }
    patterns += FrictionPatterns(settings, timeline.placeDimension, dictionaries: dictionaries)
      .patterns(of: timeline, user: user)
    patterns += try ChangePatterns(settings).patterns(of: timeline, user: user)
    return patterns
  }
}

extension UserTimeline {
  /// What the user's places are: pages where at least half of the events have one, types otherwise.
  var placeDimension: EventDimension {
    PatternDetector.dimension(pages: pageCount, events: count)
  }
}
