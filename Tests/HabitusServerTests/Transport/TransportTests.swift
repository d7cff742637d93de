import Foundation
import Habitus
import Synchronization
import Testing

@testable import HabitusServer

@Suite("Over sockets")
struct TransportTests {
  private let key = ["X-API-Key": "good"]

  @Test("Routes answer with and without a slash at their end, and tell methods and paths apart")
  func routes() async throws {
    let server = TestServer()
    try await server.run { port in
      let client = try RawClient(port: port)
      for path in ["/v1/batch", "/v1/batch/", "/v1/%62atch", "/v1/batch//", "/v1/batch?x=1"] {
        let response = try client.call("POST", path, ["X-API-Key": "good"], body: "n=1")
        #expect(response.status == 200 && response.body == #"{"taken":true}"#, "\(path)")
        #expect(response.headers["content-type"] == "application/json")
      }
      #expect(try client.call("GET", "/v1/pixel", ["X-API-Key": "good"]).status == 200)
      let wrong = try client.call("PUT", "/v1/batch")
      #expect(wrong.status == 405 && wrong.headers["allow"] == "OPTIONS, POST")
      #expect(try client.call("GET", "/v1").status == 404)
      #expect(try client.call("GET", "/").status == 404)
      #expect(try client.call("GET", "/%zz%00").status == 404)
    }
    #expect(server.intake.readingCount == 6)
  }

  @Test("Chunked bodies arrive whole, wherever they are cut", arguments: [1, 5, 1000])
  func chunked(size: Int) async throws {
    let server = TestServer()
    try await server.run { port in
      let client = try RawClient(port: port)
      let text =
        "POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: good\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "2\r\nn=\r\n1\r\n7\r\n0\r\n\r\n"
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        client.send(Array(bytes[start..<min(bytes.count, start + size)]))
      }
      #expect(try client.response().status == 200)
    }
    #expect(server.intake.eventCount == 7)
  }

  @Test("Requests in one packet are answered in their order, over one connection")
  func pipelining() async throws {
    let server = TestServer()
    try await server.run { port in
      let client = try RawClient(port: port)
      let requests = (1...20).map { RawClient.request("POST", "/v1/batch", ["X-API-Key": "good"], body: "n=\($0)") }
      client.send(requests.joined() + RawClient.request("GET", "/nothing"))
      for _ in 1...20 { #expect(try client.response().status == 200) }
      #expect(try client.response().status == 404)
      #expect(try client.call("GET", "/livez").status == 200)
    }
    #expect(server.intake.state.withLock { $0.readings.map(\.reading.events.count) } == Array(1...20))
  }

  @Test("A body that is too large is refused without being read, and the client sees why")
  func tooLarge() async throws {
    let server = TestServer()
    try await server.run { port in
      let declared = try RawClient(port: port)
      declared.send("POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: good\r\nContent-Length: 50000000\r\n\r\n")
      let response = try declared.response()
      #expect(response.status == 413 && response.body == "test refuses: body_too_large")
      #expect(response.headers["connection"] == "close")
      #expect(declared.waitForClose())

      let chunked = try RawClient(port: port)
      chunked.send("POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: good\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = "400\r\n" + String(repeating: "x", count: 1024) + "\r\n"
      for _ in 0..<100 where !chunked.send(chunk) { break }
      #expect(try chunked.response().status == 413)
      #expect(chunked.waitForClose())

      let exact = try RawClient(port: port)
      #expect(
        try exact.call("POST", "/v1/batch", ["X-API-Key": "good"], body: String(repeating: "x", count: 1000)).status
          == 200)
      let above = try exact.call(
        "POST", "/v1/batch", ["X-API-Key": "good"], body: String(repeating: "x", count: 1001))
      #expect(above.status == 413)
    }
    #expect(server.intake.refusalCount == 3 && server.intake.readingCount == 1)
  }

  @Test("A body that ends early is never taken, whether its length was declared or not")
  func truncated() async throws {
    let server = TestServer()
    try await server.run { port in
      for end in ["finish", "reset"] {
        for head in ["Content-Length: 30", "Transfer-Encoding: chunked"] {
          let client = try RawClient(port: port)
          let part = head.hasPrefix("C") ? "n=5 " : "4\r\nn=5 \r\n"
          client.send("POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: good\r\n\(head)\r\n\r\n\(part)")
          Thread.sleep(forTimeInterval: 0.05)
          if end == "finish" { client.finish() } else { client.reset() }
          if end == "finish" { #expect(client.waitForClose()) }
        }
      }
      Thread.sleep(forTimeInterval: 0.2)
    }
    #expect(server.intake.readingCount == 0 && server.intake.refusalCount == 0)
  }

  @Test("A declared length that is too short leaves the rest to be no HTTP, and the connection ends")
  func lyingLength() async throws {
    let server = TestServer()
    try await server.run { port in
      let client = try RawClient(port: port)
      client.send(
        "POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: good\r\nContent-Length: 3\r\n\r\nn=1 key=reader n=7")
      #expect(try client.response().status == 200)
      #expect(try client.response().status == 400)
      #expect(client.waitForClose())
    }
    #expect(server.intake.eventCount == 1)
  }

  @Test(
    "What is ambiguous is refused",
    arguments: [
      "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
      "Content-Length: -1\r\n", "Content-Length: 99999999999999999999999\r\n", "Content-Length : 3\r\n",
    ])
  func ambiguous(headers: String) async throws {
    let server = TestServer()
    try await server.run { port in
      let client = try RawClient(port: port)
      client.send("POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: good\r\n\(headers)\r\nn=1")
      #expect(try client.response().status == 400)
      #expect(client.waitForClose())
    }
    #expect(server.intake.readingCount == 0)
  }

  @Test("A client that sends byte by byte is cut off, and others are served meanwhile")
  func slowBody() async throws {
    let server = TestServer { options in
      options.readTimeout = .milliseconds(500)
      options.idleTimeout = .milliseconds(700)
    }
    try await server.run { port in
      let start = ContinuousClock.now
      let slow = try RawClient(port: port)
      slow.send("POST /v1/batch HTTP/1.1\r\nHost: a\r\nX-API-Key: good\r\nContent-Length: 900\r\n\r\n")
      for _ in 0..<10 {
        slow.send("x")
        Thread.sleep(forTimeInterval: 0.02)
        let quick = try RawClient(port: port)
        #expect(try quick.call("POST", "/v1/batch", ["X-API-Key": "good"], body: "n=1").status == 200)
      }
      #expect(try slow.response().status == 408)
      #expect(slow.waitForClose())
      #expect(ContinuousClock.now - start < .seconds(6))

      let head = try RawClient(port: port)
      head.send("POST /v1/batch HTTP/1.1\r\n")
      for _ in 0..<20 {
        Thread.sleep(forTimeInterval: 0.1)
        guard head.send("x") else { break }
      }
      #expect(head.waitForClose())
    }
    #expect(server.intake.readingCount == 10)
  }

  @Test("Headers and paths that are too large are refused")
  func largeHeaders() async throws {
    let server = TestServer { $0.maximumHeaderByteCount = 2000 }
    try await server.run { port in
      for request in [
        "GET /livez HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 3000))\r\n\r\n",
        "GET /livez?\(String(repeating: "x", count: 3000)) HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n",
      ] {
        let client = try RawClient(port: port)
        client.send(request)
        #expect(try client.response().status == 431)
        #expect(client.waitForClose())
      }
      #expect(try RawClient(port: port).call("GET", "/livez").status == 200)
    }
  }

  @Test("A client that would like to go on in another protocol is answered in this one, and then has to connect anew")
  func upgrade() async throws {
    let server = TestServer()
    try await server.run { port in
      let upgrade = [
        "Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "", "X-API-Key": "good",
      ]
      let client = try RawClient(port: port)
      let answer = try client.call("POST", "/v1/batch", upgrade, body: "n=1")
      #expect(answer.status == 200 && answer.headers["connection"] == "close")
      #expect(client.waitForClose())
    }
    #expect(server.intake.eventCount == 1)
  }

  @Test("More connections than allowed wait until others end")
  func connections() async throws {
    let server = TestServer { options in
      options.maximumConnectionCount = 4
      options.idleTimeout = .milliseconds(600)
    }
    try await server.run { port in
      let clients = try (0..<20).map { _ in try RawClient(port: port) }
      // The idle ones in front make way for those behind.
      for client in clients.suffix(3) { client.send(RawClient.request("GET", "/livez")) }
      for client in clients.suffix(3) { #expect(try client.response().status == 200) }
    }
  }

  @Test("A HEAD, an HTTP/1.0 request and an absolute address are answered")
  func forms() async throws {
    let server = TestServer()
    try await server.run { port in
      let client = try RawClient(port: port)
      let brief = try client.call("HEAD", "/livez")
      #expect(brief.status == 200 && brief.headers["content-length"] == "18")
      let refused = try client.call("HEAD", "/v1/pixel")
      #expect(refused.status == 405 && refused.headers["allow"] == "GET, OPTIONS")
      client.send("GET http://host.example/livez HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try client.response().status == 200)
      let old = try RawClient(port: port)
      old.send("GET /livez HTTP/1.0\r\n\r\n")
      #expect(try old.response().status == 200)
    }
  }
}
