/// Decompresses what lz-string writes as Base64: dictionary coding after Lempel, Ziv and Welch over UTF-16 code units,
/// with codes that grow from three bits on.
///
/// A code is 0 (a new unit of 8 bits follows), 1 (one of 16 bits follows), 2 (the end) or the number of a dictionary
/// entry. Bits are packed from the highest of a character, and a number's lowest bit comes first.
struct LZString {
  /// Why a text cannot be decompressed.
  enum Fault: Error, Equatable {
    /// The result would be longer than the limit.
    case limit
    /// What is wrong.
    case damaged(String)
  }

  /// An entry is an earlier entry and one more unit.
  private struct Entry {
    var prefix: Int32
    var length: Int32
    var first: UInt16
    var last: UInt16
  }

  private let text: [UInt8]
  private var position = 0
  private var word: UInt8 = 0
  private var bitsLeft = 0

  /// The first three stand for codes that are no entries.
  private var entries = [Entry](repeating: Entry(prefix: -1, length: 0, first: 0, last: 0), count: 3)
  private var codeWidth = 3
  private var untilWider = 4
  private var output: [UInt16] = []

  private init(_ text: [UInt8]) { self.text = text }

  /// The UTF-8 of the text that was compressed, where it has at most `limit` UTF-16 code units; half of a surrogate
  /// pair becomes U+FFFD.
  ///
  /// - Complexity: O(characters + units); memory is bounded by both, too.
  static func decompressed(base64 text: [UInt8], limit: Int) throws(Fault) -> [UInt8] {
    var reader = LZString(text)
    try reader.run(limit)
    return Array(String(decoding: reader.output, as: UTF16.self).utf8)
  }

  private mutating func run(_ limit: Int) throws(Fault) {
    // The first code has two bits, and only a new unit or the end can follow.
    let start = try number(2)
    if start == 2 { return }
    guard start < 2 else { throw .damaged("it does not begin with a letter") }
    var previous = try newEntry(isWide: start == 1)
    try append(previous, limit)
    while true {
      var code = try number(codeWidth)
      if code == 2 { return }
      if code < 2 {
        code = try newEntry(isWide: code == 1)
        widen()
      }
      guard code <= entries.count else { throw .damaged("a code stands before its entry") }
      // An entry that is only being made repeats the first unit of the one before.
      let first = code == entries.count ? entries[previous].first : entries[code].first
      entries.append(
        Entry(
          prefix: Int32(previous), length: entries[previous].length + 1, first: entries[previous].first, last: first))
      try append(code, limit)
      widen()
      previous = code
    }
  }

  /// Counts an entry; where all codes of the present width are taken, the next ones are wider.
  private mutating func widen() {
    untilWider -= 1
    guard untilWider == 0 else { return }
    untilWider = 1 << codeWidth
    codeWidth += 1
  }

  private mutating func newEntry(isWide: Bool) throws(Fault) -> Int {
    let unit = UInt16(truncatingIfNeeded: try number(isWide ? 16 : 8))
    entries.append(Entry(prefix: -1, length: 1, first: unit, last: unit))
    return entries.count - 1
  }

  private mutating func append(_ code: Int, _ limit: Int) throws(Fault) {
    let length = Int(entries[code].length)
    guard output.count + length <= limit else { throw .limit }
    output.append(contentsOf: repeatElement(0, count: length))
    var index = output.count - 1
    var code = code
    while code >= 0 {
      output[index] = entries[code].last
      index -= 1
      code = Int(entries[code].prefix)
    }
  }

  private mutating func number(_ width: Int) throws(Fault) -> Int {
    var result = 0
    for bit in 0..<width {
      if bitsLeft == 0 {
        guard position < text.count else { throw .damaged("it ends too early") }
        guard let value = Self.value(of: text[position]) else {
          throw .damaged("the character \(position + 1) is not one of Base64")
        }
        word = value
        position += 1
        bitsLeft = 6
      }
      bitsLeft -= 1
      result |= Int(word >> UInt8(bitsLeft) & 1) << bit
    }
    return result
  }

  /// A blank counts as `+`, which it was before a form was decoded.
  private static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case 65...90: byte - 65
    case 97...122: byte - 71
    case 48...57: byte + 4
    case UInt8(ascii: "+"), UInt8(ascii: " "): 62
    case UInt8(ascii: "/"): 63
    case UInt8(ascii: "="): 0
    default: nil
    }
  }
}
