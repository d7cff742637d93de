public import HabitusModel
internal import HabitusStore
internal import Synchronization

/// When a service analyses everybody, and when it finds the groups anew.
///
/// Everybody is analysed as often as profiles are configured to be updated. The groups stand until they are of the
/// configured age, or until users have drifted or moved as far as is configured; meanwhile users are put into the groups
/// that stand. Whether users have drifted is looked at every hour at most, for it takes the features of everybody. What a
/// service did before it was started again is known from the groups that stand: it goes on with them.
public final class AnalysisSchedule: Sendable {
  /// What was done.
  public struct Outcome: Sendable, Equatable {
    /// The groups that users were put into.
    public let grouping: Analysis.Grouping
    /// Why the groups were found anew; empty where they stand, or where there were none.
    public let reasons: [LocalizedText]
  }

  /// Configuration and store.
  public let workspace: Workspace

  private let clock: @Sendable () -> Timestamp
  private let state: Mutex<State>

  private struct State {
    /// When everybody was analysed last.
    var lastAnalysis: Timestamp?
    /// When the groups were last found anew, or could not be.
    var lastFit: Timestamp?
    /// When it was last looked whether users have drifted; at first when this was made.
    var lastLook: Timestamp
  }

  /// The least time between two looks whether users have drifted, and after groups that could not be found.
  static let timeBetweenLooks: Duration = .seconds(3600)
  /// How often it is looked at least whether something is due.
  private static let slowestPace: Duration = .seconds(600)

  /// Prepares the schedule of a workspace.
  ///
  /// - Parameter clock: the present moment, which is the end of the window; the machine's unless given.
  public init(_ workspace: Workspace, clock: (@Sendable () -> Timestamp)? = nil) {
    self.workspace = workspace
    self.clock = clock ?? { .now }
    state = Mutex(State(lastLook: self.clock()))
  }

  /// How often ``run()`` is to be called.
  public var pace: Duration {
    min(
      workspace.configuration.profiles.updateFrequency, workspace.configuration.clustering.updateFrequency,
      Self.slowestPace)
  }

  /// Analyses everybody as of now, if that is due.
  ///
  /// - Returns: what was done; `nil` where nothing was due.
  /// - Throws: as ``Analysis/run(asOf:windowDays:grouping:progress:)``; what was due stays due then.
  @discardableResult
  public func run() async throws -> Outcome? {
    let now = clock()
    guard let outcome = try await dueOutcome(now) else { return nil }
    _ = try await Analysis(workspace).run(asOf: now, grouping: outcome.grouping)
    state.withLock { state in
      state.lastAnalysis = now
      if outcome.grouping == .anew { (state.lastFit, state.lastLook) = (now, now) }
    }
    return outcome
  }

  private func dueOutcome(_ now: Timestamp) async throws -> Outcome? {
    guard let fitted = try await UserClustering(workspace).lastFit() else {
      return Outcome(grouping: .anew, reasons: [])
    }
    if let reasons = try await reasonsForFit(fitted, now) { return Outcome(grouping: .anew, reasons: reasons) }
    let last = state.withLock { max($0.lastAnalysis ?? fitted, fitted) }
    let isDue = last.distance(to: now) >= workspace.configuration.profiles.updateFrequency
    return isDue ? Outcome(grouping: .standing, reasons: []) : nil
  }

  /// Why the groups are to be found anew; `nil` where they are not.
  private func reasonsForFit(_ fitted: Timestamp, _ now: Timestamp) async throws -> [LocalizedText]? {
    let policy = workspace.configuration.clustering
    let state = state.withLock { $0 }
    // Groups that could not be found, for want of users, are not looked for all the time.
    if let last = state.lastFit, last.distance(to: now) < min(Self.timeBetweenLooks, policy.updateFrequency) {
      return nil
    }
    let age = fitted.distance(to: now)
    if age >= policy.updateFrequency { return [RefitText.age(age, limit: policy.updateFrequency)] }
    guard state.lastLook.distance(to: now) >= Self.timeBetweenLooks else { return nil }
    self.state.withLock { $0.lastLook = now }
    let drift = try await UserClustering(workspace).drift(asOf: now, windowDays: nil, now: now)
    return drift.isRefitDue ? drift.reasons : nil
  }
}

extension Timestamp {
  /// The time from this moment to another; negative where that is earlier.
  fileprivate func distance(to other: Timestamp) -> Duration { .milliseconds(other.milliseconds - milliseconds) }
}
