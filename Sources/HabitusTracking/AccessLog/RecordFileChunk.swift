public import HabitusModel

/// A stretch of a text file as a ``RecordParser`` has read it. Every line is an event, skipped or refused.
public struct RecordFileChunk: Sendable, Equatable {
  /// The file as it was named.
  public internal(set) var file: String
  /// The events, in the order of their lines.
  public internal(set) var events: [TrackedEvent] = []
  /// The lines that could not be read, in their order.
  public internal(set) var refused: [RefusedLine] = []
  /// What the lines say about identifiers of one person.
  public internal(set) var links: [IdentityStatement] = []
  /// How many lines say nothing by design, by reason.
  public internal(set) var skipped: [String: Int] = [:]
  /// How many lines there were.
  public internal(set) var lineCount = 0
  /// How many bytes of the file had been read (compressed ones, where it is compressed).
  public internal(set) var fileBytesRead = 0
  /// The size of the file in bytes; `nil` where it is not known.
  public internal(set) var fileByteCount: Int?

  /// Lines longer than this many bytes are refused.
  public static let maximumLineByteCount = 1 << 20

  init(file: String) { self.file = file }

  /// Events and refused lines as the intake takes them.
  public var reading: TrackerReading {
    var reading = TrackerReading(answer: TrackerAnswer(status: 200))
    reading.events = events
    reading.links = links
    reading.refused = refused.map(\.payload)
    return reading
  }

  /// Reads a line, without its newline, and adds what it is.
  mutating func add(_ line: ArraySlice<UInt8>, number: Int, with parser: inout some RecordParser) {
    let line = line.last == 0x0D ? line.dropLast() : line
    if line.count > Self.maximumLineByteCount {
      return addTooLong(line.prefix(RefusedRow.maximumRawByteCount), byteCount: line.count, number: number)
    }
    lineCount += 1
    switch parser.read(line) {
    case .event(let event): events.append(event)
    case .skipped(let reason): skipped[reason, default: 0] += 1
    case .refused(let reason, let message):
      refused.append(
        RefusedLine(
          line: number, reason: reason, message: message, raw: Array(line.prefix(RefusedRow.maximumRawByteCount)),
          rawByteCount: line.count))
    }
  }

  /// Adds what is wrong with the end of the file.
  mutating func finish(_ parser: inout some RecordParser, number: Int) {
    guard case .refused(let reason, let message) = parser.finish() else { return }
    refused.append(RefusedLine(line: number, reason: reason, message: message, raw: [], rawByteCount: 0))
  }

  /// Adds a line that is longer than the limit.
  mutating func addTooLong(_ start: some Collection<UInt8>, byteCount: Int, number: Int) {
    lineCount += 1
    refused.append(
      RefusedLine(
        line: number, reason: RefusalReason.recordTooLong.rawValue,
        message: "the line is longer than \(Self.maximumLineByteCount) bytes", raw: Array(start),
        rawByteCount: byteCount))
  }
}
