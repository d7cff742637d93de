extension ConfigurationSchema {
  private static let seconds = ConfigurationNumberRange(lower: 0.01, upper: 86_400)

  /// The keys of `tracking_integration` that say what is pulled.
  static let pulls: [ConfigurationKey] = [
    .optionalText(
      "tracking_integration.tracking_service_url", \.pulls.serviceURL, .filled,
      "The address of the tracking service, under which there is /events, as in https://tracking.example.com."),
    .optionalText(
      "tracking_integration.auth_token", \.pulls.authToken, .filled, isSecret: true,
      "The token that the tracking service asks for."),
    .optionalText(
      "tracking_integration.postgres_dsn", \.pulls.postgresDSN, .filled, isSecret: true,
      "The database that has the schema tracking, as in postgres://reader:password@host/database."),
    .duration(
      "tracking_integration.polling_interval_seconds", \.pulls.interval, .seconds, seconds,
      "The pause between two pulls of a source, in seconds."),
    .integer(
      "tracking_integration.batch_size", \.pulls.batchSize, 1...1_000_000,
      "The number of events that the tracking service is asked for at once."),
    .duration(
      "tracking_integration.timeout_seconds", \.pulls.timeout, .seconds, seconds,
      "How long an answer of the tracking service may take, in seconds."),
    .integer(
      "tracking_integration.max_retries", \.pulls.maximumRetryCount, 0...1000,
      "How often in a row a pull tries again what failed for a passing reason."),
    .duration(
      "tracking_integration.retry_delay_seconds", \.pulls.retryDelay, .seconds, seconds,
      "The pause before the first retry, in seconds; each further one is twice as long, up to five minutes."),
    .duration(
      "tracking_integration.overlap_minutes", \.pulls.overlap, .minutes,
      ConfigurationNumberRange(lower: 0, upper: 525_600),
      "How far before the end of the last pull the next one begins, for rows that are written late, in minutes."),
    .list(
      "tracking_integration.access_logs", \.pulls.accessLogs, .filled,
      "Access logs of web servers that `habitus serve` follows while they grow."),
  ]
}
