public import Habitus

/// How a server listens, and what it lets in.
public struct ServerOptions: Sendable, Equatable {
  /// The name or address of the interface to listen on.
  public var host = "127.0.0.1"
  /// The port; 0 for one that the system chooses.
  public var port = 8080
  /// The origins whose pages may send events; `*` for all of them, without credentials and to open sources only.
  public var origins: [String] = []
  /// Addresses and ranges of proxies that are believed when they say who called them.
  public var trustedProxies: [String] = []
  /// The most connections at the same time; further ones wait.
  public var maximumConnectionCount = 1024
  /// The most bytes that the headers of a request may have together, the path included.
  public var maximumHeaderByteCount = 65_536
  /// The most bytes that bodies of requests may take together.
  public var maximumBodyMemory = 536_870_912
  /// How long a connection stays open without a request.
  public var idleTimeout = Duration.seconds(60)
  /// How long the body of a request may take to arrive, and a client may take to read an answer.
  public var readTimeout = Duration.seconds(30)
  /// How long requests under way are waited for at the end.
  public var shutdownLimit = Duration.seconds(20)
  /// Whether figures are shown without a key to callers from elsewhere.
  public var opensMetrics = false
  /// The protocols that need no key.
  public var openSources: [String] = []
  /// The most events in a second that one source may send; 0 for any number.
  public var eventsPerSecond = 0.0
  /// The namespace of the identifiers of events that come with no key, or with one that names none.
  public var namespace = "default"

  /// The defaults.
  public init() {}

  /// What is configured.
  public init(_ configuration: HabitusConfiguration) {
    host = configuration.api.host
    port = configuration.api.port
    origins = configuration.api.origins
    trustedProxies = configuration.api.trustedProxies
    maximumConnectionCount = configuration.api.maximumConnectionCount
    idleTimeout = configuration.api.idleTimeout
    readTimeout = configuration.api.readTimeout
    shutdownLimit = configuration.api.shutdownLimit
    opensMetrics = configuration.api.opensMetrics
    openSources = configuration.intake.openSources
    eventsPerSecond = configuration.intake.eventsPerSecond
    namespace = configuration.importing.namespace
  }

  /// Whether only this machine can connect.
  public var isLocal: Bool { host == "localhost" || NetworkAddress(host)?.isLoopback == true }
}
