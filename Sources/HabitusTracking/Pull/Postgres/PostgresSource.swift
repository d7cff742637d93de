internal import HabitusModel

/// Pulls events and consents from the schema `tracking` of an application's PostgreSQL (12 or newer).
///
/// The role needs SELECT alone: everything is read in transactions that are REPEATABLE READ and READ ONLY, one for at
/// most ``rowsPerTransaction`` events. Events are followed by `created_at`, for they arrive late; an index on
/// `(created_at, event_id)` keeps a pull from reading the whole table. Consents are read as a whole where the table has
/// changed, and come before the events.
///
/// Clocks: a row is found late where its transaction ends, or its standby gets it, within ``overlap`` after `created_at`.
public struct PostgresSource: PulledSource {
  /// The source's name.
  public let name: String
  /// Which tables are read.
  public var tables = PostgresTables()
  /// How far a pull goes back behind the place where the last one ended.
  public var overlap: Duration = .seconds(600)
  /// At most so many events a page; rows of one event stay together.
  public var rowsPerPage = 10_000
  /// A page ends when its values have so many bytes.
  public var bytesPerPage = 16 << 20
  /// At most so many events a transaction.
  public var rowsPerTransaction = 200_000
  /// Larger rows are refused.
  public var maximumEventByteCount = 1 << 20
  /// How long a connection may take, at least 2 seconds.
  public var connectTimeout: Duration = .seconds(10)
  /// What happens when the connection is lost.
  public var retries = PullRetries()
  /// Waiting and random numbers.
  public var surroundings = PullSurroundings.system

  let address: PostgresAddress
  let assembly: EventAssembly

  /// Takes the address of a database, `postgres://user:password@host:port/database` or `host=… dbname=…`.
  ///
  /// - Throws: ``PullError/invalidAddress(source:reason:)``.
  public init(
    dsn: String, name: String = "postgres", mapping: EventMapping = .standard
  ) throws(PullError) {
    address = try PostgresAddress(dsn)
    self.name = name
    assembly = EventAssembly(mapping)
  }

  /// Reads what is new since `position`, page by page; ``PulledSource/pull(from:deliver:)``.
  public func pull(
    from position: PullPosition?, deliver: (PulledPage) async throws -> Void
  ) async throws(PullError) -> PullSummary {
    var summary = PullSummary(position: position)
    let cancellation = PostgresCancellation()
    var failures = 0
    while true {
      let pages = summary.pages
      do throws(PullError) {
        try await pullOnce(&summary, cancellation, deliver)
        return summary
      } catch {
        if Task.isCancelled { throw .cancelled }
        failures = summary.pages > pages ? 1 : failures + 1
        guard error.isTransient, failures <= retries.maximumCount else { throw error }
        summary.retries += 1
        try await surroundings.wait(retries, beforeRetry: failures)
      }
    }
  }

  private func pullOnce(
    _ summary: inout PullSummary, _ cancellation: PostgresCancellation, _ deliver: (PulledPage) async throws -> Void
  ) async throws(PullError) {
    var progress = PostgresProgress()
    if let position = summary.position {
      guard case .postgres(let known) = position.progress else { throw .foreignPosition(source: name) }
      progress = known
    }
    let connection = PostgresConnection(address, cancellation: cancellation)
    var pull = PostgresPull(source: self, connection: connection, progress: progress, summary: summary)
    let failure = await withTaskCancellationHandler { () -> PullError? in
      do throws(PullError) {
        try await pull.run(deliver)
        return nil
      } catch {
        return error
      }
    } onCancel: {
      cancellation.cancel()
    }
    await connection.close()
    summary = pull.summary
    if let failure { throw failure }
  }
}
