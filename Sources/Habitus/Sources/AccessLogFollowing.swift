internal import Foundation
internal import HabitusModel
internal import HabitusStore
internal import HabitusTracking

/// Follows the configured access logs while they grow, over rotations and restarts.
public actor AccessLogFollowing {
  /// The files that are followed.
  public nonisolated let paths: [String]

  private let workspace: Workspace
  private let intake: any IntakeReceiver
  /// The open files: what one knows of a rotation that is under way must last from call to call.
  private var files: [String: FollowedFile<AccessLogParser>] = [:]
  private static let linesAtATime = 4096
  private static let kind = "access_log"

  private var states: SourceStates { SourceStates(workspace) }

  /// Follows the logs that the configuration names.
  public init(_ workspace: Workspace, intake: any IntakeReceiver) {
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
        // After an error, reading goes on from the stored position.
        files[path] = nil
        failure = failure ?? error
        _ = try? await states.failed(path, kind: Self.kind, error: "\(error)", at: .now)
      }
    }
    if let failure { throw failure }
  }

  private func readNew(in path: String) async throws {
    let file: FollowedFile<AccessLogParser>
    if let known = files[path] {
      file = known
    } else {
      file = try await open(path)
      files[path] = file
    }
    let source = IntakeSource(protocolName: Self.kind, name: path, namespace: path)
    while !Task.isCancelled {
      let part = try file.read(maximum: Self.linesAtATime)
      if part.chunk.lineCount > 0 || !part.notices.isEmpty {
        try await intake.acceptPatiently(part.chunk.reading, from: source)
        let text = try part.position.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let count = part.chunk.events.count
        try await states.succeeded(path, kind: Self.kind, position: text, eventCount: count, at: .now)
      }
      if part.isAtEnd { return }
    }
  }

  private func open(_ path: String) async throws -> FollowedFile<AccessLogParser> {
    let store = workspace.store
    let state = try await workspace.offloaded { try store.sourceState(path) }
    let position = try state?.position.map { try JSONDecoder().decode(FollowedPosition.self, from: Data($0.utf8)) }
    return try FollowedFile(path: path, position: position) { () throws(TrackingError) in
      try AccessLogParser(identity: VisitorIdentity(key: store.pseudonymKey), options: AccessLogOptions())
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
