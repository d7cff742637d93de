/// Reads a text file line by line: plain, gzip or Zstandard, which is told by its first bytes.
///
/// Lines end with a newline, a carriage return before it is cut; the last one may lack it. A byte order mark of UTF-8
/// is passed over. Use it from one task at a time.
public final class RecordFileReader<Parser: RecordParser> {
  private let file: FileSource
  private let source: any ByteSource
  private let chunkLineCount: Int
  private var parser: Parser
  private var buffer: [UInt8] = Array(repeating: 0, count: 1 << 18)
  /// The bytes of ``buffer`` that are not read yet.
  private var unread = 0..<0
  /// Up to where ``unread`` is known to hold no newline.
  private var searched = 0
  private var lineNumber = 0
  /// Whether the whole file was read.
  public private(set) var isAtEnd = false
  private var isFinished = false

  /// Opens `path`; `-` is standard input.
  ///
  /// - Parameters:
  ///   - parser: Reads the lines; made for this file.
  ///   - chunkLineCount: The most lines that a chunk has.
  public init(path: String, parser: Parser, chunkLineCount: Int = 8192) throws(TrackingError) {
    file = try FileSource(path: path)
    source = try Compression.decompressing(file)
    self.parser = parser
    self.chunkLineCount = max(1, chunkLineCount)
    while unread.count < 3, try fill() {}
    if buffer[unread].starts(with: [0xEF, 0xBB, 0xBF]) { unread = 3..<unread.upperBound }
    searched = unread.lowerBound
  }

  /// Reads the next lines; `nil` at the end of the file.
  ///
  /// - Throws: ``TrackingError/unreadable(file:reason:)``, ``TrackingError/corruptCompression(file:reason:)``. What was
  ///   read before is lost then only as far as it belongs to this chunk.
  public func next() throws(TrackingError) -> RecordFileChunk? {
    var chunk = RecordFileChunk(file: file.name)
    while chunk.lineCount < chunkLineCount {
      if let end = newline() {
        lineNumber += 1
        chunk.add(buffer[unread.lowerBound..<end], number: lineNumber, with: &parser)
        consume(to: end + 1)
      } else if unread.count > RecordFileChunk.maximumLineByteCount {
        try passOverLine(&chunk)
      } else if try !fill() {
        if unread.isEmpty { break }
        lineNumber += 1
        chunk.add(buffer[unread], number: lineNumber, with: &parser)
        consume(to: unread.upperBound)
      }
    }
    if chunk.lineCount < chunkLineCount, !isFinished {
      isFinished = true
      chunk.finish(&parser, number: lineNumber)
    }
    chunk.links = parser.takeLinks()
    chunk.fileBytesRead = source.consumedByteCount
    chunk.fileByteCount = file.byteCount
    return chunk.lineCount == 0 && chunk.refused.isEmpty ? nil : chunk
  }

  private func newline() -> Int? {
    let found = buffer[..<unread.upperBound].position(of: 0x0A, from: searched)
    searched = found ?? unread.upperBound
    return found
  }

  private func consume(to end: Int) {
    unread = end..<unread.upperBound
    searched = end
  }

  /// Refuses a line that is too long, and passes over its rest without keeping it.
  private func passOverLine(_ chunk: inout RecordFileChunk) throws(TrackingError) {
    let start = Array(buffer[unread].prefix(RefusedRow.maximumRawByteCount))
    var byteCount = 0
    while true {
      if let end = newline() {
        byteCount += end - unread.lowerBound
        consume(to: end + 1)
        break
      }
      byteCount += unread.count
      consume(to: unread.upperBound)
      if try !fill() { break }
    }
    lineNumber += 1
    chunk.addTooLong(start, byteCount: byteCount, number: lineNumber)
  }

  /// Reads more bytes behind the unread ones; returns whether there were any.
  private func fill() throws(TrackingError) -> Bool {
    if isAtEnd { return false }
    if unread.lowerBound > 0 {
      let count = unread.count
      buffer.withUnsafeMutableBytes { bytes in
        bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[unread]))
      }
      searched -= unread.lowerBound
      unread = 0..<count
    }
    if unread.upperBound == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
    let start = unread.upperBound
    let result = buffer.withUnsafeMutableBytes { bytes in
      Result { () throws(TrackingError) in
        try source.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
      }
    }
    let count = try result.get()
    unread = unread.lowerBound..<(start + count)
    isAtEnd = count == 0
    return count > 0
  }
}
