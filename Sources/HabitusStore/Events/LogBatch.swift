internal import HabitusModel

/// Events that were appended together, as one row of the log holds them: columns whose codes refer to strings of the
/// batch itself, so that a batch can be read on its own.
struct LogBatch {
  /// The events; every one has an identifier.
  var events: EventBatch
  /// The strings behind the codes.
  var dictionaries: EventDictionaries
  /// The keys of the events.
  var keys: [EventKey]

  // MARK: Binary form

  func encoded() throws -> [UInt8] {
    var plain = ByteWriter()
    for kind in TermKind.allCases { Self.append(dictionaries[keyPath: kind.keyPath].terms, to: &plain) }
    for time in events.times { plain.append(time) }
    for kind in TermKind.allCases { for code in kind.codes(of: events) { plain.append(code) } }
    for value in events.values { plain.append(value.bitPattern) }
    for key in keys {
      plain.append(key.high)
      plain.append(key.low)
    }
    Self.append(events.ids, to: &plain)
    Self.append(events.properties, to: &plain)
    plain.append(contentsOf: events.bots.lazy.map { $0 ? 1 : 0 })
    var writer = ByteWriter()
    writer.append(variableLength: UInt64(events.count))
    writer.append(variableLength: UInt64(plain.bytes.count))
    writer.append(contentsOf: try Zstandard.compress(plain.bytes))
    return writer.bytes
  }

  init(events: EventBatch, dictionaries: EventDictionaries, keys: [EventKey]) {
    self.events = events
    self.dictionaries = dictionaries
    self.keys = keys
  }

  /// The events at some positions, with only the strings that they need.
  func selecting(_ positions: [Int]) -> LogBatch {
    var selection = LogBatch(events: EventBatch(), dictionaries: EventDictionaries(), keys: positions.map { keys[$0] })
    for kind in TermKind.allCases {
      let codes = kind.codes(of: events)
      let terms = dictionaries[keyPath: kind.keyPath].terms
      terms.bytes.withUnsafeBytes { bytes in
        for position in positions {
          let code = codes[position]
          let text = code == TermDictionary.missing ? nil : bytes[terms.range(of: Int(code))]
          kind.append(
            text.map {
              selection.dictionaries[keyPath: kind.keyPath].code(adding: UnsafeRawBufferPointer(rebasing: $0))
            } ?? code, to: &selection.events)
        }
      }
    }
    for position in positions {
      selection.events.times.append(events.times[position])
      selection.events.values.append(events.values[position])
      selection.events.ids.append(position..<position + 1, of: events.ids)
      selection.events.properties.append(position..<position + 1, of: events.properties)
      if !events.bots.isEmpty { selection.events.bots.append(events.bots[position]) }
    }
    return selection
  }

  init(decoding bytes: UnsafeRawBufferPointer) throws {
    var reader = ByteReader(bytes)
    let count = try reader.count()
    let size = try reader.count()
    let plain = try Zstandard.decompress(try reader.rest(), size: size)
    self = try plain.withUnsafeBytes { try Self(decoding: $0, count: count) }
  }

  private init(decoding bytes: UnsafeRawBufferPointer, count: Int) throws {
    self.init(events: EventBatch(), dictionaries: EventDictionaries(), keys: [])
    // An event takes more than a byte, so a larger count is damage and must not take memory.
    guard count <= bytes.count else { throw StoreError.damaged("a batch of the log has an impossible length") }
    var reader = ByteReader(bytes)
    for kind in TermKind.allCases {
      let terms = try Self.column(&reader)
      try terms.bytes.withUnsafeBytes { bytes in
        for index in 0..<terms.count {
          let text = UnsafeRawBufferPointer(rebasing: bytes[terms.range(of: index)])
          guard dictionaries[keyPath: kind.keyPath].code(adding: text) == UInt32(index) else {
            throw StoreError.damaged("a batch of the log holds a string twice")
          }
        }
      }
    }
    for _ in 0..<count { events.times.append(try reader.integer(Int64.self)) }
    for kind in TermKind.allCases {
      let termCount = UInt32(dictionaries[keyPath: kind.keyPath].count)
      let isOptional = kind != .user && kind != .type
      for _ in 0..<count {
        let code = try reader.integer(UInt32.self)
        guard code < termCount || (isOptional && code == TermDictionary.missing) else {
          throw StoreError.damaged("a batch of the log refers to a string that it does not hold")
        }
        kind.append(code, to: &events)
      }
    }
    for _ in 0..<count { events.values.append(Double(bitPattern: try reader.integer(UInt64.self))) }
    for _ in 0..<count {
      keys.append(EventKey(high: try reader.integer(UInt64.self), low: try reader.integer(UInt32.self)))
    }
    events.ids = try Self.column(&reader)
    events.properties = try Self.column(&reader)
    // The marks of bots are there only where one is set.
    events.bots = try reader.rest().map { $0 != 0 }
    guard events.ids.count == count, events.properties.count == count, [0, count].contains(events.bots.count) else {
      throw StoreError.damaged("a batch of the log has columns of different lengths")
    }
  }

  private static func append(_ column: ByteColumn, to writer: inout ByteWriter) {
    writer.append(variableLength: UInt64(column.count))
    for index in 0..<column.count { writer.append(variableLength: UInt64(column.range(of: index).count)) }
    writer.append(contentsOf: column.bytes)
  }

  private static func column(_ reader: inout ByteReader) throws -> ByteColumn {
    var column = ByteColumn()
    var end = 0
    for _ in 0..<(try reader.itemCount()) {
      let (sum, isTooLarge) = end.addingReportingOverflow(try reader.count())
      guard !isTooLarge else { throw StoreError.damaged("a batch of the log has impossible texts") }
      end = sum
      column.ends.append(end)
    }
    column.bytes = Array(try reader.slice(end))
    return column
  }
}

extension TermKind {
  /// The codes of this kind.
  func codes(of batch: EventBatch) -> [UInt32] {
    switch self {
    case .user: batch.users
    case .type: batch.types
    case .item: batch.items
    case .category: batch.categories
    case .session: batch.sessions
    case .page: batch.pages
    case .source: batch.sources
    }
  }

  /// Adds a code of this kind.
  func append(_ code: UInt32, to batch: inout EventBatch) {
    switch self {
    case .user: batch.users.append(code)
    case .type: batch.types.append(code)
    case .item: batch.items.append(code)
    case .category: batch.categories.append(code)
    case .session: batch.sessions.append(code)
    case .page: batch.pages.append(code)
    case .source: batch.sources.append(code)
    }
  }
}
