import HabitusModel

/// One worker's tools: from chunks of any file to batches, with dictionaries that last for the whole import.
final class ChunkParser {
  private let plan: ImportPlan
  private let table = RecordTable()
  private let builder: BatchBuilder
  private var reader: RecordReader?
  private var fileIndex = -1

  init(_ plan: ImportPlan) {
    self.plan = plan
    builder = BatchBuilder(plan)
  }

  /// Reads `chunk` of file number `fileIndex` into `result`, whose memory is used again. Lines count from the chunk's
  /// first.
  func parse(
    _ chunk: borrowing Chunk, of file: FilePlan, fileIndex: Int, into result: inout ImportedChunk
  ) throws(TrackingError) {
    if fileIndex != self.fileIndex {
      reader = try RecordReader(file)
      self.fileIndex = fileIndex
    }
    result.file = file.file
    result.refused.removeAll(keepingCapacity: true)
    result.byteCount = chunk.length
    result.fileBytesRead = chunk.consumedByteCount
    chunk.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      result.newlineCount = reader?.read(chunk, base, into: table) ?? 0
      builder.build(table, into: &result.batch)
      result.refused.append(contentsOf: table.refusedRows(of: file))
    }
    result.newTerms = builder.takeNewTerms()
  }
}
