public import Habitus
public import Logging
public import ServiceLifecycle

/// Runs an intake, jobs in the background and a server, and ends them in the right order.
public struct ServiceRun: Sendable {
  private let group: ServiceGroup

  /// Puts the parts together. At the end the server stops first, then the jobs from the last to the first, then the
  /// intake, which writes what it has accepted. Where one part fails, all end so.
  public init(
    server: HabitusHTTPServer, intake: any IntakeReceiver, jobs: [any Service] = [], logger: Logger
  ) {
    typealias Part = ServiceGroupConfiguration.ServiceConfiguration
    let parts =
      [
        Part(
          service: IntakeService(intake: intake), failureTerminationBehavior: .gracefullyShutdownGroup,
          serviceName: "intake")
      ]
      + jobs.map {
        Part(
          service: $0, successTerminationBehavior: .ignore, failureTerminationBehavior: .gracefullyShutdownGroup)
      }
      + [
        Part(
          service: server, successTerminationBehavior: .gracefullyShutdownGroup,
          failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: "server")
      ]
    group = ServiceGroup(configuration: ServiceGroupConfiguration(services: parts, logger: logger))
  }

  /// Returns when everything has ended.
  ///
  /// - Throws: the error of the part that failed.
  public func run() async throws { try await group.run() }

  /// Begins to end; returns at once.
  public func end() { Task { await group.triggerGracefulShutdown() } }
}
