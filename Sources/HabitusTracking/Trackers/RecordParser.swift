public import HabitusModel

/// Turns the records of one text file, line by line, into events: access logs and exports of other systems.
///
/// A parser is made for each file and sees its lines in order, so that it can remember a header.
public protocol RecordParser {
  /// Reads one line without its end.
  mutating func read(_ line: ArraySlice<UInt8>) -> RecordReading

  /// Says what is wrong with the end of the file; `nil` where nothing is.
  mutating func finish() -> RecordReading?

  /// What the lines that were read since the last call say about identifiers of one person.
  mutating func takeLinks() -> [IdentityStatement]
}

extension RecordParser {
  /// The end of a file is a record's end.
  public mutating func finish() -> RecordReading? { nil }

  /// Lines say nothing about identifiers.
  public mutating func takeLinks() -> [IdentityStatement] { [] }
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
