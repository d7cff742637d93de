internal import HabitusTracking

extension HabitusConfiguration {
  /// What is pulled from the application's tracking, and how.
  public struct Pulls: Sendable, Equatable {
    /// The address under which the tracking service has `/events`; `nil` for none.
    public var serviceURL: String?
    /// The token of the tracking service; `nil` for none.
    public var authToken: String?
    /// The address of the database with the schema `tracking`; `nil` for none.
    public var postgresDSN: String?
    /// The time between the end of a pull and the next.
    public var interval: Duration = .seconds(60)
    /// Events that are asked for at once from the service.
    public var batchSize = 1000
    /// How long an answer of the service may take.
    public var timeout: Duration = .seconds(30)
    /// How often in a row something that failed for a passing reason is tried again.
    public var maximumRetryCount = 3
    /// The pause before the first retry.
    public var retryDelay: Duration = .seconds(5)
    /// How far back a pull begins before the end of the last, for rows that arrive late.
    public var overlap: Duration = .seconds(600)
    /// Access logs of a web server that are followed while they grow.
    public var accessLogs: [String] = []

    /// The defaults.
    public init() {}
  }

  /// The namespace of the identifiers of events that come by a protocol: files of the application's own tracking and
  /// what its tracking sends carry the same events.
  ///
  /// - Parameter shared: the namespace of imported files.
  public static func namespace(of protocolName: String, shared: String) -> String {
    protocolName == "tracking" ? shared : protocolName
  }
}

extension HabitusConfiguration.Pulls {
  /// The sources that are configured.
  func sources(_ configuration: HabitusConfiguration) throws(PullError) -> [any PulledSource] {
    var sources: [any PulledSource] = []
    let retries = PullRetries(maximumCount: maximumRetryCount, delay: retryDelay)
    if let postgresDSN {
      var source = try PostgresSource(dsn: postgresDSN, mapping: configuration.eventMapping)
      source.overlap = overlap
      source.retries = retries
      sources.append(source)
    }
    if let serviceURL {
      var source = try TrackingServiceSource(
        baseURL: serviceURL, token: authToken, mapping: configuration.eventMapping)
      source.overlap = overlap
      source.limit = batchSize
      source.timeout = timeout
      source.retries = retries
      sources.append(source)
    }
    return sources
  }
}
