/// Turns the records of one text file, line by line, into events: access logs and exports of other systems.
///
/// A parser is made for each file and sees its lines in order, so that it can remember a header.
public protocol RecordParser {
  /// Reads one line without its end.
  mutating func read(_ line: ArraySlice<UInt8>) -> RecordReading
}

/// What a line of a text file is.
public enum RecordReading: Sendable {
  /// An event.
  case event(TrackedEvent)
  /// A line that says nothing about a visitor by design, and why: a header, a static file. It is counted.
  case skipped(reason: String)
  /// A line that cannot be read: a stable code, and what is wrong in words. It goes to the quarantine.
  case refused(reason: String, message: String)
}
