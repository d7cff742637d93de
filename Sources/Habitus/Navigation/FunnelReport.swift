internal import HabitusKernels
public import HabitusModel

/// How many users took how many steps of a funnel, and how long they needed.
public struct FunnelReport: Sendable, Equatable {
  /// Quantiles of a time, over the users who took a step.
  public struct Times: Sendable, Equatable {
    /// The shares of users that ``seconds`` belong to.
    public static let probabilities = [0.1, 0.25, 0.5, 0.75, 0.9]
    /// The times below which these shares of the users lie, in seconds, interpolated as numpy does.
    public let seconds: [Double]
    /// The time that half of the users needed at most, in seconds.
    public var median: Double { seconds[2] }

    /// `nil` without times.
    init?(_ milliseconds: [Int64]) {
      guard !milliseconds.isEmpty else { return nil }
      let sorted = milliseconds.sorted().map { Double($0) / 1000 }
      seconds = Self.probabilities.compactMap { Statistics.quantile($0, ofSorted: sorted) }
    }
  }

  /// One step.
  public struct Step: Sendable, Equatable {
    /// Which events serve it; `nil` where steps come in any order, and this is the first, second … that is taken.
    public let selector: EventSelector?
    /// Users who took at least as many steps.
    public let userCount: Int
    /// Their share of those who took the first; `nil` where nobody did.
    public let rateFromFirst: Double?
    /// Their share of those who took the one before; `nil` for the first, and where nobody took that.
    public let rateFromPrevious: Double?
    /// Users who got here and no further; 0 for the last step.
    public let dropOff: Int
    /// The time since the step before; `nil` for the first, and where nobody got here.
    public let timeFromPrevious: Times?
    /// The time since the first step; `nil` for the first, and where nobody got here.
    public let timeFromFirst: Times?
  }

  /// What was asked for.
  public let definition: FunnelDefinition
  /// Over which window.
  public let window: AnalysisWindow
  /// The steps.
  public let steps: [Step]
  /// Types that steps and exclusions name and that no stored event has.
  public let unknownTypes: [String]

  /// Users who took the first step, in any order: one of them.
  public var enteredUserCount: Int { steps.first?.userCount ?? 0 }
  /// Users who took all steps.
  public var convertedUserCount: Int { steps.last?.userCount ?? 0 }
  /// The share of those who took the first step that took all; `nil` where nobody did.
  public var conversionRate: Double? { steps.last?.rateFromFirst }

  init(_ definition: FunnelDefinition, window: AnalysisWindow, unknownTypes: [String], outcomes: [FunnelOutcomes]) {
    self.definition = definition
    self.window = window
    self.unknownTypes = unknownTypes
    let stepCount = definition.steps.count
    var endings = [Int](repeating: 0, count: stepCount + 1)
    for level in outcomes.lazy.flatMap(\.levels) { endings[level] += 1 }
    var reached = endings
    for level in stride(from: stepCount - 1, to: 0, by: -1) { reached[level] += reached[level + 1] }
    steps = (0..<stepCount).map { index in
      func rate(of base: Int) -> Double? { base > 0 ? Double(reached[index + 1]) / Double(base) : nil }
      return Step(
        selector: definition.order == .any ? nil : definition.steps[index], userCount: reached[index + 1],
        rateFromFirst: rate(of: reached[1]), rateFromPrevious: index > 0 ? rate(of: reached[index]) : nil,
        dropOff: index + 1 < stepCount ? endings[index + 1] : 0,
        timeFromPrevious: index > 0 ? Times(outcomes.flatMap { $0.times(from: index - 1, to: index) }) : nil,
        timeFromFirst: index > 0 ? Times(outcomes.flatMap { $0.times(from: 0, to: index) }) : nil)
    }
  }
}

/// How far users came, and when: the result of a part of a scan.
struct FunnelOutcomes: Sendable {
  /// Users who took a step at least.
  private(set) var users: [UInt32] = []
  /// How many steps each took; at least 1.
  private(set) var levels: [Int] = []
  /// Where the moments of each begin in ``moments``.
  private var offsets: [Int] = []
  private var moments: [Int64] = []

  /// Adds a user who took steps at `moments`, of which there is one at least.
  mutating func append(_ user: UInt32, _ moments: [Int64]) {
    users.append(user)
    levels.append(moments.count)
    offsets.append(self.moments.count)
    self.moments += moments
  }

  /// The milliseconds from one step to another, of the users who took both.
  func times(from first: Int, to second: Int) -> [Int64] {
    levels.indices.filter { levels[$0] > second }.map { moments[offsets[$0] + second] - moments[offsets[$0] + first] }
  }
}
