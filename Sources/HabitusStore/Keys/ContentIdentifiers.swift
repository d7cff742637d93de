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

  /// Names the rows that came since the last call and have no identifier.
  mutating func name(_ rows: Rows, _ dictionaries: EventDictionaries, workers: Int) {
    for row in namedCount..<rows.count where !rows.hasIdentifier(at: row) {
      let content = Self.hash(rows, row, dictionaries)
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
    namedCount = rows.count
  }

  private static let key: (UInt64, UInt64) = (0x4861_6269_7475_7320, 0x636f_6e74_656e_7420)

  private static func hash(_ rows: Rows, _ row: Int, _ dictionaries: EventDictionaries) -> UInt128 {
    var hash = SipHash(key: key)
    hash.add(UInt64(bitPattern: rows.times[row]))
    for kind in TermKind.allCases where kind != .source {
      let code = rows.codes[kind.rawValue][row]
      guard code != TermDictionary.missing else {
        hash.add(UInt64.max)
        continue
      }
      let terms = dictionaries[keyPath: kind.keyPath].terms
      terms.bytes.withUnsafeBytes { hash.add(text: UnsafeRawBufferPointer(rebasing: $0[terms.range(of: Int(code))])) }
    }
    hash.add(rows.values[row].isNaN ? .max : rows.values[row].bitPattern)
    hash.add(text: rows.properties(at: row))
    let (first, second) = hash.finalize()
    return UInt128(second) << 64 | UInt128(first)
  }
}
