import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Synchronization
import Testing

@testable import HabitusServer

@Suite("The gate of a connection")
struct RequestGateTests {
  private final class Counts: Sendable {
    let connections = Atomic(0)
    let refusals = Mutex<[Int]>([])
  }

  private let counts = Counts()
  private let memory = BodyMemory(limit: 1000)

  private func channel() throws -> EmbeddedChannel {
    let counts = counts
    let settings = GateSettings(
      idleTimeout: .seconds(60), readTimeout: .seconds(30), memory: memory, bodyByteLimit: { _ in 100 },
      onConnection: { counts.connections.wrappingAdd($0, ordering: .relaxed) },
      onRefusal: { status in counts.refusals.withLock { $0.append(status) } })
    let channel = EmbeddedChannel(handler: RequestGate(settings))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  private func head(_ headers: HTTPFields = [:]) -> HTTPRequestPart {
    .head(HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/x", headerFields: headers))
  }

  private func body(_ count: Int) -> HTTPRequestPart { .body(ByteBuffer(repeating: 120, count: count)) }

  /// What was let through: heads with the number of bytes behind them.
  private func requests(_ channel: EmbeddedChannel) throws -> [(HTTPRequest, Int)] {
    var found: [(HTTPRequest, Int)] = []
    while let part = try channel.readInbound(as: HTTPRequestPart.self) {
      switch part {
      case .head(let head): found.append((head, 0))
      case .body(let buffer): found[found.count - 1].1 += buffer.readableBytes
      case .end: break
      }
    }
    return found
  }

  /// The statuses of answers that were sent, and whether each says that the connection ends.
  private func answers(_ channel: EmbeddedChannel) throws -> [(Int, Bool)] {
    var found: [(Int, Bool)] = []
    while let part = try channel.readOutbound(as: HTTPResponsePart.self) {
      if case .head(let head) = part { found.append((head.status.code, head.headerFields[.connection] == "close")) }
    }
    return found
  }

  private func answer(_ channel: EmbeddedChannel, _ status: HTTPResponse.Status = .ok) throws {
    try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: status)))
    try channel.writeOutbound(HTTPResponsePart.end(nil))
  }

  @Test("A request is let through when it is whole, however its body was cut", arguments: [1, 7, 100])
  func whole(size: Int) throws {
    let channel = try channel()
    try channel.writeInbound(head([.contentLength: "100"]))
    for start in stride(from: 0, to: 100, by: size) { try channel.writeInbound(body(min(size, 100 - start))) }
    #expect(try requests(channel).isEmpty)
    #expect(memory.usedByteCount == 100)
    try channel.writeInbound(HTTPRequestPart.end(nil))
    let found = try requests(channel)
    #expect(found.count == 1 && found[0].1 == 100)
    #expect(memory.usedByteCount == 100)
    try answer(channel)
    #expect(memory.usedByteCount == 0)
    let sent = try answers(channel)
    #expect(sent.count == 1 && !sent[0].1)
    #expect(channel.isActive)
  }

  @Test("A body without a declared length gets the true one")
  func chunked() throws {
    let channel = try channel()
    try channel.writeInbound(head([.transferEncoding: "chunked"]))
    try channel.writeInbound(body(40))
    try channel.writeInbound(body(20))
    try channel.writeInbound(HTTPRequestPart.end(nil))
    let found = try requests(channel)
    #expect(found.count == 1 && found[0].1 == 60)
    #expect(found[0].0.headerFields[.contentLength] == "60" && found[0].0.headerFields[.transferEncoding] == nil)
  }

  @Test("A declared length above the limit is let through at once without a body, and the connection ends")
  func declaredTooLarge() throws {
    let channel = try channel()
    try channel.writeInbound(head([.contentLength: "101"]))
    let found = try requests(channel)
    #expect(found.count == 1 && found[0].1 == 0 && memory.usedByteCount == 0)
    try channel.writeInbound(body(101))
    try answer(channel, .contentTooLarge)
    #expect(try answers(channel).map(\.1) == [true])
    try channel.writeInbound(body(50))
    #expect(try requests(channel).isEmpty)
    channel.embeddedEventLoop.advanceTime(by: .seconds(3))
    #expect(!channel.isActive)
  }

  @Test("A body that grows above the limit is cut one byte behind it")
  func chunkedTooLarge() throws {
    let channel = try channel()
    try channel.writeInbound(head([.transferEncoding: "chunked"]))
    try channel.writeInbound(body(60))
    try channel.writeInbound(body(4000))
    let found = try requests(channel)
    #expect(found.count == 1 && found[0].1 == 101 && found[0].0.headerFields[.contentLength] == "101")
    try channel.writeInbound(body(4000))
    #expect(memory.usedByteCount == 101)
    try answer(channel, .contentTooLarge)
    #expect(try answers(channel).map(\.1) == [true] && memory.usedByteCount == 0)
    #expect(try requests(channel).isEmpty)
  }

  @Test("Exactly the limit is not too large")
  func limit() throws {
    let channel = try channel()
    try channel.writeInbound(head([.transferEncoding: "chunked"]))
    try channel.writeInbound(body(100))
    #expect(try requests(channel).isEmpty)
    try channel.writeInbound(HTTPRequestPart.end(nil))
    #expect(try requests(channel).map(\.1) == [100])
  }

  @Test("A body that trickles in is cut off with 408, counted from the head")
  func slowBody() throws {
    let channel = try channel()
    channel.embeddedEventLoop.advanceTime(by: .seconds(50))
    try channel.writeInbound(head([.contentLength: "100"]))
    for _ in 0..<29 {
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      try channel.writeInbound(body(1))
    }
    #expect(try answers(channel).isEmpty)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    let sent = try answers(channel)
    #expect(sent.count == 1 && sent[0] == (408, true))
    #expect(counts.refusals.withLock { $0 } == [408] && memory.usedByteCount == 0)
    try channel.writeInbound(body(71))
    try channel.writeInbound(HTTPRequestPart.end(nil))
    #expect(try requests(channel).isEmpty)
    channel.embeddedEventLoop.advanceTime(by: .seconds(2))
    #expect(!channel.isActive)
  }

  @Test("A silent connection is closed, and an answered request gives it time again")
  func idle() throws {
    let channel = try channel()
    channel.embeddedEventLoop.advanceTime(by: .seconds(59))
    try channel.writeInbound(head())
    try channel.writeInbound(HTTPRequestPart.end(nil))
    // However long the answer takes, it is not the client that is slow.
    channel.embeddedEventLoop.advanceTime(by: .seconds(500))
    #expect(channel.isActive)
    try answer(channel)
    channel.embeddedEventLoop.advanceTime(by: .seconds(59))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
    #expect(counts.connections.load(ordering: .relaxed) == 0)
  }

  @Test("A request that arrives while another one is answered has its time from then on")
  func pipelinedDeadline() throws {
    let channel = try channel()
    try channel.writeInbound(head())
    try channel.writeInbound(HTTPRequestPart.end(nil))
    try channel.writeInbound(head([.contentLength: "10"]))
    try channel.writeInbound(body(5))
    channel.embeddedEventLoop.advanceTime(by: .seconds(100))
    #expect(channel.isActive)
    try answer(channel)
    channel.embeddedEventLoop.advanceTime(by: .seconds(29))
    try channel.writeInbound(body(5))
    try channel.writeInbound(HTTPRequestPart.end(nil))
    #expect(try requests(channel).map(\.1) == [0, 10])
  }

  @Test("Of pipelined requests only the one that is too large says that the connection ends")
  func pipelinedEnd() throws {
    let channel = try channel()
    try channel.writeInbound(head())
    try channel.writeInbound(HTTPRequestPart.end(nil))
    try channel.writeInbound(head([.contentLength: "5000"]))
    try answer(channel)
    try answer(channel, .contentTooLarge)
    #expect(try answers(channel).map(\.1) == [false, true])
  }

  @Test("A client that asks for the end gets it", arguments: ["close", "Close", "keep-alive, close"])
  func asksForEnd(value: String) throws {
    let channel = try channel()
    try channel.writeInbound(head([.connection: value]))
    try channel.writeInbound(HTTPRequestPart.end(nil))
    try channel.writeInbound(head())
    try channel.writeInbound(HTTPRequestPart.end(nil))
    #expect(try requests(channel).count == 1)
    try answer(channel)
    #expect(try answers(channel).map(\.1) == [true])
  }

  @Test("Bodies of all connections share their memory; what is too much is asked to come again")
  func sharedMemory() throws {
    var channels: [EmbeddedChannel] = []
    for _ in 0..<10 {
      let channel = try channel()
      try channel.writeInbound(head([.contentLength: "100"]))
      try channel.writeInbound(body(100))
      channels.append(channel)
    }
    let late = try channel()
    try late.writeInbound(head([.contentLength: "1"]))
    try late.writeInbound(body(1))
    #expect(try answers(late).map(\.0) == [503])
    for channel in channels { _ = try channel.finish(acceptAlreadyClosed: true) }
    #expect(memory.usedByteCount == 0)
  }

  @Test("What is no HTTP is answered with 400, too large headers with 431")
  func errors() throws {
    for (error, status) in [(HTTPParserError.invalidHeaderToken, 400), (.headerOverflow, 431)] {
      let channel = try channel()
      channel.pipeline.fireErrorCaught(error)
      #expect(try answers(channel).map(\.0) == [status])
    }
  }

  @Test("A client that does not take its answer is cut off")
  func blocked() throws {
    let channel = try channel()
    try channel.writeInbound(head())
    try channel.writeInbound(HTTPRequestPart.end(nil))
    channel.isWritable = false
    channel.pipeline.fireChannelWritabilityChanged()
    channel.embeddedEventLoop.advanceTime(by: .seconds(29))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(!channel.isActive)
  }

  @Test("A client that asks whether to send a body is told so, unless the body is too large")
  func expectation() throws {
    let channel = try channel()
    try channel.writeInbound(head([.contentLength: "10", .expect: "100-continue"]))
    #expect(try answers(channel).map(\.0) == [100])
    let other = try self.channel()
    try other.writeInbound(head([.contentLength: "1000", .expect: "100-continue"]))
    #expect(try answers(other).isEmpty)
  }

  @Test("The wish to end waits for a body that is arriving")
  func quiescing() throws {
    final class Observer: ChannelInboundHandler {
      typealias InboundIn = HTTPRequestPart
      var eventCount = 0
      func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { eventCount += 1 }
      }
    }
    let channel = try channel()
    let observer = Observer()
    try channel.pipeline.syncOperations.addHandler(observer)
    try channel.writeInbound(head([.contentLength: "2"]))
    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    #expect(observer.eventCount == 0)
    try channel.writeInbound(body(2))
    try channel.writeInbound(HTTPRequestPart.end(nil))
    #expect(observer.eventCount == 1)
    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    #expect(observer.eventCount == 2)
  }
}
