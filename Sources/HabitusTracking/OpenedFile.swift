/// A file whose format and columns are known, ready to be read in chunks.
final class OpenedFile {
  let plan: FilePlan
  let byteCount: Int?
  /// Lines before the first chunk.
  let headerLineCount: Int
  private let reader: ChunkReader?

  /// How much of a file is looked at to find out how it is written.
  private static let headByteCount = 65_536

  /// Opens `path` (`-` is standard input) and resolves the mapping against its columns.
  init(path: String, options: ImportOptions) throws(TrackingError) {
    let file = try FileSource(path: path)
    byteCount = file.byteCount
    let reader = ChunkReader(try Compression.decompressing(file), file: path, options: options)
    var head = try reader.peek(Self.headByteCount)
    if head.starts(with: [0xEF, 0xBB, 0xBF]) {
      reader.skip(3)
      head.removeFirst(3)
    }
    let format = options.format ?? FileSniffer.format(ofFile: path, head: head)
    if head.isEmpty {
      plan = FilePlan(emptyFile: path, format: format, options: options)
      headerLineCount = 0
      self.reader = nil
      return
    }
    var layout = RecordLayout(format: format)
    var lineCount = 0
    if format == .csv {
      layout.delimiter = options.delimiter ?? FileSniffer.delimiter(head)
      var first = FileSniffer.firstRecord(head, delimiter: layout.delimiter)
      while first.byteCount == head.count, head.last != 0x0A, head.count < options.maximumRecordByteCount {
        let longer = try reader.peek(head.count * 4)
        if longer.count == head.count { break }
        head = longer
        first = FileSniffer.firstRecord(head, delimiter: layout.delimiter)
      }
      if options.hasHeader {
        layout.columns = first.fields
        lineCount = head[..<first.byteCount].reduce(into: 0) { count, byte in count += byte == 0x0A ? 1 : 0 }
        reader.skip(first.byteCount)
      } else {
        layout.columns = first.fields.indices.map { "column\($0 + 1)" }
      }
    }
    plan = try FilePlan(file: path, layout: layout, options: options)
    headerLineCount = lineCount
    self.reader = reader
  }

  /// Reads the next chunk into the memory of `chunk`; returns whether there was one.
  func next(_ chunk: inout Chunk) throws(TrackingError) -> Bool {
    guard let reader else { return false }
    return try reader.next(&chunk, layout: plan.layout)
  }
}
