internal import HabitusKernels
public import HabitusModel

/// How users go from step to step in their sessions.
///
/// Steps are numbered by falling visits, then by name, those that are joined into one last; other parts of the report
/// name them by these numbers.
public struct PathsReport: Sendable, Equatable {
  /// One step, or all those that are joined into one.
  public struct Step: Sendable, Equatable {
    /// What it is called; of joined steps a name that no step has.
    public let name: String
    /// Whether it stands for all steps that are not told apart.
    public let isJoined: Bool
    /// How often it was visited.
    public let visitCount: Int
    /// Sessions that came to it.
    public let sessionCount: Int
    /// Users who came to it.
    public let userCount: Int
    /// Sessions that began with it.
    public let entryCount: Int
    /// Sessions that ended with it.
    public let exitCount: Int
    /// The share of all sessions that began with it.
    public let entryShare: Double
    /// The share of its visits after which the session ended.
    public let exitShare: Double
    /// Wilson's interval of that share with 95 % confidence.
    public let exitInterval: ClosedRange<Double>?
  }

  /// One step right after another.
  public struct Transition: Sendable, Equatable {
    /// The step before.
    public let from: Int
    /// The step after.
    public let to: Int
    /// How often; 0 for one that is surprisingly missing.
    public let count: Int
    /// Sessions with it.
    public let sessionCount: Int
    /// Users with it.
    public let userCount: Int
    /// Its share of all transitions away from the step before.
    public let share: Double
    /// That share drawn towards what is usual: (count + p) / (all + 1), where p is the share of all transitions that
    /// lead to the step after, among those that could follow.
    public let probability: Double
    /// The median time from one step to the other, in seconds; `nil` where it never happened. Longer ones count as 49.7
    /// days.
    public let medianSeconds: Double?
    /// What speaks for chance or against it; `nil` where too few are expected to say.
    public let chance: Chance?
  }

  /// A number of transitions compared with what it would be if the next step did not depend on the one before.
  public struct Chance: Sendable, Equatable {
    /// How many that would be.
    public let expectedCount: Double
    /// The smallest false-discovery rate at which the difference is reported, among all transitions compared.
    public let qValue: Double
    /// Whether that is within the configured level, and there are at least twice or at most half as many as expected.
    public let isSurprising: Bool
  }

  /// Visits one right after the other.
  public struct Path: Sendable, Equatable {
    /// The steps.
    public let steps: [Int]
    /// How often it was taken; a session may have it several times.
    public let occurrenceCount: Int
    /// Sessions with it.
    public let sessionCount: Int
    /// Users with it.
    public let userCount: Int
  }

  /// A node of a tree: the paths from its root to here, or where a tree goes backwards from here to its root.
  public struct Branch: Sendable, Equatable {
    /// The step; `nil` for the beginning of a session.
    public let step: Int?
    /// How often it was come to on this path.
    public let visitCount: Int
    /// Sessions in which that happened.
    public let sessionCount: Int
    /// Users to whom.
    public let userCount: Int
    /// After how many of these the session ended; in a tree that goes backwards, with how many it began.
    public let endedCount: Int
    /// What came next (before), the most frequent first; none at the greatest depth.
    public let branches: [Branch]
    /// How many went on (came from somewhere) in ways that ``branches`` does not have.
    public var otherCount: Int { branches.reduce(visitCount - endedCount) { $0 - $1.visitCount } }
  }

  /// How many visits sessions have.
  public struct Depth: Sendable, Equatable {
    /// One place in a session.
    public struct Position: Sendable, Equatable {
      /// Sessions that came to it.
      public let reachedCount: Int
      /// Sessions of which it was the last.
      public let endedCount: Int
      /// The share of those that came to it which ended there.
      public var dropOff: Double { Double(endedCount) / Double(reachedCount) }
    }

    /// The shares of sessions that ``quantiles`` belong to.
    public static let probabilities = [0.1, 0.25, 0.5, 0.75, 0.9]
    /// The most ``positions``.
    public static let maximumPositionCount = 50
    /// The mean number of visits.
    public let mean: Double
    /// The numbers below which these shares of the sessions lie, interpolated as numpy does.
    public let quantiles: [Double]
    /// The greatest number.
    public let maximum: Int
    /// The first place, the second and so on, at most 50.
    public let positions: [Position]
  }

  /// What the report leaves out.
  public struct Omissions: Sendable, Equatable {
    /// Events that the definition means and that have no step.
    public let eventsWithoutStep: Int
    /// Steps that are joined into one.
    public let joinedStepCount: Int
    /// Their visits.
    public let joinedVisitCount: Int
    /// Transitions between other steps than those of ``PathsReport/transitions``.
    public let transitionKindCount: Int
    /// Paths in fewer sessions were not looked for; 1 where all were.
    public let leastSessionCount: Int
    /// Longer paths were not looked for, as they would not have fitted the budget; `nil` where all were.
    public let searchedLength: Int?
  }

  /// The most ``transitions``.
  public static let maximumTransitionCount = 10_000

  /// What was asked for.
  public let definition: PathsDefinition
  /// Over which window.
  public let window: AnalysisWindow
  /// Events that the definition means.
  public let eventCount: Int
  /// Sessions with a step.
  public let sessionCount: Int
  /// Users with a step.
  public let userCount: Int
  /// All visits.
  public let visitCount: Int
  /// The steps.
  public let steps: [Step]
  /// Those that happened and those that are surprisingly missing, the most frequent first, then by steps.
  public let transitions: [Transition]
  /// Paths of the lengths that are asked for, with the first and last step that are asked for: by length, of each those
  /// in most sessions first. None goes through joined steps.
  public let paths: [Path]
  /// The most frequent courses of whole sessions of at most 20 visits, from the first to the last, without joined steps.
  public let courses: [Path]
  /// What follows the beginning of sessions, or the step that paths are to begin with; `nil` where that was not visited.
  public let forwardTree: Branch?
  /// What led to the step that paths are to end with; `nil` where none is given, or it was not visited.
  public let backwardTree: Branch?
  /// How many visits sessions have; `nil` without sessions.
  public let depth: Depth?
  /// What is left out.
  public let omissions: Omissions
  /// Steps that the definition asks for and that nobody visited.
  public let unvisitedSteps: [String]
  /// Types that the definition names and that no stored event has.
  public let unknownTypes: [String]

  /// The surprising transitions, those least explained by chance first.
  public var surprises: [Transition] {
    transitions.filter { $0.chance?.isSurprising == true }.sorted { first, second in
      let (a, b) = (first.deviation, second.deviation)
      return a != b ? a > b : (first.from, first.to) < (second.from, second.to)
    }
  }
}

extension PathsReport.Transition {
  /// How far the count is from what is expected, in standard deviations of a Poisson variable.
  fileprivate var deviation: Double {
    guard let chance, chance.expectedCount > 0 else { return 0 }
    return abs(Double(count) - chance.expectedCount) / chance.expectedCount.squareRoot()
  }
}
