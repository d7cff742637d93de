extension ConfigurationSchema {
  private static let timeoutSeconds = ConfigurationNumberRange(lower: 0.1, upper: 3600)
  private static let shutdownSeconds = ConfigurationNumberRange(lower: 0, upper: 3600)

  static let api = Section(
    name: "api", meaning: "How `habitus serve` listens.",
    keys: [
      .text(
        "api.host", \.api.host, .filled,
        "The name or address of the interface to listen on; 0.0.0.0 or :: for all of them. There is no TLS: put a proxy "
          + "that has it in front."),
      .integer("api.port", \.api.port, 0...65_535, "The port; 0 for one that the system chooses."),
      .list(
        "api.cors_origins", \.api.origins, .filled,
        "The origins whose pages may send events and read the answers, as in https://app.example.com. The text * lets "
          + "pages of all origins send to open sources, without credentials."),
      .list(
        "api.trusted_proxies", \.api.trustedProxies, .filled,
        "Addresses and ranges (10.0.0.0/8) of proxies that are believed when X-Forwarded-For or Forwarded says who "
          + "called them."),
      .integer(
        "api.max_connections", \.api.maximumConnectionCount, 1...1_000_000,
        "The most connections at the same time; further ones wait."),
      .duration(
        "api.idle_timeout_seconds", \.api.idleTimeout, .seconds, timeoutSeconds,
        "A connection without a request is closed after so many seconds."),
      .duration(
        "api.read_timeout_seconds", \.api.readTimeout, .seconds, timeoutSeconds,
        "A request whose body has not arrived after so many seconds is cut off."),
      .duration(
        "api.shutdown_seconds", \.api.shutdownLimit, .seconds, shutdownSeconds,
        "When the service ends, requests under way are waited for so many seconds at most."),
      .boolean(
        "api.open_metrics", \.api.opensMetrics,
        "Whether /metrics is answered to everybody. If not, it takes a key with the scope admin, except for direct "
          + "callers from the same machine."),
    ])

  static let intake = Section(
    name: "intake", meaning: "What `habitus serve` takes from whom.",
    keys: [
      .list(
        "intake.open_sources", \.intake.openSources, .filled,
        "The protocols that need no key: tracking, segment, posthog, snowplow, matomo."),
      .number(
        "intake.rate_limit.events_per_second", \.intake.eventsPerSecond, ConfigurationNumberRange(lower: 0),
        "The most events in a second that one source may send, with ten times as many at once after a pause; 0 for any "
          + "number. A key may have a limit of its own."),
      .integer(
        "intake.queue_events", \.intake.maximumQueuedEventCount, 1...Int.max,
        "With more events than this waiting to be written, senders are asked to try again later."),
      .choice(
        "intake.addresses", \.intake.addresses,
        "What is kept of visitors' addresses, as the property ip: the network (24 bits of IPv4, 48 of IPv6), or nothing. "
          + "Whole addresses are never stored."),
    ])

  static let log = Section(
    name: "log", meaning: "What `habitus serve` logs on standard error.",
    keys: [
      .choice(
        "log.level", \.log.level,
        "What weighs less is left out. Every request is a line at debug, a refused one at info, a failure at error."),
      .choice("log.format", \.log.format, "How a line is written."),
    ])
}
