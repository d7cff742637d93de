internal import HabitusModel
internal import HabitusStore
internal import Synchronization

/// Writes what the store holds, or what an analysis of it finds, as rows of text.
///
/// Rows come in the order of user identifiers by bytes, whatever the order in which events arrived. Text is handed to a
/// sink in pieces, so that an export never stands in memory as a whole.
///
/// ```swift
/// let export = Export(workspace, format: .csv)
/// try await export.features { bytes in file.write(bytes) }
/// ```
public struct Export: Sendable {
  /// Takes the next piece of text.
  public typealias Sink = @Sendable (_ bytes: [UInt8]) throws -> Void

  /// Configuration and store.
  public let workspace: Workspace
  /// How rows are written.
  public let format: ExportFormat

  /// Uses a workspace.
  public init(_ workspace: Workspace, format: ExportFormat) {
    self.workspace = workspace
    self.format = format
  }

  /// Size of the pieces that are handed to a sink, about.
  static let pieceByteCount = 1 << 20

  /// The codes of all users by ascending bytes of their identifiers.
  static func codesByIdentifier(_ users: TermDictionary) -> [UInt32] {
    let terms = users.terms
    return terms.bytes.withUnsafeBytes { bytes in
      terms.ends.withUnsafeBufferPointer { ends in
        func text(_ code: UInt32) -> UnsafeRawBufferPointer {
          let index = Int(code)
          return UnsafeRawBufferPointer(rebasing: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
        }
        return (0..<UInt32(users.count)).sorted { text($0).lexicographicallyPrecedes(text($1)) }
      }
    }
  }

  /// Makes the text of rows `0..<count` on several threads, `size` rows a piece, and hands the pieces on in order.
  func write(
    _ count: Int, rowsPerPiece size: Int, columns: [String], to sink: Sink,
    _ row: @Sendable (inout RecordText, Int) -> Void
  ) throws {
    let pieceCount = (count + size - 1) / size
    let wave = workspace.workers * 4
    for first in stride(from: 0, to: pieceCount, by: wave) {
      let pieces = min(wave, pieceCount - first)
      let texts = Mutex([[UInt8]](repeating: [], count: pieces))
      try Parallel.forEach(pieces, workers: workspace.workers) { piece in
        var text = RecordText(format: format, columns: columns)
        let start = (first + piece) * size
        for index in start..<min(start + size, count) { row(&text, index) }
        texts.withLock { $0[piece] = text.bytes }
      }
      for text in texts.withLock({ $0 }) { try sink(text) }
    }
  }

  /// Hands the header on, which JSON Lines has none of.
  func writeHeader(_ columns: [String], to sink: Sink) throws {
    var text = RecordText(format: format, columns: columns)
    text.appendHeader()
    if !text.bytes.isEmpty { try sink(text.bytes) }
  }
}
