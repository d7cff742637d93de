import Foundation
import HabitusModel
import HabitusTracking
import Testing

/// Reading logs in tests.
enum AccessLog {
  static let identity = VisitorIdentity(key: Array("a secret of the tests".utf8))

  static func parser(_ options: AccessLogOptions = AccessLogOptions()) throws -> AccessLogParser {
    try AccessLogParser(identity: identity, options: options)
  }

  /// What each line of `text` is.
  static func read(_ text: String, _ options: AccessLogOptions = AccessLogOptions()) throws -> [RecordReading] {
    var parser = try parser(options)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { parser.read(ArraySlice($0.utf8)) }
  }

  /// The event that one line is.
  static func event(_ line: String, _ options: AccessLogOptions = AccessLogOptions()) throws -> TrackedEvent {
    let reading = try #require(try read(line, options).first)
    return try #require(reading.event, "\(reading.summary)")
  }

  /// All of a file in one piece.
  static func read(file path: String, _ options: AccessLogOptions = AccessLogOptions()) throws -> RecordFileChunk {
    let reader = try RecordFileReader(path: path, parser: try parser(options), chunkLineCount: .max)
    return try #require(try reader.next())
  }
}

extension RecordReading {
  var event: TrackedEvent? {
    if case .event(let event) = self { event } else { nil }
  }

  /// The kind in short: the event's type, or the reason.
  var summary: String {
    switch self {
    case .event(let event): event.event.type
    case .skipped(let reason): "skipped " + reason
    case .refused(let reason, _): "refused " + reason
    }
  }
}

/// A folder that is removed when the test ends.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
  }

  /// Adds to a file in place, as a server does.
  func append(_ text: String, to name: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: path + "/" + name))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  func rename(_ name: String, to other: String) throws {
    try FileManager.default.moveItem(atPath: path + "/" + name, toPath: path + "/" + other)
  }
}
