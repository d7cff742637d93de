/// Reads the chunks of one file into a table, as its format asks.
enum RecordReader {
  case csv(CSVReader)
  case json(JSONReader)

  init(_ file: FilePlan) throws(TrackingError) {
    switch file.fields {
    case .csv(let plan): self = .csv(CSVReader(plan, delimiter: file.layout.delimiter))
    case .json(let plan): self = .json(try JSONReader(plan))
    }
  }

  /// Reads a chunk that lies at `base` and returns how many newlines it has.
  func read(_ chunk: borrowing Chunk, _ base: UnsafePointer<UInt8>, into table: RecordTable) -> Int {
    if let fault = chunk.fault {
      let present = [Bool](repeating: false, count: EventField.allCases.count)
      table.begin(base: base, capacity: 0, present: present, hasProperties: false)
      table.refuse(start: 0, end: chunk.length, fault)
      return 1
    }
    switch self {
    case .csv(let reader):
      reader.read(base, length: chunk.length, into: table)
      return reader.newlineCount
    case .json(let reader):
      if chunk.elements.isEmpty {
        reader.readLines(base, length: chunk.length, into: table)
      } else {
        reader.readElements(chunk.elements, base, length: chunk.length, into: table)
      }
      return reader.newlineCount
    }
  }
}

extension RecordTable {
  /// The refused records of a chunk in their order, with lines that count from the chunk's first.
  func refusedRows(of file: FilePlan) -> [RefusedRow] {
    if refusals.isEmpty { return [] }
    refusals.sort { $0.start < $1.start }
    var line = 1
    var position = 0
    return refusals.map { refusal in
      while position < refusal.start {
        line += base[position] == 0x0A ? 1 : 0
        position += 1
      }
      var end = refusal.end
      while end > refusal.start, base[end - 1] == 0x0A || base[end - 1] == 0x0D { end -= 1 }
      let count = end - refusal.start
      let kept = UnsafeBufferPointer(
        start: base + refusal.start, count: min(count, RefusedRow.maximumRawByteCount))
      let value = String(decoding: bytes(of: refusal.value).prefix(100), as: UTF8.self)
      return RefusedRow(
        file: file.file, line: line, reason: refusal.reason, value: value, raw: Array(kept), rawByteCount: count,
        layout: file.layout)
    }
  }
}
