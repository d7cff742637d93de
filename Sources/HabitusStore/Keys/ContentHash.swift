internal import HabitusModel

/// Hashes of an event's content: 16 bits that tell an exact repeat from a differing one, and the identifier of an event
/// whose source gave none.
struct ContentHash {
  /// Of each string of each dictionary.
  private var ofTerms: [[UInt64]] = TermKind.allCases.map { _ in [] }
  private let key: (UInt64, UInt64)

  init(key: (UInt64, UInt64)) { self.key = key }

  /// Takes in the strings that were added to the dictionaries.
  mutating func update(from dictionaries: EventDictionaries) {
    for kind in TermKind.allCases {
      let terms = dictionaries[keyPath: kind.keyPath].terms
      terms.bytes.withUnsafeBytes { bytes in
        for code in ofTerms[kind.rawValue].count..<terms.count {
          var hash = SipHash(key: key)
          hash.add(UnsafeRawBufferPointer(rebasing: bytes[terms.range(of: code)]))
          ofTerms[kind.rawValue].append(hash.finalize().0)
        }
      }
    }
  }

  /// 16 bits of the content of a row, its source aside.
  func shortHash(of rows: Rows, at index: Int) -> UInt16 {
    var state = TermDictionary.fold(UInt64(bitPattern: rows.times[index]))
    for kind in TermKind.user.rawValue...TermKind.page.rawValue {
      let code = rows.codes[kind][index]
      state = TermDictionary.fold(state ^ (code == TermDictionary.missing ? 0 : ofTerms[kind][Int(code)]))
    }
    let value = rows.values[index]
    if !value.isNaN { state = TermDictionary.fold(state ^ value.bitPattern) }
    let properties = rows.properties(at: index)
    if properties.count > 0 {
      var hash = SipHash(key: key)
      hash.add(properties)
      state = TermDictionary.fold(state ^ hash.finalize().0)
    }
    return UInt16(truncatingIfNeeded: state)
  }
}
