public import HabitusModel

extension EventFileReader {
  /// Reads one JSON object, as it stands in a line of JSON Lines.
  ///
  /// - Returns: the event, or the row with the reason why it is none; its file is empty.
  /// - Throws: ``TrackingError`` where there is no memory.
  public func event(json: some Collection<UInt8>) throws(TrackingError) -> Result<Event, RefusedRow> {
    try reread(Array(json), layout: RecordLayout(format: .jsonLines), file: "", line: 1)
  }

  /// Reads a refused row again, now with the options of this reader.
  ///
  /// - Returns: the event, or the row with the reason why it still is none. A row of which only the beginning was kept
  ///   stays as it is.
  /// - Throws: ``TrackingError`` where the mapping does not fit the row's columns.
  public func reread(_ row: RefusedRow) throws(TrackingError) -> Result<Event, RefusedRow> {
    if row.rawByteCount > row.raw.count { return .failure(row) }
    return try reread(row.raw, layout: row.layout, file: row.file, line: row.line)
  }

  private func reread(
    _ raw: [UInt8], layout: RecordLayout, file: String, line: Int
  ) throws(TrackingError) -> Result<Event, RefusedRow> {
    let filePlan = try FilePlan(file: file, layout: layout, options: options)
    var chunk = Chunk()
    chunk.bytes = raw + [0x0A] + [UInt8](repeating: 0, count: ByteArena.slack)
    chunk.length = raw.count + 1
    if layout.format == .csv {
      let cut = chunk.bytes.withUnsafeBufferPointer { bytes in
        bytes.baseAddress.map { RecordSplitter.csv($0, raw.count + 1, delimiter: layout.delimiter) }
      }
      if cut?.end != raw.count + 1 { chunk.fault = .unterminatedQuote }
    } else {
      let isBlank = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
      if let first = raw.firstIndex(where: { !isBlank($0) }), let last = raw.lastIndex(where: { !isBlank($0) }) {
        chunk.elements = [first..<(last + 1)]
      }
    }
    var result = ImportedChunk()
    try ChunkParser(plan).parse(chunk, of: filePlan, fileIndex: 0, into: &result)
    if var refused = result.refused.first {
      refused.line = line
      return .failure(refused)
    }
    guard let event = Event(firstOf: result.batch, result.newTerms) else {
      return .failure(
        RefusedRow(
          file: file, line: line, reason: layout.format == .csv ? .tooFewFields : .invalidJSON, value: "", raw: raw,
          rawByteCount: raw.count, layout: layout))
    }
    return .success(event)
  }
}

extension RefusedRow: Error {}

extension Event {
  /// The first event of a batch whose codes are positions in `terms`; `nil` where the batch is empty.
  init?(firstOf batch: EventBatch, _ terms: EventTerms) {
    guard batch.count > 0 else { return nil }
    func text(_ code: UInt32, _ column: ByteColumn) -> String? {
      code == TermDictionary.missing ? nil : column.text(at: Int(code))
    }
    let properties = batch.properties.text(at: 0)
    self.init(
      id: batch.ids.text(at: 0), user: UserID(terms.users.text(at: Int(batch.users[0]))),
      time: Timestamp(milliseconds: batch.times[0]), type: terms.types.text(at: Int(batch.types[0])),
      session: text(batch.sessions[0], terms.sessions), item: text(batch.items[0], terms.items),
      category: text(batch.categories[0], terms.categories), value: batch.values[0].isNaN ? nil : batch.values[0],
      page: text(batch.pages[0], terms.pages), source: text(batch.sources[0], terms.sources),
      properties: properties.isEmpty ? nil : properties, isBot: batch.bots.first ?? false)
  }
}
