internal import HabitusModel

/// What patterns of everybody are looked for in.
struct PatternEvidence: Sendable {
  /// Sessions, by dimension.
  private(set) var sessions: [BehaviourSequences]
  private(set) var rhythm = Rhythm()

  init(_ settings: HabitusConfiguration.Patterns) { sessions = settings.orderedDimensions.map(BehaviourSequences.init) }

  /// Adds a user's events.
  mutating func add(_ timeline: UserTimeline) {
    for place in sessions.indices { sessions[place].add(timeline) }
    rhythm.add(timeline)
  }

  /// Adds the events of other users.
  mutating func add(_ other: PatternEvidence) {
    for place in sessions.indices { sessions[place].add(other.sessions[place]) }
    rhythm.add(other.rhythm)
  }

  /// Whether a sequence or path occurs in a session of a user.
  func has(_ pattern: Pattern, user: UInt32, _ dictionaries: EventDictionaries) -> Bool {
    guard let sessions = sessions.first(where: { $0.dimension == pattern.dimension }) else { return false }
    let terms = sessions.dimension.terms(in: dictionaries)
    let steps = pattern.elements.compactMap { terms.code(of: $0) }.map(Int32.init(bitPattern:))
    guard steps.count == pattern.elements.count else { return false }
    return sessions.contains(steps, isPath: pattern.kind == .path, user: user)
  }
}

extension HabitusConfiguration.Patterns {
  /// The dimensions of sequences in a fixed order.
  var orderedDimensions: [EventDimension] { EventDimension.allCases.filter(sequenceDimensions.contains) }
}
