/// A line of a text file that could not be read.
public struct RefusedLine: Sendable, Equatable {
  /// The line's number, from 1.
  public var line: Int
  /// Why: a stable code in lower case.
  public var reason: String
  /// Why, in words.
  public var message: String
  /// The line's first ``RefusedRow/maximumRawByteCount`` bytes as they came; addresses in it are not truncated.
  public var raw: [UInt8]
  /// The whole line's length in bytes.
  public var rawByteCount: Int

  /// Makes a refused line from its parts.
  public init(line: Int, reason: String, message: String, raw: [UInt8], rawByteCount: Int) {
    self.line = line
    self.reason = reason
    self.message = message
    self.raw = raw
    self.rawByteCount = rawByteCount
  }

  /// The line as a part of a reading; its position is the line's number.
  public var payload: RefusedPayload { RefusedPayload(reason: reason, message: message, raw: raw, position: line) }
}
