extension HabitusConfiguration {
  /// How the service listens.
  public struct API: Sendable, Equatable {
    /// The name or address of the interface to listen on.
    public var host = "127.0.0.1"
    /// The port; 0 for one that the system chooses.
    public var port = 8080
    /// The origins whose pages may send events, as in `https://app.example.com`; `*` for all of them, without
    /// credentials and to open sources only.
    public var origins: [String] = []
    /// Addresses and ranges of proxies that are believed when they say who called them.
    public var trustedProxies: [String] = []
    /// The most connections at the same time.
    public var maximumConnectionCount = 1024
    /// How long a connection stays open without a request.
    public var idleTimeout = Duration.seconds(60)
    /// How long a request may take to arrive, from its first to its last byte.
    public var readTimeout = Duration.seconds(30)
    /// How long requests under way are waited for when the service ends.
    public var shutdownLimit = Duration.seconds(20)
    /// Whether figures are shown without a key to callers from elsewhere.
    public var opensMetrics = false

    /// The defaults.
    public init() {}
  }

  /// What the service takes from whom.
  public struct IntakeOptions: Sendable, Equatable {
    /// The protocols that need no key.
    public var openSources: [String] = []
    /// The most events in a second that one source may send; 0 for any number.
    public var eventsPerSecond = 0.0
    /// The most events that may wait to be written.
    public var maximumQueuedEventCount = 100_000
    /// What is kept of visitors' addresses.
    public var addresses = Addresses.truncated

    /// The defaults.
    public init() {}
  }

  /// What is kept of a visitor's address, as the property `ip` of events.
  public enum Addresses: String, Sendable, CaseIterable {
    /// The network: of IPv4 the first 24 bits, of IPv6 the first 48.
    case truncated
    /// Nothing.
    case none
  }

  /// What is logged, and how.
  public struct Log: Sendable, Equatable {
    /// From which weight on something is logged.
    public enum Level: String, Sendable, CaseIterable {
      case trace, debug, info, notice, warning, error, critical
    }

    /// How a line is written.
    public enum Format: String, Sendable, CaseIterable {
      /// For people.
      case text
      /// An object of JSON a line.
      case json
    }

    /// What weighs less is left out.
    public var level = Level.info
    /// How a line is written.
    public var format = Format.text

    /// The defaults.
    public init() {}
  }
}
