/// A piece of a file that holds whole records.
struct Chunk: Sendable {
  /// The bytes, with at least ``ByteArena/slack`` more behind them.
  var bytes: [UInt8] = []
  /// How many of ``bytes`` count.
  var length = 0
  /// Where the elements lie, in a JSON array.
  var elements: [Range<Int>] = []
  /// Set where the whole chunk is one record that cannot be read.
  var fault: RefusalReason?
  /// How many bytes of the file had been read when the chunk was made.
  var consumedByteCount = 0
}

/// Cuts a file into chunks of whole records, reading it once from start to end.
final class ChunkReader {
  private let source: any ByteSource
  private let file: String
  private let chunkByteCount: Int
  private let maximumByteCount: Int
  /// What has been read but belongs to the next chunk.
  private var carried: [UInt8] = []
  private var isAtEnd = false
  private var isSkippingLine = false
  private var arraySplitter = ArraySplitter()
  /// Newlines before ``carried``; kept for JSON arrays only.
  private var lineCount = 0

  init(_ source: any ByteSource, file: String, options: ImportOptions) {
    self.source = source
    self.file = file
    chunkByteCount = max(1, options.chunkByteCount)
    maximumByteCount = max(1, options.maximumRecordByteCount)
  }

  /// The first bytes of the file, at least `count` if it has so many; they are read again afterwards.
  func peek(_ count: Int) throws(TrackingError) -> [UInt8] {
    var bytes = carried
    var filled = bytes.count
    Self.resize(&bytes, to: count)
    try fill(&bytes, &filled, upTo: bytes.count)
    bytes.removeLast(bytes.count - filled)
    carried = bytes
    return bytes
  }

  /// Passes over the first `count` of the bytes that were peeked at.
  func skip(_ count: Int) { carried.removeFirst(count) }

  /// Reads the next chunk into the memory of `chunk`; returns whether there was one.
  func next(_ chunk: inout Chunk, layout: RecordLayout) throws(TrackingError) -> Bool {
    if isSkippingLine { try skipLine() }
    chunk.fault = nil
    chunk.elements.removeAll(keepingCapacity: true)
    var target = max(chunkByteCount, carried.count)
    var filled = carried.count
    Self.resize(&chunk.bytes, to: target + ByteArena.slack + 1)
    chunk.bytes.withUnsafeMutableBytes { $0.copyBytes(from: carried) }
    carried.removeAll(keepingCapacity: true)
    while true {
      try fill(&chunk.bytes, &filled, upTo: target)
      if isAtEnd, layout.format != .json, filled > 0, chunk.bytes[filled - 1] != 0x0A {
        chunk.bytes[filled] = 0x0A
        filled += 1
      }
      chunk.consumedByteCount = source.consumedByteCount
      if filled == 0, layout.format != .json { return false }
      let cut = try cut(&chunk, filled, layout)
      if cut.end > 0 {
        finish(&chunk, length: cut.end, filled: filled)
        return true
      }
      if isAtEnd || filled >= maximumByteCount {
        guard filled > 0, layout.format != .json || filled >= maximumByteCount else { return false }
        if layout.format == .json {
          throw .malformedArray(file: file, line: lineCount + 1, reason: "an element is longer than the limit")
        }
        let line = chunk.bytes.withUnsafeBufferPointer { bytes in
          bytes.baseAddress.flatMap { RecordSplitter.firstLineEnd($0, filled) }
        }
        chunk.fault = cut.isInsideQuotes ? .unterminatedQuote : .recordTooLong
        isSkippingLine = line == nil
        finish(&chunk, length: line ?? filled, filled: filled)
        return true
      }
      target = min(max(target * 2, filled + 1), max(maximumByteCount, filled + 1))
      Self.resize(&chunk.bytes, to: target + ByteArena.slack + 1)
    }
  }

  private func cut(
    _ chunk: inout Chunk, _ filled: Int, _ layout: RecordLayout
  ) throws(TrackingError) -> RecordSplitter.Cut {
    var elements = chunk.elements
    chunk.elements = []
    elements.removeAll(keepingCapacity: true)
    var fault: ArraySplitter.Fault?
    let cut = chunk.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return RecordSplitter.Cut(end: 0, isInsideQuotes: false) }
      switch layout.format {
      case .csv: return RecordSplitter.csv(base, filled, delimiter: layout.delimiter)
      case .jsonLines: return RecordSplitter.lines(base, filled)
      case .json:
        do throws(ArraySplitter.Fault) {
          let end = try arraySplitter.split(base, filled, isAtEnd: isAtEnd, into: &elements)
          return RecordSplitter.Cut(end: end, isInsideQuotes: false)
        } catch {
          fault = error
          return RecordSplitter.Cut(end: 0, isInsideQuotes: false)
        }
      }
    }
    chunk.elements = elements
    if let fault { throw .malformedArray(file: file, line: lineCount + 1, reason: fault.rawValue) }
    if layout.format == .json {
      lineCount += chunk.bytes[..<cut.end].reduce(into: 0) { count, byte in count += byte == 0x0A ? 1 : 0 }
    }
    return cut
  }

  private func finish(_ chunk: inout Chunk, length: Int, filled: Int) {
    carried.append(contentsOf: chunk.bytes[length..<filled])
    chunk.length = length
  }

  private func fill(_ bytes: inout [UInt8], _ filled: inout Int, upTo target: Int) throws(TrackingError) {
    while filled < target, !isAtEnd {
      let start = filled
      let result = bytes.withUnsafeMutableBytes { buffer in
        Result { () throws(TrackingError) in
          try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[start..<target]))
        }
      }
      let got = try result.get()
      if got == 0 { isAtEnd = true }
      filled += got
    }
  }

  /// Passes over the rest of a line that was too long.
  private func skipLine() throws(TrackingError) {
    isSkippingLine = false
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var filled = 0
      try fill(&bytes, &filled, upTo: bytes.count)
      if filled == 0 { return }
      if let newline = bytes[..<filled].firstIndex(of: 0x0A) {
        carried = Array(bytes[(newline + 1)..<filled])
        return
      }
    }
  }

  private static func resize(_ bytes: inout [UInt8], to count: Int) {
    guard bytes.count < count else { return }
    bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      let old = buffer.initialize(fromContentsOf: bytes)
      buffer[old...].initialize(repeating: 0)
      initializedCount = count
    }
  }
}
