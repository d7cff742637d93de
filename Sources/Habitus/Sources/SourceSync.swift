internal import Foundation
internal import HabitusModel
internal import HabitusStore
public import HabitusTracking

/// Pulls what is new in the configured sources: the database and the service of the application's tracking.
///
/// Each source goes on where its last durable page ended. One that fails stops no other, and what it failed with is kept
/// where `habitus sources` shows it.
public struct SourceSync: Sendable {
  /// What one pull of one source did.
  public struct Outcome: Sendable, Equatable, Encodable {
    /// The source.
    public var source: String
    /// Events that came, repeats among them.
    public var events = 0
    /// Events that were new.
    public var stored = 0
    /// Statements about consent that came.
    public var consents = 0
    /// Parts that could not be read; they are in the quarantine.
    public var refused = 0
    /// What went wrong; `nil` where nothing did.
    public var error: String?

    init(source: String) { self.source = source }
  }

  /// Configuration and store.
  public let workspace: Workspace
  /// What the sources are read by.
  public let sources: [any PulledSource]

  private let intake: any IntakeReceiver

  /// Pulls the sources that the configuration names.
  ///
  /// - Throws: `PullError` for an address that cannot be used.
  public init(_ workspace: Workspace, intake: any IntakeReceiver) throws {
    self.init(workspace, sources: try workspace.configuration.pulls.sources(workspace.configuration), intake: intake)
  }

  /// Pulls from `sources`.
  public init(_ workspace: Workspace, sources: [any PulledSource], intake: any IntakeReceiver) {
    self.workspace = workspace
    self.sources = sources
    self.intake = intake
  }

  /// Pulls every source once, all at the same time.
  ///
  /// - Returns: what each did, in the order of ``sources``.
  public func runOnce() async -> [Outcome] {
    await withTaskGroup(of: (Int, Outcome).self) { group in
      for (index, source) in sources.enumerated() { group.addTask { (index, await pull(source)) } }
      var outcomes: [(Int, Outcome)] = []
      for await outcome in group { outcomes.append(outcome) }
      return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  /// Pulls every source again and again, with the configured pause between, until the task is cancelled.
  ///
  /// - Parameter onEnd: called after each pull.
  public func run(onEnd: @escaping @Sendable (Outcome) -> Void = { _ in }) async {
    await withTaskGroup(of: Void.self) { group in
      for source in sources {
        group.addTask {
          while !Task.isCancelled {
            onEnd(await pull(source))
            try? await Task.sleep(for: workspace.configuration.pulls.interval)
          }
        }
      }
    }
  }

  /// Pulls one source once.
  public func pull(_ source: any PulledSource) async -> Outcome {
    var outcome = Outcome(source: source.name)
    do {
      let started = Timestamp.now
      let position = try await offloaded { try begin(source, at: started) }
      _ = try await source.pull(from: position) { page in
        let receipt = try await accept(page, from: source)
        outcome.events += page.events.count
        outcome.stored += receipt.stored
        outcome.consents += page.consents.count
        outcome.refused += page.refused.count
        try await offloaded { try advance(source, page) }
      }
      try await offloaded {
        _ = try update(source) { state in
          state.lastSuccess = .now
          state.lastError = nil
          state.consecutiveFailures = 0
        }
      }
    } catch {
      if Task.isCancelled { return outcome }
      let reason = "\(error)"
      outcome.error = reason
      // Where even this cannot be written, the outcome still says what went wrong.
      _ = try? await SourceStates(workspace).failed(source.name, kind: source.name, error: reason, at: .now)
    }
    return outcome
  }

  private func begin(_ source: any PulledSource, at started: Timestamp) throws -> PullPosition? {
    let state = try update(source) { $0.lastAttempt = started }
    return try state.position.map { try JSONDecoder().decode(PullPosition.self, from: Data($0.utf8)) }
  }

  /// Hands a page to the intake, as often as it takes.
  private func accept(_ page: PulledPage, from source: any PulledSource) async throws -> IntakeReceipt {
    var reading = TrackerReading(answer: TrackerAnswer(status: 200))
    reading.events = page.events
    reading.consents = try await dated(page.consents, read: page.consentsRead)
    reading.refused = page.refused
    let origin = IntakeSource(
      protocolName: "tracking", name: source.name, namespace: workspace.configuration.importing.namespace)
    return try await intake.acceptPatiently(reading, from: origin)
  }

  /// The statements of a table, in which a row can change back without any time of it changing: one that says something
  /// else than the source said last, and is not later, was made when it was read.
  private func dated(_ statements: [ConsentStatement], read: Timestamp?) async throws -> [ConsentStatement] {
    guard let read, !statements.isEmpty else { return statements }
    let users = Array(Set(statements.map(\.user)))
    let history = try await offloaded { try workspace.store.consentHistory(of: users) }
    var last: [ConsentSubject: ConsentStatement] = [:]
    for statement in history { last[ConsentSubject(statement)] = statement }
    return statements.map { statement in
      guard let known = last[ConsentSubject(statement)], known.isGranted != statement.isGranted,
        statement.time <= known.time
      else { return statement }
      var statement = statement
      statement.time = read
      return statement
    }
  }

  /// What one source says about one purpose of one user.
  private struct ConsentSubject: Hashable {
    var user: UserID
    var purpose: String
    var source: String

    init(_ statement: ConsentStatement) {
      (user, purpose, source) = (statement.user, statement.purpose, statement.source)
    }
  }

  private func advance(_ source: any PulledSource, _ page: PulledPage) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let position = String(decoding: try encoder.encode(page.position), as: UTF8.self)
    try update(source) { state in
      state.position = position
      state.pulledEventCount += page.events.count
    }
  }

  @discardableResult
  private func update(_ source: any PulledSource, _ change: (inout SourceState) -> Void) throws -> SourceState {
    try workspace.store.updateSourceState(source.name, kind: source.name, change)
  }

  private func offloaded<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await workspace.offloaded(body)
  }
}
