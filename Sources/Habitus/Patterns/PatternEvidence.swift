internal import HabitusModel

/// What patterns of everybody are looked for in, collected in one scan.
struct PatternEvidence: Sendable {
  /// Sessions, by dimension.
  private(set) var sessions: [BehaviourSequences]
  private(set) var times: TimeReferenceScan
  /// What goes together, by dimension.
  private(set) var associations: [AssociationEvidence]

  init(_ settings: HabitusConfiguration.Patterns, _ plan: FeaturePlan) {
    sessions = settings.orderedDimensions.map(BehaviourSequences.init)
    times = TimeReferenceScan(plan)
    associations = AssociationEvidence.dimensions.map { AssociationEvidence($0, settings) }
  }

  /// Adds a user's events.
  mutating func add(_ timeline: UserTimeline) throws {
    for place in sessions.indices { sessions[place].add(timeline) }
    try times.add(timeline)
    for place in associations.indices { associations[place].add(timeline) }
  }

  /// Adds the events of other users.
  mutating func add(_ other: PatternEvidence) {
    for place in sessions.indices { sessions[place].add(other.sessions[place]) }
    times.add(other.times)
    for place in associations.indices { associations[place].add(other.associations[place]) }
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

extension AssociationEvidence {
  /// The parts of events that are looked at for what goes together.
  static let dimensions: [EventDimension] = [.eventType, .category]
}

extension HabitusConfiguration.Patterns {
  /// The dimensions of sequences in a fixed order.
  var orderedDimensions: [EventDimension] { EventDimension.allCases.filter(sequenceDimensions.contains) }
}
