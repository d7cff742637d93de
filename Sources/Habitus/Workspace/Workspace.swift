internal import Dispatch
internal import Foundation
public import HabitusModel
public import HabitusStore

/// Where an analysis takes place: a configuration and the store that it names.
///
/// Every component can be made from a workspace, or finds the configuration as the command does and opens its store.
public struct Workspace: Sendable {
  /// What was configured.
  public internal(set) var configuration: HabitusConfiguration
  /// The events, profiles and models.
  public let store: Store
  /// Number of threads; has no influence on any result.
  public let workers: Int
  /// Features of the application's own, besides the dictionary: they are extracted, kept in profiles, and may be named
  /// among those that users are grouped by.
  public var features: [any Feature] = []
  /// Which ids belong to one person, and whom no analysis may see, by what was known before a moment; `nil` asks for the
  /// present. At first it is what the store knows of identities and consents. What it says of bots has no influence.
  public var persons: @Sendable (_ asOf: Timestamp?) throws -> EventReading

  /// The models that were read last.
  let models = StandingModels()
  /// What users' patterns were compared with last.
  let patternReference = LatestPatternReference()

  /// Joins a configuration and an open store.
  ///
  /// - Parameter workers: `nil` for one thread a processor.
  public init(configuration: HabitusConfiguration, store: Store, workers: Int? = nil) {
    self.configuration = configuration
    self.store = store
    persons = { asOf in try Self.storedPersons(store, configuration, asOf: asOf) }
    self.workers = max(1, workers ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  /// Opens the store that `configuration` names.
  ///
  /// - Parameter configuration: `nil` finds it as the command does: `HABITUS_CONFIG`, `./habitus.yaml`, the user's
  ///   configuration folder, variables, defaults.
  /// - Throws: `ConfigurationError`, `StoreError`.
  public init(
    configuration: HabitusConfiguration? = nil, access: Store.Access = .write, workers: Int? = nil
  ) throws {
    let configuration = try configuration ?? HabitusConfiguration.load()
    self.init(
      configuration: configuration, store: try Store.open(at: configuration.storage.path, for: access), workers: workers
    )
  }

  /// The window of `days` that ends before `asOf`: the configured length, and one millisecond after the last event,
  /// unless they are given.
  ///
  /// - Throws: ``HabitusError/emptyStore(directory:)`` where neither `asOf` is given nor an event is stored.
  public func window(asOf: Timestamp? = nil, days: Int? = nil, in snapshot: EventSnapshot) throws -> AnalysisWindow {
    let days = days ?? configuration.features.windowDays
    let zone = configuration.features.timeZone
    if let asOf { return try AnalysisWindow(asOf: asOf, days: days, timeZone: zone) }
    guard let last = snapshot.timeRange?.upperBound else { throw HabitusError.emptyStore(directory: store.directory) }
    return try AnalysisWindow(asOf: Timestamp(milliseconds: last.milliseconds + 1), days: days, timeZone: zone)
  }

  /// Runs `body` on a snapshot of the events as an analysis reads them; where the store was reorganised meanwhile, once
  /// more on a new one.
  ///
  /// - Parameter asOf: the end of the window that is analysed; `nil` where none is given.
  func withSnapshot<Result>(
    asOf: Timestamp?, withAllStrings: Bool = true, _ body: (EventSnapshot) throws -> Result
  ) throws -> Result {
    try retryingWhereChanged { try body(try snapshot(asOf: asOf, withAllStrings: withAllStrings)) }
  }

  /// Runs `body`, which reads the store; where it was reorganised meanwhile, once more.
  func retryingWhereChanged<Result>(_ body: () throws -> Result) throws -> Result {
    var attempts = 0
    while true {
      do {
        return try body()
      } catch StoreError.changed where attempts < 3 {
        attempts += 1
      }
    }
  }

  /// The code in a snapshot of the person that `user` belongs to.
  ///
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``.
  func code(of user: UserID, in snapshot: EventSnapshot) throws -> UInt32 {
    if snapshot.excludes(user) { throw HabitusError.noConsent(user) }
    guard let code = snapshot.code(of: user) else { throw HabitusError.unknownUser(user) }
    return code
  }

  /// The window's events of the person that `user` belongs to, as the features see them.
  ///
  /// - Throws: ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  func timeline(of user: UserID, in snapshot: EventSnapshot, plan: FeaturePlan) throws -> UserTimeline {
    let frame = try snapshot.events(of: try code(of: user, in: snapshot))
    guard !frame.users.isEmpty, let timeline = plan.timeline(of: frame, userAt: 0) else {
      throw HabitusError.noEvents(user, plan.window)
    }
    return timeline
  }

  /// Runs blocking work away from the threads of Swift's concurrency.
  func offloaded<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Swift.Result(catching: body)) }
    }
  }
}
