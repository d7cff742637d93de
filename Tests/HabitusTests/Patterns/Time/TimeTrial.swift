import HabitusModel

@testable import Habitus

/// Users' events with what the patterns of time need.
struct TimeTrial {
  let plan: FeaturePlan
  let reference: TimeReference
  private let timelines: [UserTimeline]
  private let patterns: TimePatterns

  /// - Parameters:
  ///   - users: their events; those of `others` count for the reference only.
  ///   - start: midnight UTC, where the window of so many days begins.
  init(
    _ users: [[SimpleEvent]], others: [[SimpleEvent]] = [], start: Int64, days: Int, timeZone: String = "UTC",
    settings: HabitusConfiguration.Patterns = .init()
  ) throws {
    let (frame, dictionaries) = frame(of: users + others)
    var options = FeatureOptions()
    options.windowDays = days
    options.timeZone = timeZone
    let end = Timestamp(milliseconds: start + Int64(days) * MadeVisits.day)
    let plan = try FeaturePlan(
      options: options, window: AnalysisWindow(start: Timestamp(milliseconds: start), asOf: end, days: days),
      types: dictionaries.types)
    var scan = TimeReferenceScan(plan)
    for index in frame.users.indices {
      if let timeline = plan.timeline(of: frame, userAt: index) { try scan.add(timeline) }
    }
    self.plan = plan
    reference = try scan.finished()
    timelines = users.indices.compactMap { plan.timeline(of: frame, userAt: $0) }
    patterns = try TimePatterns(settings, plan, dictionaries)
  }

  /// The patterns of each user who has events.
  func found() throws -> [[Pattern]] {
    try timelines.map { try patterns.patterns(of: $0, user: "ann", reference: reference) }
  }

  var ofEverybody: [Pattern] { patterns.patterns(ofEverybody: reference) }

  /// Who slips away among the users, whose ids are their numbers.
  func slipping() throws -> (found: [SlippingUser], testedCount: Int) {
    var test = SlippingAwayTest(HabitusConfiguration.Patterns(), reference)
    for timeline in timelines { try test.add(timeline) }
    return (test.found(TermDictionary(timelines.map { String($0.user) })), test.testedCount)
  }
}

extension Pattern {
  /// Whether it says that the user, other than everybody, comes or acts by a routine.
  var isOwnHabit: Bool {
    switch kind {
    case .routine: comparison?.standing != .shared
    case .returns, .recurrentAction: true
    default: false
    }
  }
}
