internal import Foundation
internal import HabitusModel
internal import HabitusStore
internal import HabitusTracking
internal import Synchronization

/// Follows the configured access logs while they grow, over rotations and restarts.
public final class AccessLogFollowing: Sendable {
  /// The files that are followed.
  public let paths: [String]

  private let workspace: Workspace
  private let intake: any IntakeReceiver
  private static let linesAtATime = 4096

  /// Follows the logs that the configuration names.
  public init(_ workspace: Workspace, intake: any IntakeReceiver) throws {
    self.workspace = workspace
    self.intake = intake
    paths = workspace.configuration.pulls.accessLogs
  }

  /// Reads everything that is new in every file.
  ///
  /// - Throws: the first error, after every file was tried.
  public func readAll() async throws {
    var failure: (any Error)?
    for path in paths {
      do {
        try await readNew(in: path)
      } catch {
        failure = failure ?? error
        let reason = "\(error)"
        _ = try? await workspace.offloaded {
          try self.workspace.store.updateSourceState(path, kind: "access_log") { state in
            state.lastError = reason
            state.consecutiveFailures += 1
          }
        }
      }
    }
    if let failure { throw failure }
  }

  private func readNew(in path: String) async throws {
    let key = workspace.store.pseudonymKey
    let known = try await workspace.offloaded { try self.workspace.store.sourceState(path) }
    let position = try known?.position.map { try JSONDecoder().decode(FollowedPosition.self, from: Data($0.utf8)) }
    let file = try FollowedFile(path: path, position: position) { () throws(TrackingError) in
      try AccessLogParser(identity: VisitorIdentity(key: key), options: AccessLogOptions())
    }
    let source = IntakeSource(protocolName: "access_log", name: path, namespace: path)
    while !Task.isCancelled {
      let part = try file.read(maximum: Self.linesAtATime)
      if part.chunk.lineCount > 0 || part.position != position {
        try await intake.acceptPatiently(part.chunk.reading, from: source)
        let text = try part.position.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let count = part.chunk.events.count
        _ = try await workspace.offloaded {
          try self.workspace.store.updateSourceState(path, kind: "access_log") { state in
            state.position = text
            state.pulledEventCount += count
            state.lastAttempt = .now
            state.lastSuccess = .now
            state.lastError = nil
            state.consecutiveFailures = 0
          }
        }
      }
      if part.isAtEnd { return }
    }
  }
}

extension IntakeReceiver {
  /// Hands over a reading, as often as it takes while too much waits to be written.
  @discardableResult
  func acceptPatiently(_ reading: TrackerReading, from source: IntakeSource) async throws -> IntakeReceipt {
    while true {
      do {
        return try await accept(reading, from: source)
      } catch {
        guard case .busy(let pause) = error else { throw error }
        try await Task.sleep(for: pause)
      }
    }
  }
}
