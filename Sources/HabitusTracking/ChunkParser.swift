import HabitusModel

/// One worker's tools: from chunks of any file to batches, with dictionaries that last for the whole import.
final class ChunkParser {
  private let plan: ImportPlan
  private let table = RecordTable()
  private let builder: BatchBuilder
  private var reader: Reader?
  private var fileIndex = -1

  private enum Reader {
    case csv(CSVReader)
    case json(JSONReader)
  }

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
      switch file.fields {
      case .csv(let plan): reader = .csv(CSVReader(plan, delimiter: file.layout.delimiter))
      case .json(let plan): reader = .json(try JSONReader(plan))
      }
      self.fileIndex = fileIndex
    }
    result.file = file.file
    result.refused.removeAll(keepingCapacity: true)
    result.byteCount = chunk.length
    result.fileBytesRead = chunk.consumedByteCount
    chunk.bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      read(chunk, base, &result)
      builder.build(table, into: &result.batch)
      describeRefusals(base, file, &result)
    }
    result.newTerms = builder.takeNewTerms()
  }

  private func read(_ chunk: borrowing Chunk, _ base: UnsafePointer<UInt8>, _ result: inout ImportedChunk) {
    if let fault = chunk.fault {
      let present = [Bool](repeating: false, count: EventField.allCases.count)
      table.begin(base: base, capacity: 0, present: present, hasProperties: false)
      table.refuse(start: 0, end: chunk.length, fault)
      result.newlineCount = 1
      return
    }
    switch reader {
    case .csv(let reader):
      reader.read(base, length: chunk.length, into: table)
      result.newlineCount = reader.newlineCount
    case .json(let reader):
      if chunk.elements.isEmpty {
        reader.readLines(base, length: chunk.length, into: table)
      } else {
        reader.readElements(chunk.elements, base, length: chunk.length, into: table)
      }
      result.newlineCount = reader.newlineCount
    case nil: break
    }
  }

  private func describeRefusals(_ base: UnsafePointer<UInt8>, _ file: FilePlan, _ result: inout ImportedChunk) {
    if table.refusals.isEmpty { return }
    table.refusals.sort { $0.start < $1.start }
    var line = 1
    var position = 0
    for refusal in table.refusals {
      while position < refusal.start {
        line += base[position] == 0x0A ? 1 : 0
        position += 1
      }
      var end = refusal.end
      while end > refusal.start, base[end - 1] == 0x0A || base[end - 1] == 0x0D { end -= 1 }
      let count = end - refusal.start
      let kept = UnsafeBufferPointer(
        start: base + refusal.start, count: min(count, RefusedRow.maximumRawByteCount))
      let value = String(decoding: table.bytes(of: refusal.value).prefix(100), as: UTF8.self)
      result.refused.append(
        RefusedRow(
          file: file.file, line: line, reason: refusal.reason, value: value, raw: Array(kept), rawByteCount: count,
          layout: file.layout))
    }
  }
}
