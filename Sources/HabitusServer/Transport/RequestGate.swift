internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes

/// Stands at the beginning of every connection and lets through whole requests only.
///
/// - A body is collected here, on the event loop, so that a slow client holds a connection and never a task, and a body
///   that was cut off is never taken for a whole one. What is let through has a `Content-Length` that is the truth.
/// - A body that is too large is not collected. The request is let through without it, or, where its length was not
///   declared, with one byte more than is allowed, so that whoever answers sees that it is too large; the connection ends
///   after the answer.
/// - Clients that are silent, send slowly, do not take their answers or send what is no HTTP are cut off.
final class RequestGate: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// A request whose body is arriving.
  private struct Arrival {
    var head: HTTPRequest
    var body = ByteBuffer()
    var byteLimit: Int
  }

  private enum Phase {
    /// No request is arriving.
    case between
    case arriving(Arrival)
    /// The rest of a body that is too large is thrown away.
    case discarding
    /// The last answer was given, and whatever still comes is thrown away.
    case lingering
  }

  private let settings: GateSettings
  private var phase = Phase.between
  private var isOpen = false
  /// Bytes of the bodies of requests that were let through and not answered yet.
  private var unanswered: CircularBuffer<Int> = []
  /// Bytes of the body that is arriving.
  private var arrivingByteCount = 0
  /// How many answers are still to be given until the connection ends; `nil` where it goes on.
  private var answersUntilClose: Int?
  /// Whether the connection is to end once the arriving request has been let through.
  private var isQuiescing = false
  private var isBlocked = false
  private var deadline: NIODeadline?
  private var alarm: Scheduled<Void>?
  private var alarmTime = NIODeadline.distantFuture

  init(_ settings: GateSettings) { self.settings = settings }

  // MARK: Life of the connection

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { open(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    open(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    close()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { close() }

  private func open(_ context: ChannelHandlerContext) {
    guard !isOpen else { return }
    isOpen = true
    settings.onConnection(1)
    setDeadline(settings.idleTimeout, context)
  }

  private func close() {
    alarm?.cancel()
    alarm = nil
    settings.memory.release(arrivingByteCount + unanswered.reduce(0, +))
    arrivingByteCount = 0
    unanswered.removeAll()
    guard isOpen else { return }
    isOpen = false
    settings.onConnection(-1)
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): begin(head, context)
    case .body(let part): append(part, context)
    case .end: end(context)
    }
  }

  private func begin(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
    guard case .between = phase else { return }
    // What follows a request after which the connection ends is not read.
    guard answersUntilClose == nil else {
      phase = .discarding
      return
    }
    let byteLimit = settings.bodyByteLimit(head)
    if let declared = head.headerFields[.contentLength], Int(declared).map({ $0 > byteLimit }) ?? true {
      phase = .discarding
      letThrough(head, ByteBuffer(), isLast: true, context)
      return
    }
    phase = .arriving(Arrival(head: head, byteLimit: byteLimit))
    if unanswered.isEmpty {
      setDeadline(settings.readTimeout, context)
      if head.headerFields[.expect]?.lowercased() == "100-continue" {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
    }
  }

  private func append(_ part: ByteBuffer, _ context: ChannelHandlerContext) {
    guard case .arriving(var arrival) = phase else { return }
    // The buffer has one owner, so that it grows in place.
    phase = .between
    var part = part
    let room = arrival.byteLimit + 1 - arrival.body.readableBytes
    let isTooLarge = part.readableBytes >= room
    guard var taken = part.readSlice(length: min(room, part.readableBytes)) else { return }
    guard settings.memory.reserve(taken.readableBytes) else {
      return refuse(.serviceUnavailable, retryAfter: 5, "too many large requests at the same time", context)
    }
    arrivingByteCount += taken.readableBytes
    if arrival.body.readableBytes == 0 { arrival.body = taken } else { arrival.body.writeBuffer(&taken) }
    if isTooLarge {
      phase = .discarding
      letThrough(arrival.head, arrival.body, isLast: true, context)
    } else {
      phase = .arriving(arrival)
    }
  }

  private func end(_ context: ChannelHandlerContext) {
    switch phase {
    case .arriving(let arrival):
      phase = .between
      letThrough(arrival.head, arrival.body, isLast: false, context)
    case .discarding: phase = .between
    case .between, .lingering: break
    }
  }

  private func letThrough(_ head: HTTPRequest, _ body: ByteBuffer, isLast: Bool, _ context: ChannelHandlerContext) {
    var head = head
    if head.headerFields.contains(.transferEncoding) {
      head.headerFields[.transferEncoding] = nil
      head.headerFields[.contentLength] = String(body.readableBytes)
    }
    unanswered.append(arrivingByteCount)
    arrivingByteCount = 0
    if isLast || Self.isLast(head.headerFields) { answersUntilClose = unanswered.count }
    if !isBlocked { deadline = nil }
    context.fireChannelRead(wrapInboundOut(.head(head)))
    if body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(body))) }
    context.fireChannelRead(wrapInboundOut(.end(nil)))
    if isQuiescing {
      isQuiescing = false
      context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
  }

  /// Whether a client wants the connection to end after the answer. It also has to where the client would go on in
  /// another protocol: what follows is not parsed any more.
  private static func isLast(_ headers: HTTPFields) -> Bool {
    guard let options = headers[.connection] else { return false }
    return headers.contains(.upgrade)
      || options.lowercased().split(separator: ",").contains { $0.drop { $0 == " " }.prefix { $0 != " " } == "close" }
  }

  // MARK: Answers

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head) where answersUntilClose == 1 && head.status.kind != .informational:
      head.headerFields[.connection] = "close"
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end:
      if let byteCount = unanswered.popFirst() { settings.memory.release(byteCount) }
      answersUntilClose = answersUntilClose.map { $0 - 1 }
      if answersUntilClose == 0 {
        context.write(data, promise: closing(promise, context))
      } else {
        context.write(data, promise: promise)
        if unanswered.isEmpty, !isBlocked {
          if case .arriving = phase {
            setDeadline(settings.readTimeout, context)
          } else {
            setDeadline(settings.idleTimeout, context)
          }
        }
      }
    case .head, .body: context.write(data, promise: promise)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isBlocked = !context.channel.isWritable
    if isBlocked {
      setDeadline(settings.readTimeout, context)
    } else if case .lingering = phase {
      setDeadline(settings.lingerTimeout, context)
    } else if unanswered.isEmpty {
      setDeadline(settings.idleTimeout, context)
    } else {
      deadline = nil
    }
    context.fireChannelWritabilityChanged()
  }

  // MARK: Ends

  /// Answers in place of whoever would, and ends the connection.
  private func refuse(
    _ status: HTTPResponse.Status, retryAfter: Int? = nil, _ message: String, _ context: ChannelHandlerContext
  ) {
    settings.onRefusal(status.code)
    // Earlier requests are answered in their turn; an answer before theirs would be taken for one of them.
    guard unanswered.isEmpty else { return context.close(promise: nil) }
    let body = ByteBuffer(string: #"{"message":"\#(message)"}"#)
    var head = HTTPResponse(status: status)
    head.headerFields[.connection] = "close"
    head.headerFields[.contentType] = "application/json"
    head.headerFields[.contentLength] = String(body.readableBytes)
    head.headerFields[.retryAfter] = retryAfter.map(String.init)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: closing(nil, context))
  }

  /// Ends the connection after the write that the promise belongs to: first for writing only, since a socket that is
  /// closed with unread bytes resets the connection, and the client loses the answer.
  private func closing(_ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) -> EventLoopPromise<Void> {
    phase = .lingering
    settings.memory.release(arrivingByteCount)
    arrivingByteCount = 0
    setDeadline(settings.lingerTimeout, context)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.cascade(to: promise)
    let channel = context.channel
    written.futureResult.whenComplete { _ in channel.close(mode: .output, promise: nil) }
    return written
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if case .lingering = phase { return }
    guard error is HTTPParserError, unanswered.isEmpty else { return context.fireErrorCaught(error) }
    if error as? HTTPParserError == .headerOverflow {
      refuse(.requestHeaderFieldsTooLarge, "the headers are too large", context)
    } else {
      refuse(.badRequest, "this is not HTTP/1.1", context)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent, case .arriving = phase {
      isQuiescing = true
      return
    }
    if case ChannelEvent.inputClosed = event, case .lingering = phase { context.close(promise: nil) }
    context.fireUserInboundEventTriggered(event)
  }

  // MARK: Deadlines

  /// One alarm a connection; it is set again where the deadline has moved when it rings.
  private func setDeadline(_ time: TimeAmount, _ context: ChannelHandlerContext) {
    let deadline = context.eventLoop.now + time
    self.deadline = deadline
    if let alarm {
      // An alarm that would ring too late is of no use.
      guard alarmTime > deadline else { return }
      alarm.cancel()
    }
    setAlarm(deadline, context)
  }

  private func setAlarm(_ time: NIODeadline, _ context: ChannelHandlerContext) {
    alarmTime = time
    alarm = context.eventLoop.assumeIsolated().scheduleTask(deadline: time) { [weak self] in
      guard let self else { return }
      alarm = nil
      guard let deadline else { return }
      if deadline > context.eventLoop.now { setAlarm(deadline, context) } else { expire(context) }
    }
  }

  private func expire(_ context: ChannelHandlerContext) {
    deadline = nil
    if case .arriving = phase, unanswered.isEmpty, !isBlocked {
      refuse(.requestTimeout, "the request did not arrive in time", context)
    } else {
      context.close(promise: nil)
    }
  }
}

@available(*, unavailable)
extension RequestGate: Sendable {}
