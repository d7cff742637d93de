/// Steps that users are expected to take, and what counts as having taken them.
///
/// An **attempt** is a row of one user's events inside the window of the analysis, each of which serves one step, no
/// event two, in the order of events: by time, those of one millisecond by type, item, category, value, then id. From
/// the first to the last of them lies at most ``window``, and no event that ``exclusions`` name. An attempt may end
/// after any step. The user counts for as many steps as the longest attempt has. Where several have as many, the one
/// that begins first counts for times, with each further step at the earliest event that can serve it.
public struct FunnelDefinition: Hashable, Sendable {
  /// How steps follow each other.
  public enum Order: String, Sendable, CaseIterable {
    /// In the order of the definition, with any events between.
    case ordered
    /// In the order of the definition, with no other event of the user between.
    case strict
    /// In any order; the first, second … step is then whichever is taken first, second ….
    case any
  }

  /// The steps; 1 to 32.
  public var steps: [EventSelector]
  /// How they follow each other.
  public var order: Order
  /// The longest time from the first to the last event of an attempt, which it may just reach; whole milliseconds.
  public var window: Duration
  /// Events that end every attempt that is under way, and serve no step themselves; at most 32 selectors.
  public var exclusions: [EventSelector]

  /// The conversion window unless another is given: 14 days.
  public static let standardWindow: Duration = .seconds(14 * 86_400)
  /// The most steps.
  public static let maximumStepCount = 32

  /// Makes a definition, which is checked when it is used.
  public init(
    steps: [EventSelector], order: Order = .ordered, window: Duration = standardWindow,
    exclusions: [EventSelector] = []
  ) {
    self.steps = steps
    self.order = order
    self.window = window
    self.exclusions = exclusions
  }

  /// ``window`` in milliseconds, a rest cut.
  ///
  /// - Throws: ``HabitusError/invalidFunnel(reason:)`` for a number of steps outside 1…32, more than 32 exclusions,
  ///   a window below a millisecond or above a hundred years, and a step that is excluded as a whole.
  func checkedWindow() throws(HabitusError) -> Int64 {
    guard (1...Self.maximumStepCount).contains(steps.count) else {
      throw .invalidFunnel(reason: "it has \(steps.count) steps; 1 to \(Self.maximumStepCount) are possible")
    }
    guard exclusions.count <= Self.maximumStepCount else {
      throw .invalidFunnel(
        reason: "it has \(exclusions.count) exclusions; at most \(Self.maximumStepCount) are possible")
    }
    guard window >= .milliseconds(1), window <= .seconds(36_525 * 86_400) else {
      throw .invalidFunnel(reason: "its conversion window is \(window); it takes 1 ms to 100 years")
    }
    if let step = steps.first(where: exclusions.contains) {
      throw .invalidFunnel(reason: "'\(step)' is a step and excluded at once")
    }
    let (seconds, attoseconds) = window.components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
