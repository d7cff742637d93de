internal import Foundation
public import HabitusModel

/// Computes the features of all users of a frame, in one pass over its columns.
///
/// A user's run is gone over by several short loops, each for one family of features, while it lies in the processor's
/// nearest cache. Nothing is allocated on the way once the scratch memory has grown to the largest user. One scanner
/// serves one thread; results do not depend on how users are distributed over frames, scanners or threads.
public struct FeatureScanner: ~Copyable {
  /// What is fixed for the scan.
  public let plan: FeaturePlan

  let entropy = EntropyTable()
  var row = ScratchBuffer<Double>(capacity: FeatureColumn.allCases.count, filling: .nan)
  var selected: ScratchBuffer<Double>
  var sessions: SessionScratch
  var items = ItemScratch()
  var clock: ClockScratch
  var typeCounter = CodeCounter()
  var categoryCounter = CodeCounter()
  let typeCount: Int
  let goalCount: Int
  let shareTypes: ScratchBuffer<Int>
  let goalTypes: ScratchBuffer<Int>
  let typeRoles: ScratchBuffer<UInt8>
  let typeWeights: ScratchBuffer<Double>
  private let coreColumns: ScratchBuffer<Int>
  private let coreColumnCount: Int
  private let copiesWholeRow: Bool
  private let lastWeekStart: Int64
  private let previousWeekStart: Int64
  private let hasMomentum: Bool
  let windowEnd: Int64

  /// Makes a scanner with its own scratch memory.
  public init(_ plan: FeaturePlan) {
    self.plan = plan
    selected = ScratchBuffer(capacity: plan.definitions.count, filling: .nan)
    sessions = SessionScratch()
    clock = ClockScratch(plan.timeTables)
    typeCount = plan.typeTables.count
    goalCount = plan.typeTables.goals.count
    shareTypes = ScratchBuffer(plan.typeTables.shares, padding: 0)
    goalTypes = ScratchBuffer(plan.typeTables.goals, padding: 0)
    typeRoles = ScratchBuffer(plan.typeTables.roles, padding: 0)
    typeWeights = ScratchBuffer(plan.typeTables.weights, padding: 0)
    coreColumns = ScratchBuffer(plan.coreColumns, padding: 0)
    coreColumnCount = plan.coreColumns.count
    copiesWholeRow = coreColumnCount == FeatureColumn.allCases.count && plan.addedFeatures.isEmpty
    lastWeekStart = plan.lastWeekStart
    previousWeekStart = plan.previousWeekStart
    hasMomentum = plan.window.days >= 14
    windowEnd = plan.window.asOf.milliseconds
  }

  /// Adds a row to `rows` for every user of `frame` with at least one event inside the window, in the frame's order.
  ///
  /// The frame has the columns that ``FeaturePlan/columns`` names, and its type codes are those of
  /// ``FeaturePlan/types``.
  ///
  /// - Complexity: O(events in the window + users · log of their events).
  public mutating func scan(_ frame: EventFrame, into rows: inout FeatureRows) {
    precondition(rows.columnCount == plan.definitions.count, "rows for the columns of this plan")
    precondition(frame.offsets.count == frame.users.count + 1, "a frame has one offset more than users")
    precondition(frame.offsets[frame.users.count] <= frame.eventCount, "the runs of a frame lie in its columns")
    guard frame.eventCount > 0 else { return }
    rows.reserveFurther(frame.users.count)
    var timeline =
      plan.addedFeatures.isEmpty
      ? nil : UserTimeline(frame: frame, user: 0, range: 0..<0, plan: plan)
    FrameColumns.with(frame, plan: plan) { columns in
      guard let times = columns.times.baseAddress else { return }
      for index in 0..<frame.users.count {
        let range = plan.range(of: columns.times, from: frame.offsets[index], to: frame.offsets[index + 1])
        if range.isEmpty { continue }
        measure(EventRun(columns, times: times, range: range))
        let row = selectColumns()
        timeline?.user = frame.users[index]
        timeline?.range = range
        if let timeline { addFeatures(of: timeline, to: row) }
        rows.append(user: frame.users[index], values: UnsafeBufferPointer(start: row, count: rows.columnCount))
      }
    }
  }

  /// The row with the selected columns of the core dictionary; the rest is still to be filled.
  private mutating func selectColumns() -> UnsafeMutablePointer<Double> {
    if copiesWholeRow { return row.base }
    for column in 0..<coreColumnCount { selected.base[column] = row.base[coreColumns.base[column]] }
    return selected.base
  }

  private func addFeatures(of timeline: UserTimeline, to row: UnsafeMutablePointer<Double>) {
    var column = coreColumnCount
    for feature in plan.addedFeatures {
      row[column] = feature.value(of: timeline) ?? .nan
      column += 1
    }
  }

  /// Fills ``row`` with all features of the core dictionary.
  private mutating func measure(_ run: EventRun) {
    let limits = run.codeLimits
    measureVolume(run)
    measureSessions(run)
    measureContent(run, itemLimit: limits.items, categoryLimit: limits.categories)
    measureTypes(run, typeLimit: limits.types)
    measureClock(run)
  }

  @inline(__always) func set(_ column: FeatureColumn, _ value: Double) { row.base[column.rawValue] = value }

  @inline(__always) func set(_ column: FeatureColumn, _ count: Int) { row.base[column.rawValue] = Double(count) }

  private func measureVolume(_ run: EventRun) {
    set(.eventCount, run.count)
    set(.recencyDays, Double(windowEnd &- run.times[run.count &- 1]) / 86_400_000)
    set(.spanDays, Double(run.span) / 86_400_000)
    let beforeLast = run.countOfEvents(before: lastWeekStart)
    let last = run.count &- beforeLast
    let previous = beforeLast &- run.countOfEvents(before: previousWeekStart)
    set(.eventsLast7Days, last)
    set(.eventsPrevious7Days, previous)
    set(.momentum, hasMomentum ? entropy.log2(last &+ 1) - entropy.log2(previous &+ 1) : .nan)
  }
}
