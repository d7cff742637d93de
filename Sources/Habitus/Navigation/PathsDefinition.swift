public import HabitusModel

/// Which steps are followed through the sessions of users, and which paths are looked for.
///
/// The **steps** of a session are its events, in order, each taken by one of its parts: ``dimension``. Events that
/// ``events`` does not name, and those without that part, are passed over; sessions are cut before, as everywhere. A
/// step right after itself is one **visit** unless ``countsRepeats``. The ``stateLimit`` most visited steps are told
/// apart, and those of ``from`` and ``to``; all others are joined into one.
public struct PathsDefinition: Hashable, Sendable {
  /// The part of an event that is a step.
  public var dimension: EventDimension
  /// Which events count; every event unless given.
  public var events: EventSelector
  /// Whether a step right after itself is a visit of its own.
  public var countsRepeats: Bool
  /// The step that paths begin with; `nil` for any.
  public var from: String?
  /// The step that paths end with; `nil` for any.
  public var to: String?
  /// How many visits paths have; within 2…10.
  public var lengths: ClosedRange<Int>
  /// The most paths of each length, and the most courses of whole sessions; 1 to 1,000.
  public var limit: Int
  /// How many visits after (before) its root a tree goes; 1 to 10.
  public var depth: Int
  /// The most branches of a node of a tree; 1 to 20.
  public var branching: Int
  /// How many steps are told apart; 1 to 1,000.
  public var stateLimit: Int
  /// The most paths that are held at once while the most frequent ones are searched; 1 to 100,000,000.
  public var pathBudget: Int

  /// Makes a definition, which is checked when it is used.
  public init(
    dimension: EventDimension = .eventType, events: EventSelector = EventSelector(), countsRepeats: Bool = false,
    from: String? = nil, to: String? = nil, lengths: ClosedRange<Int> = 3...4, limit: Int = 10, depth: Int = 3,
    branching: Int = 4, stateLimit: Int = 100, pathBudget: Int = 2_000_000
  ) {
    self.dimension = dimension
    self.events = events
    self.countsRepeats = countsRepeats
    self.from = from
    self.to = to
    self.lengths = lengths
    self.limit = limit
    self.depth = depth
    self.branching = branching
    self.stateLimit = stateLimit
    self.pathBudget = pathBudget
  }

  /// - Throws: ``HabitusError/invalidPaths(reason:)`` for a number out of range.
  func check() throws(HabitusError) {
    guard lengths.lowerBound >= 2, lengths.upperBound <= 10 else {
      throw .invalidPaths(
        reason: "they have \(lengths.lowerBound) to \(lengths.upperBound) steps; 2 to 10 are possible")
    }
    let numbers = [
      ("the most paths that are shown", limit, 1...1000), ("the depth of the tree", depth, 1...10),
      ("the most branches of a step", branching, 1...20), ("the most steps that are told apart", stateLimit, 1...1000),
      ("the most paths that are held", pathBudget, 1...100_000_000),
    ]
    for (name, value, allowed) in numbers where !allowed.contains(value) {
      throw .invalidPaths(
        reason: "\(name) cannot be \(value); \(allowed.lowerBound) to \(allowed.upperBound) are possible")
    }
  }
}
