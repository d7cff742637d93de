import Foundation
import Habitus
import Logging
import Synchronization
import Testing

@testable import HabitusServer

@Suite("The log")
struct LineLogTests {
  private final class Lines: Sendable {
    let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
  }

  private let lines = Lines()

  private func logger(_ format: HabitusConfiguration.Log.Format, _ level: HabitusConfiguration.Log.Level) -> Logger {
    var configuration = HabitusConfiguration.Log()
    configuration.format = format
    configuration.level = level
    let lines = lines
    let options = configuration
    return Logger(label: "test") { _ in
      LineLog(
        options, now: { Timestamp(milliseconds: 0) }, write: { line in lines.texts.withLock { $0.append(line) } })
    }
  }

  @Test("Text has time, level, message and values, always in one line")
  func text() {
    var logger = logger(.text, .info)
    logger[metadataKey: "id"] = "7"
    logger.info("stored\nnot", metadata: ["b": "two words", "a": "1", "c": "x\n=\"\u{1B}[31m"])
    logger.debug("left out")
    #expect(
      lines.all == [
        "1970-01-01T00:00:00.000Z INFO stored\u{FFFD}not a=1 b=\"two words\" "
          + #"c="x\n=\"\u001b[31m" id=7"# + "\n"
      ])
  }

  @Test("JSON is one object a line, whatever the values hold")
  func json() throws {
    logger(.json, .debug).debug("a \"b\"", metadata: ["level": "\u{1}\u{2028}\\", "é": "ü"])
    let line = try #require(lines.all.first)
    #expect(line.hasSuffix("}\n") && line.dropLast().allSatisfy { !$0.isNewline })
    let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
    #expect(
      object == [
        "time": "1970-01-01T00:00:00.000Z", "level": "debug", "message": "a \"b\"", "level_": "\u{1}\u{2028}\\",
        "é": "ü",
      ])
  }

  @Test("A request is a line at debug, a refusal one at info, a failure one at error, and none says who or what")
  func requests() async throws {
    for (level, expected) in [("debug", 4), ("info", 3), ("error", 1)] {
      let start = lines.all.count
      var server = TestServer()
      server.logger = logger(.json, try #require(HabitusConfiguration.Log.Level(rawValue: level)))
      let intake = server.intake
      try await server.run { port in
        let client = try RawClient(port: port)
        _ = try client.call("POST", "/v1/batch?secretuser", ["X-API-Key": "good"], body: "n=1")
        _ = try client.call("POST", "/v1/batch?secretuser", ["X-API-Key": "secretkey"], body: "secretbody")
        intake.state.withLock { $0.error = .storage("disk full") }
        _ = try client.call("POST", "/v1/batch?secretuser", ["X-API-Key": "good"], body: "n=1")
        _ = try client.call("GET", "/secretpath/secretuser")
      }
      let new = lines.all.dropFirst(start)
      let own = try new.map { try JSONDecoder().decode([String: String].self, from: Data($0.utf8)) }
        .filter { ["request", "refused", "Events could not be stored."].contains($0["message"]) }
      // The failure is both a line of its own and a refused request; the unknown path is a refused one.
      #expect(own.count == (level == "error" ? expected : expected + 1))
      #expect(new.allSatisfy { !$0.contains("secret") && !$0.contains("127.0.0.1:") || $0.contains("Server started") })
      #expect(own.allSatisfy { $0["hb.request.id"] != nil })
      if level == "debug" {
        #expect(own[0]["status"] == "200" && own[0]["route"] == "/v1/batch" && own[0]["protocol"] == "test")
        #expect(own[1]["reason"] == "unknown_key" && own[1]["level"] == "info")
        #expect(own[2]["level"] == "error" && own[2]["reason"] == "disk full")
        #expect(own[4]["route"] == "unknown")
      }
    }
  }
}
