internal import HTTPTypes
public import Habitus
internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
public import ServiceLifecycle

/// Listens for trackers, and hands what they send to an intake.
///
/// Besides the routes of the protocols there are `/livez`, `/readyz`, `/metrics`, and, with the protocol `tracking`,
/// `GET /api/consent/status`; with a keeper of items `POST /v1/items`.
public struct HabitusHTTPServer: Service {
  private let options: ServerOptions
  private let site: SiteResponder
  private let health: Health
  private let figures: RequestFigures
  private let logger: Logger
  private let onListening: @Sendable (Int) async -> Void

  /// Makes a server that listens once it runs.
  ///
  /// - Parameters:
  ///   - protocols: what is listened for.
  ///   - intake: takes what is sent; it has to be stopped by whoever has made it, after the server has ended.
  ///   - keys: knows the keys of senders.
  ///   - consents: knows what users have agreed to.
  ///   - items: keeps what is known of items; without one there is no route for them.
  ///   - now: the clock that says when a request came.
  ///   - furtherFigures: what `/metrics` says besides.
  ///   - onListening: told of the port as soon as connections are accepted.
  /// - Throws: ``ServerError`` for options and routes that cannot be.
  public init(
    _ options: ServerOptions, protocols: [any TrackerProtocol], intake: any IntakeReceiver,
    keys: any AccessKeyVerifier, consents: any ConsentReader, items: (any ItemKeeper)? = nil, logger: Logger,
    now: @escaping @Sendable () -> Timestamp = LineLog.systemTime,
    figures furtherFigures: @escaping @Sendable () -> [ServerFigure] = { [] },
    onListening: @escaping @Sendable (Int) async -> Void = { _ in }
  ) throws(ServerError) {
    let names = protocols.map(\.name)
    for name in options.openSources where !names.contains(name) {
      throw .unknownSource(name, known: names.sorted())
    }
    let access = SourceAccess(
      keys: keys, openSources: Set(options.openSources), namespace: options.namespace,
      eventsPerSecond: options.eventsPerSecond)
    let limiter = RateLimiter()
    let health = Health()
    let figures = RequestFigures()
    site = SiteResponder(
      routes: try RouteTable(protocols, items: items.map { ItemAnswers(keeper: $0, keys: keys) }),
      exchange: IntakeExchange(intake: intake, access: access, limiter: limiter, health: health),
      consents: ConsentStatus(reader: consents, access: access, limiter: limiter, health: health),
      operation: OperationAnswers(
        health: health, figures: figures, intake: intake, keys: keys, opensMetrics: options.opensMetrics, start: .now,
        furtherFigures: furtherFigures),
      origins: try OriginPolicy(options.origins), callers: try CallerAddress(trustedProxies: options.trustedProxies),
      figures: figures, now: now)
    self.options = options
    self.health = health
    self.figures = figures
    self.logger = logger
    self.onListening = onListening
  }

  /// Listens until the service is to end, and returns when every request under way is answered, or after
  /// ``ServerOptions/shutdownLimit``.
  ///
  /// - Throws: ``ServerError`` where it cannot listen.
  public func run() async throws {
    let application = application
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await application.run()
        } catch {
          throw ServerError(error, host: options.host, port: options.port) ?? error
        }
      }
      group.addTask {
        try await gracefulShutdown()
        health.noteEnd()
        try await Task.sleep(for: options.shutdownLimit)
        logger.warning("Requests under way were cut off.", metadata: ["limit": "\(options.shutdownLimit)"])
      }
      // Either the server has ended, or the time for that is over.
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private var application: Application<SiteResponder> {
    let routes = site.routes
    let settings = GateSettings(
      idleTimeout: TimeAmount(options.idleTimeout), readTimeout: TimeAmount(options.readTimeout),
      memory: BodyMemory(limit: options.maximumBodyMemory),
      bodyByteLimit: { head in
        let path = (head.path ?? "").prefix { $0 != "?" }
        return routes.bodyByteLimit(RouteTable.path(String(path)))
      },
      onConnection: { [figures] in figures.noteConnection($0) },
      onRefusal: { [figures, logger] status in
        figures.noteCutOff(status: status)
        logger.info("refused", metadata: ["status": "\(status)", "reason": "transport"])
      })
    let limits = HTTP1Channel.Configuration.DecoderConfiguration(
      maxHeaderFieldSize: options.maximumHeaderByteCount, maxHeaderListSize: options.maximumHeaderByteCount,
      maxHeaderFieldCount: 100)
    return Application(
      responder: site,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [RequestGate(settings)], httpDecoderConfiguration: limits)),
      configuration: ApplicationConfiguration(
        address: .hostname(options.host, port: options.port), backlog: 1024,
        availableConnectionsDelegate: .maximum(options.maximumConnectionCount, logger: logger)),
      onServerRunning: { channel in
        health.noteStart()
        await onListening(channel.localAddress?.port ?? options.port)
      },
      logger: logger)
  }
}
