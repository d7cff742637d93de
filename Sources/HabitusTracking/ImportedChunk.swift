public import HabitusModel

/// Events that were read from a stretch of a file, and the rows of it that were refused.
///
/// The batch's codes belong to the worker that read the chunk. ``newTerms`` holds the terms that this worker met for
/// the first time; their codes follow those of its earlier chunks, so that a receiver keeps one table of codes for each
/// worker and extends it with every chunk before it looks at the batch.
public struct ImportedChunk: Sendable {
  /// The file as it was named.
  public internal(set) var file = ""
  /// Which worker read it: 0 to the number of workers less one.
  public internal(set) var worker = 0
  /// The events in order of the file.
  public internal(set) var batch = EventBatch()
  /// Terms that the worker had not met before.
  public internal(set) var newTerms = EventTerms()
  /// The refused rows in order of the file.
  public internal(set) var refused: [RefusedRow] = []
  /// The part of the file's bytes (compressed ones, where it is compressed) that had been read with this chunk.
  public internal(set) var fileBytesRead = 0
  /// The size of the file in bytes; `nil` where it is not known, as with standard input.
  public internal(set) var fileByteCount: Int?
  /// How many bytes of records it holds, after decompression.
  public internal(set) var byteCount = 0
  /// Newlines in it.
  var newlineCount = 0

  init() {}
}

/// What an import has read.
public struct ImportSummary: Sendable, Equatable {
  /// Events that were delivered.
  public internal(set) var eventCount = 0
  /// Rows that were refused, by reason.
  public internal(set) var refusedCounts: [RefusalReason: Int] = [:]
  /// Bytes of records, after decompression.
  public internal(set) var byteCount = 0

  /// A summary of nothing.
  public init() {}

  /// All refused rows.
  public var refusedCount: Int { refusedCounts.values.reduce(0, +) }
}
