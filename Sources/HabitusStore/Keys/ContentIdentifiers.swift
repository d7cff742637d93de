internal import HabitusModel

/// Gives rows without an identifier one: a hash of their content and of their number among identical rows of the file.
///
/// So a second import of a file adds nothing, and true repeats inside it survive. The hash has a fixed key: the same
/// row has the same identifier in every store.
struct ContentIdentifiers {
  private var occurrences: [UInt128: UInt32] = [:]
  private var namedCount = 0

  /// Starts counting identical rows anew.
  mutating func beginFile() { occurrences.removeAll(keepingCapacity: true) }

  /// The rows that were named are gone.
  mutating func rowsWereRemoved() { namedCount = 0 }

  /// Names the rows of several groups that end at `groupEnds`; identical rows are numbered anew in each.
  static func name(_ rows: Rows, groupEnds: [Int], _ dictionaries: EventDictionaries) throws {
    var identifiers = ContentIdentifiers()
    for end in groupEnds {
      try identifiers.name(rows, upTo: end, dictionaries, workers: 1)
      identifiers.beginFile()
    }
  }

  /// Rows whose content is hashed together, on all workers.
  private static let blockSize = 1 << 20

  /// Names the rows that came since the last call and have no identifier.
  mutating func name(_ rows: Rows, _ dictionaries: EventDictionaries, workers: Int) throws {
    try name(rows, upTo: rows.count, dictionaries, workers: workers)
  }

  private mutating func name(
    _ rows: Rows, upTo end: Int, _ dictionaries: EventDictionaries, workers: Int
  ) throws {
    defer { namedCount = end }
    guard let first = (namedCount..<end).first(where: { !rows.hasIdentifier(at: $0) }) else { return }
    let terms = TermKind.allCases.map { dictionaries[keyPath: $0.keyPath].terms }
    let contents = ColumnBuffer<UInt128>(capacity: min(Self.blockSize, end - first))
    defer { contents.deallocate() }
    for start in stride(from: first, to: end, by: Self.blockSize) {
      let block = start..<min(end, start + Self.blockSize)
      let partSize = 1 << 14
      try Parallel.forEach((block.count + partSize - 1) / partSize, workers: workers) { part in
        let places = part * partSize..<min(block.count, (part + 1) * partSize)
        for place in places where !rows.hasIdentifier(at: start + place) {
          contents[place] = Self.hash(rows, start + place, terms)
        }
      }
      name(block, of: rows, contents)
    }
  }

  /// Names the rows of a block that have no identifier; `contents` holds the hashes of their contents.
  private mutating func name(_ block: Range<Int>, of rows: Rows, _ contents: ColumnBuffer<UInt128>) {
    for row in block where !rows.hasIdentifier(at: row) {
      let content = contents[row - block.lowerBound]
      let occurrence = occurrences[content, default: 0]
      occurrences[content] = occurrence + 1
      var hash = SipHash(key: Self.key)
      hash.add(UInt64(truncatingIfNeeded: content))
      hash.add(UInt64(truncatingIfNeeded: content >> 64))
      hash.add(UInt64(occurrence))
      let (first, second) = hash.finalize()
      var digits = (Hexadecimal.digits(first), Hexadecimal.digits(second))
      withUnsafeBytes(of: &digits) { rows.setIdentifier(at: row, to: $0) }
    }
  }

  private static let key: (UInt64, UInt64) = (0x4861_6269_7475_7320, 0x636f_6e74_656e_7420)

  /// - Parameter terms: the strings of each kind, in the order of ``TermKind``.
  private static func hash(_ rows: Rows, _ row: Int, _ terms: [ByteColumn]) -> UInt128 {
    var hash = SipHash(key: key)
    hash.add(UInt64(bitPattern: rows.times[row]))
    for kind in TermKind.user.rawValue...TermKind.page.rawValue {
      let code = rows.codes[kind][row]
      guard code != TermDictionary.missing else {
        hash.add(UInt64.max)
        continue
      }
      let range = terms[kind].range(of: Int(code))
      terms[kind].bytes.withUnsafeBytes { hash.add(text: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
    hash.add(rows.values[row].isNaN ? .max : rows.values[row].bitPattern)
    hash.add(text: rows.properties(at: row))
    let (first, second) = hash.finalize()
    return UInt128(second) << 64 | UInt128(first)
  }
}
