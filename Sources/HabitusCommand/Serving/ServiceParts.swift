import Habitus
import HabitusServer
import Logging
import ServiceLifecycle

/// What `habitus serve` is made of, besides the server itself.
struct ServiceParts {
  /// Takes what is sent.
  let intake: any IntakeReceiver
  /// Knows the keys of senders.
  let keys: any AccessKeyVerifier
  /// The number of keys that are valid now.
  let keyCount: Int
  /// Knows what users have agreed to.
  let consents: any ConsentReader
  /// Keeps what is known of items.
  let items: any ItemKeeper
  /// What is listened for.
  let protocols: [any TrackerProtocol]
  /// What is pulled or followed, by name.
  let sources: [String]
  /// What happens in the background; it ends after the server and before the intake.
  let jobs: [any Service]
  /// Figures besides those of the server and the intake.
  let figures: @Sendable () -> [ServerFigure]

  /// The parts of the service over one workspace.
  init(_ workspace: Workspace, logger: Logger) async throws {
    let configuration = workspace.configuration
    let refresh = try ProfileRefresh(workspace)
    let isLive = configuration.profiles.refresh == .live
    let intake = try Intake(workspace, onStored: { users in refresh.mark(users) })
    let accessKeys = try AccessKeys(workspace)
    let sync = try SourceSync(workspace, intake: intake)
    let logs = AccessLogFollowing(workspace, intake: intake)
    self.intake = intake
    keys = StoredKeys(keys: accessKeys)
    keyCount = try await accessKeys.list().count { $0.state(at: .now) == .active }
    consents = StoredConsents(manager: ConsentManager(workspace))
    items = StoredItems(catalog: ItemCatalog(workspace))
    protocols = TrackerProtocols.all(mapping: configuration.eventMapping)
    sources = sync.sources.map { $0.name } + logs.paths
    figures = { ServerFigure.figures(of: refresh) }
    jobs = [
      Job(name: "keys") {
        await Job.repeating(every: .milliseconds(200), logger, "keys") { try accessKeys.reloadIfChanged() }
        await Job.run(logger, "keys") { try accessKeys.writeUses() }
      },
      Job(name: "identities") {
        await Job.repeating(every: .milliseconds(200), logger, "identities") {
          try await refresh.followAdministration()
        }
      },
      Job(name: "refresh") {
        await Job.run(logger, "refresh") { try await refresh.markEveryone() }
        await Job.repeating(
          every: isLive ? configuration.profiles.refreshInterval : configuration.profiles.updateFrequency, logger,
          "refresh"
        ) { try await refresh.refresh() }
      },
      Job(name: "analysis") {
        let schedule = AnalysisSchedule(workspace)
        await Job.repeating(every: schedule.pace, logger, "analysis") {
          guard let outcome = try await schedule.run() else { return }
          for reason in outcome.reasons {
            logger.info("The groups were found anew.", metadata: ["reason": "\(reason.english)"])
          }
        }
      },
      Job(name: "pulls") {
        await sync.run { outcome in
          guard let error = outcome.error else { return }
          logger.error("A pull failed.", metadata: ["source": "\(outcome.source)", "reason": "\(error)"])
        }
      },
      Job(name: "access logs") {
        await Job.repeating(every: .seconds(1), logger, "access logs") { try await logs.readAll() }
      },
    ]
  }
}

/// Something that happens in the background until the service ends.
struct Job: Service {
  let name: String
  let body: @Sendable () async -> Void

  func run() async throws {
    await cancelWhenGracefulShutdown { await body() }
  }

  /// Begins `body` every `interval`, or as soon as it has ended where it takes longer, until the task is cancelled; what
  /// goes wrong is logged and tried again.
  static func repeating(
    every interval: Duration, _ logger: Logger, _ name: String, _ body: @Sendable () async throws -> Void
  ) async {
    while !Task.isCancelled {
      let next = ContinuousClock.now + interval
      await run(logger, name, body)
      try? await Task.sleep(until: max(next, .now + .milliseconds(10)))
    }
  }

  /// Runs `body` once; what goes wrong is logged.
  static func run(_ logger: Logger, _ name: String, _ body: @Sendable () async throws -> Void) async {
    do {
      try await body()
    } catch is CancellationError {
      return
    } catch HabitusError.emptyStore {
      // Nothing has come yet.
    } catch {
      logger.error("A job failed.", metadata: ["job": "\(name)", "reason": "\(error)"])
    }
  }
}

/// The catalogue of the store, for the server.
struct StoredItems: ItemKeeper {
  let catalog: ItemCatalog

  func save(_ items: [Item]) async throws { try await catalog.save(items) }
}

/// The keys of the store, for the server.
struct StoredKeys: AccessKeyVerifier {
  let keys: AccessKeys

  func key(for secret: String) -> VerifiedKey? {
    guard let key = keys.verify(secret) else { return nil }
    return VerifiedKey(
      name: key.name, scopes: Set(key.scopes.compactMap { VerifiedKey.Scope(rawValue: $0.rawValue) }),
      protocolName: key.source, eventsPerSecond: key.eventsPerSecond)
  }
}

/// The consents of the store, for the server.
struct StoredConsents: ConsentReader {
  let manager: ConsentManager

  func consents(of user: String) async throws -> [String: Bool]? {
    let history = try await manager.history(userID: UserID(user))
    guard !history.isEmpty else { return nil }
    // What was said of every purpose is told of each, and of the one that is configured.
    let configured = manager.workspace.configuration.consent.purpose
    let purposes = Set(history.map(\.purpose) + [configured]).subtracting([ConsentStatement.everyPurpose])
    var consents: [String: Bool] = [:]
    for purpose in purposes {
      if let state = ConsentState(history, about: purpose, at: .now) { consents[purpose] = state.status == .granted }
    }
    return consents
  }
}
