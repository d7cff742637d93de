internal import HabitusKernels
public import HabitusModel

/// How many users of each cohort came back, period by period.
public struct RetentionReport: Sendable, Equatable {
  /// The users of one cohort who returned in one period.
  public struct Cell: Sendable, Equatable {
    /// Users who returned.
    public let returnedUserCount: Int
    /// Whether the period was over for every user of the cohort at the end of the window.
    public let isComplete: Bool
  }

  /// Users who started in one calendar period.
  public struct Cohort: Sendable, Equatable {
    /// The first day of the period.
    public let start: CivilDate
    /// Whether the whole period lies inside the window; users of the rest are missing.
    public let isWhole: Bool
    /// Its users.
    public let userCount: Int
    /// By period, from 0.
    public let cells: [Cell]

    /// The share of its users who returned in `period`; `nil` where it has none.
    public func share(in period: Int) -> Double? {
      userCount > 0 ? Double(cells[period].returnedUserCount) / Double(userCount) : nil
    }
  }

  /// One period over all cohorts for which it is complete.
  public struct Total: Sendable, Equatable {
    /// Users of these cohorts; a user of several counts in each.
    public let userCount: Int
    /// Those who returned.
    public let returnedUserCount: Int
    /// Their share; `nil` without users.
    public let share: Double?
    /// Wilson's interval of that share with 95 % confidence; `nil` without users.
    public let interval: ClosedRange<Double>?

    init(userCount: Int, returnedUserCount: Int) {
      self.userCount = userCount
      self.returnedUserCount = returnedUserCount
      share = userCount > 0 ? Double(returnedUserCount) / Double(userCount) : nil
      interval = Statistics.wilsonInterval(successes: Double(returnedUserCount), trials: Double(userCount))
    }
  }

  /// What was asked for.
  public let definition: RetentionDefinition
  /// Over which window.
  public let window: AnalysisWindow
  /// The cohorts from the first that has users to the last that has, those between without users too.
  public let cohorts: [Cohort]
  /// By period, from 0.
  public let totals: [Total]
  /// Types that the definition names and that no stored event has.
  public let unknownTypes: [String]

  init(_ plan: RetentionPlan, _ counts: RetentionCounts) {
    let periods = 0...plan.definition.periodCount
    definition = plan.definition
    window = plan.window
    unknownTypes = plan.masks.unknownTypes
    let known = counts.rows.keys
    let indices = known.min().flatMap { first in known.max().map { Array(first...$0) } } ?? []
    let cohorts = indices.map { index in
      let row = counts.rows[index]
      return Cohort(
        start: plan.calendar.start(of: index), isWhole: plan.isWhole(index), userCount: row?.userCount ?? 0,
        cells: periods.map { period in
          Cell(
            returnedUserCount: row?.returned[period] ?? 0,
            isComplete: plan.isComplete(period, ofCohort: index))
        })
    }
    self.cohorts = cohorts
    totals = periods.map { period in
      let complete = cohorts.filter { $0.cells[period].isComplete }
      return Total(
        userCount: complete.reduce(0) { $0 + $1.userCount },
        returnedUserCount: complete.reduce(0) { $0 + $1.cells[period].returnedUserCount })
    }
  }
}
