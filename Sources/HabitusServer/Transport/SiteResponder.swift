internal import HTTPTypes
internal import Habitus
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Answers every request: finds out who is to answer it, tells browsers who may read the answer, counts and logs it.
struct SiteResponder: HTTPResponder {
  typealias Context = ServerContext

  let routes: RouteTable
  let exchange: IntakeExchange
  let consents: ConsentStatus
  let operation: OperationAnswers
  let origins: OriginPolicy
  let callers: CallerAddress
  let figures: RequestFigures
  let now: @Sendable () -> Timestamp

  /// A body that ended before its declared length.
  private struct TruncatedBody: Error {}

  func respond(to request: Request, context: ServerContext) async throws -> Response {
    let start = ContinuousClock.now
    let path = RouteTable.path(request.uri.path)
    let methods = routes.targets[path]
    let target = methods.flatMap { Self.target(request.method, $0) }
    let body = try await Self.body(of: request, byteLimit: routes.bodyByteLimit(path))
    var answer: Answer
    let tracker = target?.tracker ?? methods?.values.lazy.compactMap(\.tracker).first
    if let methods {
      if let target {
        answer = await self.answer(target, request, path, body, context)
        if let tracker { share(&answer, request, isOpen: exchange.access.isOpen(tracker.name)) }
      } else if request.method == .options {
        answer = options(request, methods)
      } else {
        answer = .problem(.methodNotAllowed, "method", "This path does not take this method.")
        answer.headers[.allow] = Self.allowed(methods)
      }
    } else {
      answer = .problem(.notFound, "path", "There is nothing at this path.")
    }
    finish(answer, tracker?.name, request, methods == nil ? nil : path, body.count, start, context.logger)
    return answer.response(hasBody: request.method != .head)
  }

  /// Who answers a method; of the service's own paths those that answer `GET` answer `HEAD`, too.
  private static func target(
    _ method: HTTPRequest.Method, _ methods: [String: RouteTable.Target]
  ) -> RouteTable.Target? {
    guard method == .head, let target = methods["GET"], target.tracker == nil else { return methods[method.rawValue] }
    return target
  }

  private func answer(
    _ target: RouteTable.Target, _ request: Request, _ path: String, _ body: [UInt8], _ context: ServerContext
  ) async -> Answer {
    switch target {
    case .intake(let tracker):
      await exchange.answer(arrival(request, path, body, context), to: tracker, context.logger)
    case .consents(let tracker):
      await consents.answer(arrival(request, path, body, context), tracker, context.logger)
    case .items(let items):
      await items.post(headers: request.headers, query: request.uri.query ?? "", body: body)
    case .alive: operation.alive
    case .ready: operation.ready
    case .metrics: operation.metrics(headers: request.headers, query: request.uri.query ?? "", peer: context.peer)
    }
  }

  private func arrival(
    _ request: Request, _ path: String, _ body: [UInt8], _ context: ServerContext
  ) -> IntakeExchange.Arrival {
    IntakeExchange.Arrival(
      path: path, query: request.uri.query ?? "", head: request.head, body: body,
      address: callers.address(peer: context.peer, headers: request.headers), received: now())
  }

  /// The whole body. It is left out where more than the limit was declared.
  ///
  /// - Throws: `TruncatedBody` where the connection ended early; nobody would read an answer then.
  private static func body(of request: Request, byteLimit: Int) async throws -> [UInt8] {
    let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    guard declared > 0, declared <= byteLimit || declared == byteLimit + 1 else { return [] }
    var body: [UInt8] = []
    for try await buffer in request.body { body += buffer.readableBytesView }
    guard body.count == declared || declared > byteLimit else { throw TruncatedBody() }
    return body
  }

  // MARK: Browsers

  private func share(_ answer: inout Answer, _ request: Request, isOpen: Bool) {
    origins.apply(to: &answer.headers, origin: request.headers[.origin], isOpen: isOpen)
  }

  /// Answers `OPTIONS`: what a path takes, and whether a page of the origin may send it.
  private func options(_ request: Request, _ methods: [String: RouteTable.Target]) -> Answer {
    let wanted = request.headers[.accessControlRequestMethod].flatMap { methods[$0] } ?? methods.values.first
    let tracker = wanted?.tracker
    var answer = Answer(status: 204)
    if request.headers.contains(.origin), let tracker {
      let isAdmitted = origins.apply(
        to: &answer.headers, origin: request.headers[.origin], isOpen: exchange.access.isOpen(tracker.name))
      guard isAdmitted else {
        var refusal = Answer.problem(.forbidden, "origin", "Pages of this origin may not send: see api.cors_origins.")
        refusal.headers[.vary] = answer.headers[.vary]
        return refusal
      }
      answer.headers[.accessControlAllowMethods] = Self.allowed(methods)
      answer.headers[.accessControlAllowHeaders] = OriginPolicy.headers
      answer.headers[.accessControlMaxAge] = OriginPolicy.maximumAge
    }
    answer.headers[.allow] = Self.allowed(methods)
    return answer
  }

  private static func allowed(_ methods: [String: RouteTable.Target]) -> String {
    (methods.keys + ["OPTIONS"]).sorted().joined(separator: ", ")
  }

  // MARK: Figures

  /// Counts and logs. A line names the route, never what the caller sent.
  private func finish(
    _ answer: Answer, _ protocolName: String?, _ request: Request, _ route: String?, _ receivedByteCount: Int,
    _ start: ContinuousClock.Instant, _ logger: Logger
  ) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    figures.note(
      protocolName ?? RequestFigures.noProtocol, status: answer.status, refusal: answer.refusal,
      received: receivedByteCount, sent: answer.body.count, seconds: seconds)
    let level: Logger.Level = answer.refusal == nil ? .debug : .info
    guard logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "method": "\(request.method.rawValue)", "route": "\(route ?? "unknown")", "status": "\(answer.status)",
      "bytes": "\(receivedByteCount)", "milliseconds": "\((seconds * 100_000).rounded() / 100)",
    ]
    if let protocolName { metadata["protocol"] = "\(protocolName)" }
    if let reason = answer.refusal { metadata["reason"] = "\(reason)" }
    logger.log(level: level, answer.refusal == nil ? "request" : "refused", metadata: metadata)
  }
}
