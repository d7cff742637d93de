public import HabitusModel
internal import HabitusStore

/// Keeps how far sources have been read and how they are doing.
public struct SourceStates: Sendable {
  /// Configuration and store.
  public let workspace: Workspace

  /// A source with its state, and what the intake has counted of it.
  public struct Summary: Sendable, Equatable {
    /// What people call the source.
    public var name: String
    /// How far it was read; `nil` for sources that send by themselves.
    public var state: SourceState?
    /// What was counted.
    public var counts: [IntakeCount.Key: Int]
  }

  /// Uses a workspace.
  public init(_ workspace: Workspace) { self.workspace = workspace }

  /// Notes that a source was read up to `position`.
  ///
  /// - Parameters:
  ///   - position: JSON in a form of the source's own; `nil` leaves the last one.
  ///   - eventCount: number of events that it gave this time.
  @discardableResult
  public func succeeded(
    _ name: String, kind: String, position: String?, eventCount: Int, at moment: Timestamp
  ) async throws -> SourceState {
    try await workspace.offloaded {
      try workspace.store.updateSourceState(name, kind: kind) { state in
        (state.lastAttempt, state.lastSuccess) = (moment, moment)
        (state.lastError, state.consecutiveFailures) = (nil, 0)
        state.position = position ?? state.position
        state.pulledEventCount += eventCount
      }
    }
  }

  /// Notes that a source could not be read; how far it was read stays.
  ///
  /// - Parameter error: what went wrong, without secrets.
  @discardableResult
  public func failed(_ name: String, kind: String, error: String, at moment: Timestamp) async throws -> SourceState {
    try await workspace.offloaded {
      try workspace.store.updateSourceState(name, kind: kind) { state in
        state.lastAttempt = moment
        state.lastError = error.replacing("\0", with: "\u{FFFD}")
        state.consecutiveFailures += 1
      }
    }
  }

  /// The state of one source; `nil` where it was never read.
  public func state(_ name: String) async throws -> SourceState? {
    try await workspace.offloaded { try workspace.store.sourceState(name) }
  }

  /// All sources that were read or that sent something, by name.
  ///
  /// - Parameter days: the days whose counts are added up; all days unless given.
  public func summaries(on days: ClosedRange<CivilDate>? = nil) async throws -> [Summary] {
    try await workspace.offloaded {
      var summaries: [UserID: Summary] = [:]
      for state in try workspace.store.sourceStates() {
        summaries[UserID(state.name)] = Summary(name: state.name, state: state, counts: [:])
      }
      for count in try workspace.store.intakeCounts(on: days) {
        let empty = Summary(name: count.source, state: nil, counts: [:])
        summaries[UserID(count.source), default: empty].counts[count.key, default: 0] += count.count
      }
      return summaries.sorted { $0.key < $1.key }.map(\.value)
    }
  }
}
