import CZlib
import CZstd
import Foundation
import HabitusModel
import HabitusTracking
import Testing

@Suite("Reading files")
struct EventFileReaderTests {
  /// Rows of which every seventh is refused, some with quoted newlines.
  private static func table(_ count: Int) -> String {
    "user_id,timestamp,event_type,item_id,note\n"
      + (0..<count).map { row in
        let time = row % 7 == 3 ? "never" : String(row)
        let note = row % 5 == 0 ? "\"a\n\"\"b\"\"\"" : ""
        return "user\(row % 50),\(time),type\(row % 3),a rather long item \(row % 11),\(note)"
      }.joined(separator: "\n")
  }

  @Test("gives the same events and refused rows in order for any number of workers and any size of chunks")
  func parallel() throws {
    let text = Self.table(2000)
    let expected = try read(text)
    #expect(expected.events.count == 1714)
    #expect(expected.refused.count == 286)
    for workers in [1, 2, 3] {
      for size in [100, 1000, 10_000] {
        var options = ImportOptions()
        options.chunkByteCount = size
        #expect(try read(text, options, workers: workers) == expected, "\(workers) workers, chunks of \(size)")
      }
    }
  }

  @Test("reads gzip of several members and Zstandard of several frames by their first bytes")
  func compressed() throws {
    let text = Self.table(3000)
    let bytes = Array(text.utf8)
    let expected = try read(bytes: bytes)
    let halves = [Array(bytes[..<20_000]), Array(bytes[20_000...])]
    let gzip = halves.flatMap(Self.gzip)
    let zstandard = halves.flatMap(Self.zstandard)
    #expect(try read(bytes: gzip) == expected)
    #expect(try read(bytes: gzip + [UInt8](repeating: 0, count: 512), workers: 2) == expected)
    #expect(try read(bytes: zstandard, workers: 2) == expected)
    for damaged in [Array(gzip.dropLast(100)), Array(zstandard.dropLast(100))] {
      #expect(throws: TrackingError.self) { try read(bytes: damaged) }
    }
    var flipped = gzip
    flipped[gzip.count / 2] ^= 0x55
    #expect(throws: TrackingError.self) { try read(bytes: flipped) }
  }

  @Test("delivers several files in order, each with its own columns and lines")
  func severalFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let contents = [
      ("a.csv", "user_id,timestamp,event_type\na,0,x\nb,?,x\n"),
      ("b.csv", "timestamp\tuser_id\tevent_type\n0\tc\tx\n?\td\tx"),
      ("c.json", #"{"user_id":"e","timestamp":0,"event_type":"x"}"#),
    ]
    let files = contents.map { folder.appendingPathComponent($0.0).path }
    for (path, content) in zip(files, contents) {
      try content.1.write(toFile: path, atomically: false, encoding: .utf8)
    }
    for workers in [1, 2] {
      let imported = try read(files, workers: workers)
      #expect(imported.events.map(\.user) == ["a", "c", "e"])
      #expect(imported.reasons == ["3 invalid_time", "3 invalid_time"])
      #expect(imported.refused.map(\.file) == Array(files[..<2]))
    }
    let missing = folder.appendingPathComponent("d.csv").path
    var delivered = 0
    #expect(throws: TrackingError.self) {
      try EventFileReader().read(files + [missing]) { _ in delivered += 1 }
    }
    #expect(delivered == 0)
  }

  @Test("strict reading ends at the first refused row", arguments: [1, 2])
  func strict(workers: Int) throws {
    var options = ImportOptions()
    options.isStrict = true
    options.chunkByteCount = 50
    let error = #expect(throws: TrackingError.self) {
      try read("user_id,timestamp,event_type\nu,0,a\nu,soon,a\n,0,a\n", options, workers: workers)
    }
    guard case .refused(let row) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(row.line == 3)
    #expect(row.value == "soon")
  }

  @Test("ends with the receiver's error, and no thread is left behind", arguments: [1, 2])
  func receiverThrows(workers: Int) throws {
    struct Enough: Error {}
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.table(2000).write(toFile: path, atomically: false, encoding: .utf8)
    var options = ImportOptions()
    options.chunkByteCount = 1000
    var count = 0
    #expect(throws: Enough.self) {
      try EventFileReader(options).read([path], workers: workers) { _ in
        count += 1
        if count == 3 { throw Enough() }
      }
    }
    #expect(count == 3)
  }

  @Test("stops when its task is cancelled")
  func cancellation() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.table(100).write(toFile: path, atomically: false, encoding: .utf8)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try EventFileReader().read([path]) { _ in }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("a refused row is read again once the options fit or its bytes are mended")
  func reread() throws {
    var options = ImportOptions()
    let text = "user_id;timestamp;event_type;note\n\"u;1\";05.01.2026;a;b\nu2;0;a\nu3;0;\"a\n"
    let refused = try read(text, options).refused
    #expect(refused.map(\.reason) == [.invalidTime, .tooFewFields, .unterminatedQuote])
    let again = try EventFileReader(options)
    for row in refused {
      guard case .failure(let second) = try again.reread(row) else {
        Issue.record("\(row.message) became an event")
        continue
      }
      #expect(second == row)
    }
    options.timestampFormat = "%d.%m.%Y"
    let event = try EventFileReader(options).reread(refused[0]).get()
    #expect(
      event
        == Event(
          user: "u;1", time: Timestamp(milliseconds: 1_767_571_200_000), type: "a", properties: #"{"note":"b"}"#))
    var mended = refused[1]
    mended.raw = Array("u2;0;a;".utf8)
    mended.rawByteCount = mended.raw.count
    #expect(try again.reread(mended).get().user == "u2")
  }

  @Test("counts what it has read")
  func summary() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".csv").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = Self.table(500)
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    var options = ImportOptions()
    options.chunkByteCount = 4000
    var last = 0
    let summary = try EventFileReader(options).read([path], workers: 2) { chunk in
      #expect(chunk.fileByteCount == text.utf8.count)
      #expect(chunk.fileBytesRead >= last)
      last = chunk.fileBytesRead
    }
    #expect(last == text.utf8.count)
    #expect(summary.eventCount == 429)
    #expect(summary.refusedCounts == [.invalidTime: 71])
    let header = "user_id,timestamp,event_type,item_id,note\n"
    // A newline is added to a last line without one.
    #expect(summary.byteCount == text.utf8.count - header.utf8.count + 1)
  }

  private static func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1000)
    let count = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        deflate(&stream, Z_FINISH)
        return output.count - Int(stream.avail_out)
      }
    }
    return Array(output[..<count])
  }

  private static func zstandard(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let count = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    return Array(output[..<count])
  }
}
