internal import HabitusKernels
public import HabitusModel
internal import HabitusStore

/// Preferences that follow events as they come: an event changes a user's evidence in constant time, and the scores are
/// those that a recomputation from all stored events would give.
///
/// Events may come in any order, late and more than once: what has the id of an event that was taken is left out. The
/// window moves on with the latest event, or with ``advance(to:)``. What everybody's preferences are like, who is whom
/// and who agrees to the analysis stay as they were when the tracker was made.
///
/// ```swift
/// var tracker = try await preferenceCalculator.tracker(of: ["12345"])
/// try tracker.take(event)
/// let preferences = try tracker.preferences(of: "12345")
/// ```
public struct PreferenceTracker: Sendable {
  private struct Followed {
    var tastes: UserTastes
    /// By hash of its id, the day of an event that was taken.
    var taken: [UInt64: Int] = [:]

    mutating func removeDays(before day: Int) {
      tastes.removeDays(before: day)
      taken = taken.filter { $0.value >= day }
    }
  }

  private var plan: PreferencePlan
  private var coder: PreferenceCoder
  private var dictionaries: EventDictionaries
  private let population: BoundPopulation
  private let reading: EventReading
  private let windowDays: Int
  private var users: [UserID: Followed]
  /// Whether users who are not yet known are followed, too.
  private let followsEveryone: Bool

  init(_ context: PreferenceContext, _ reading: EventReading, following users: [UserID]?) {
    plan = context.plan
    coder = context.coder
    dictionaries = context.dictionaries
    population = context.scorer.population
    windowDays = context.plan.window.days
    self.reading = reading
    followsEveryone = users == nil
    let persons = Set((users ?? []).map(reading.person))
    self.users = Dictionary(
      uniqueKeysWithValues: persons.map { ($0, Followed(tastes: UserTastes(context.plan))) })
  }

  /// The end of the window: one millisecond after the latest event that was taken, or later.
  public var asOf: Timestamp { plan.window.asOf }

  /// The persons who are followed, in order of their ids.
  public var followedUsers: [UserID] { users.keys.sorted() }

  /// Takes an event.
  ///
  /// - Returns: whether it was new evidence: not a repeated one, one before the window, a program's, or one of somebody
  ///   who is not followed or does not agree to the analysis.
  /// - Throws: ``FeatureError`` for a zone that is not known.
  /// - Complexity: O(1) in the events that were taken before; where the window moves on to another day, O(days · values
  ///   + events) of everybody who is followed.
  @discardableResult
  public mutating func take(_ event: Event) throws -> Bool {
    let user = reading.person(of: event.user)
    guard !reading.excludes(event.user), reading.includesBots || !event.isBot else { return false }
    guard users[user] != nil || followsEveryone else { return false }
    let hash = event.id.isEmpty ? nil : IdentifierHash.hash(of: event.id)
    if let hash, users[user]?.taken[hash] != nil { return false }
    if event.time >= asOf { try advance(to: Timestamp(milliseconds: event.time.milliseconds + 1)) }
    guard coder.read(coded(event)) else { return false }
    if users[user] == nil { users[user] = Followed(tastes: UserTastes(plan)) }
    if let hash { users[user]?.taken[hash] = coder.day }
    try users[user]?.tastes.take(coder, at: event.time.milliseconds)
    return true
  }

  /// Moves the end of the window on to `moment`, and forgets what no longer lies in it; an earlier moment changes nothing.
  public mutating func advance(to moment: Timestamp) throws {
    guard moment > asOf else { return }
    let firstDay = plan.firstDay
    plan = try plan.moved(to: AnalysisWindow(asOf: moment, days: windowDays, timeZone: plan.calendar.timeZone))
    coder.plan = plan
    guard plan.firstDay != firstDay else { return }
    for user in users.keys { users[user]?.removeDays(before: plan.firstDay) }
  }

  /// The preferences of a user at ``asOf``: by dimension, strongest first; empty without evidence.
  ///
  /// - Parameter limit: the most values of one dimension.
  /// - Complexity: O(days · values) of the user.
  public func preferences(of user: UserID, limit: Int = 20) throws -> [Preference] {
    let user = reading.person(of: user)
    guard let followed = users[user], !followed.tastes.isEmpty else { return [] }
    let scorer = try PreferenceScorer(plan, population)
    let scored = try scorer.scores(followed.tastes, limit: limit)
    return try scorer.preferences(scored, seed: IdentifierHash.hash(of: user.rawValue)) {
      PreferenceContext.text($0, $1, dictionaries, coder)
    }
  }

  /// The event with codes for its texts; texts that are new get new ones.
  private mutating func coded(_ event: Event) -> PreferenceEvent {
    func code(_ text: String?, _ dictionary: inout TermDictionary) -> UInt32 {
      guard let text, !text.isEmpty else { return TermDictionary.missing }
      return dictionary.code(adding: text)
    }
    let type = dictionaries.types.code(adding: event.type)
    if Int(type) == coder.typeCount { coder.addType(event.type) }
    return PreferenceEvent(
      time: event.time.milliseconds, type: type, item: code(event.item, &dictionaries.items),
      category: code(event.category, &dictionaries.categories), page: code(event.page, &dictionaries.pages),
      value: event.value ?? .nan, properties: coder.readsProperties(ofType: type) ? event.properties ?? "" : "")
  }
}

extension PreferenceCalculator {
  /// A tracker that has taken the stored events of the window.
  ///
  /// - Parameters:
  ///   - users: whom to follow; everybody, also those who are yet to come, unless given.
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  /// - Complexity: O(events of the users); of everybody O(events), and memory for each day and value of each user.
  public func tracker(
    of users: [UserID]? = nil, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> PreferenceTracker {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let context = try context(snapshot, asOf: asOf, windowDays: windowDays)
        var tracker = PreferenceTracker(context, try workspace.reading(asOf: asOf), following: users)
        let columns = context.columns.union([.ids, .bots])
        func take(_ frame: EventFrame) throws {
          for event in frame.events(snapshot.dictionaries) where event.time < context.plan.window.asOf {
            try tracker.take(event)
          }
        }
        if let users {
          for code in Set(users.filter { !snapshot.excludes($0) }.compactMap(snapshot.code)).sorted() {
            try take(try snapshot.events(of: code, columns: columns))
          }
        } else {
          let frames = try snapshot.scan(columns: columns, workers: workspace.workers, makeState: {}) {
            (_: inout Void, frame) in copy frame
          }
          for frame in frames { try take(frame) }
        }
        return tracker
      }
    }
  }
}
