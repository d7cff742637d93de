import Foundation
import HabitusModel
import HabitusTracking
import Testing

/// A parser for tests: a line beginning with `!` is refused, one beginning with `-` skipped, others are page views.
struct WordParser: ResumableRecordParser {
  var header: [[UInt8]] = []

  mutating func read(_ line: ArraySlice<UInt8>) -> RecordReading {
    switch line.first {
    case UInt8(ascii: "!"): return .refused(reason: "bang", message: "a bang")
    case UInt8(ascii: "-"): return .skipped(reason: "dash")
    case UInt8(ascii: "#"):
      header = [Array(line)]
      return .skipped(reason: "header")
    default:
      let user = UserID(String(decoding: (header.first ?? []) + line, as: UTF8.self))
      return .event(TrackedEvent(Event(user: user, time: Timestamp(milliseconds: 0), type: "page_view")))
    }
  }
}

@Suite("Files of lines")
struct RecordFileReaderTests {
  private let folder = try? TemporaryFolder()

  private func read(_ bytes: [UInt8], chunkLineCount: Int = 3) throws -> [RecordFileChunk] {
    let folder = try #require(folder)
    try folder.write(bytes, to: "lines.txt")
    let reader = try RecordFileReader(
      path: folder.path + "/lines.txt", parser: WordParser(), chunkLineCount: chunkLineCount)
    var chunks: [RecordFileChunk] = []
    while let chunk = try reader.next() { chunks.append(chunk) }
    #expect(try reader.next() == nil)
    return chunks
  }

  @Test("chunks hold events, refused lines with their numbers, and counts of skipped ones")
  func chunks() throws {
    let chunks = try read(Array("a\n!b\r\n-c\n-d\n\ne".utf8))
    #expect(chunks.map(\.lineCount) == [3, 3])
    #expect(chunks.flatMap(\.events).map(\.event.user) == ["a", "", "e"])
    #expect(chunks.map(\.skipped) == [["dash": 1], ["dash": 1]])
    let refused = RefusedLine(
      line: 2, reason: "bang", message: "a bang", raw: Array("!b".utf8), rawByteCount: 2)
    #expect(chunks[0].refused == [refused])
    #expect(
      chunks[0].reading.refused
        == [RefusedPayload(reason: "bang", message: "a bang", raw: Array("!b".utf8), position: 2)])
    #expect(chunks[0].reading.events == chunks[0].events)
    #expect(chunks.last?.fileBytesRead == 14)
    #expect(chunks.last?.fileByteCount == 14)
  }

  @Test("an empty file has no chunk, a byte order mark is passed over, a last line may lack its newline")
  func edges() throws {
    #expect(try read([]).isEmpty)
    #expect(try read([0xEF, 0xBB, 0xBF]).isEmpty)
    #expect(try read([0xEF, 0xBB, 0xBF, 0x61])[0].events.map(\.event.user) == ["a"])
    #expect(try read([0x61, 0x0A])[0].lineCount == 1)
    #expect(try read([0x0A])[0].events.map(\.event.user) == [""])
  }

  @Test("gzip and Zstandard are told by their first bytes; damaged data is an error")
  func compressed() throws {
    let folder = try #require(folder)
    let gzip = try #require(Data(base64Encoded: "H4sIAAAAAAACA0vkSuJK5gIA2Q5nCgYAAAA="))
    #expect(try read(Array(gzip)).first?.events.map(\.event.user) == ["a", "b", "c"])
    try folder.write(Array(gzip.dropLast(9)), to: "cut.gz")
    #expect(throws: TrackingError.self) {
      let reader = try RecordFileReader(path: folder.path + "/cut.gz", parser: WordParser())
      while try reader.next() != nil {}
    }
    #expect(throws: TrackingError.self) { try RecordFileReader(path: folder.path + "/none", parser: WordParser()) }
  }

  @Test("a line of 1 MiB is read, a longer one is refused with its start, and the lines around them are read")
  func longLines() throws {
    let limit = RecordFileChunk.maximumLineByteCount
    for excess in [0, 1, 700_000, 3_000_000] {
      let long = [UInt8](repeating: 0x78, count: limit + excess)
      let chunks = try read(Array("a\n".utf8) + long + Array("\nb\n".utf8) + long, chunkLineCount: 100)
      let chunk = try #require(chunks.first)
      #expect(chunks.count == 1)
      #expect(chunk.lineCount == 4)
      if excess == 0 {
        #expect(chunk.events.map(\.event.user.rawValue.utf8.count) == [1, limit, 1, limit])
      } else {
        #expect(chunk.events.map(\.event.user) == ["a", "b"])
        #expect(chunk.refused.map(\.line) == [2, 4])
        #expect(chunk.refused.map(\.reason) == ["record_too_long", "record_too_long"])
        #expect(chunk.refused.map(\.rawByteCount) == [limit + excess, limit + excess])
        #expect(chunk.refused.allSatisfy { $0.raw.count == RefusedRow.maximumRawByteCount })
      }
    }
  }
}
