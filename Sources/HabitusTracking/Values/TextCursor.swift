/// Reads a short text from left to right.
struct TextCursor {
  let text: UnsafeRawBufferPointer
  var position = 0

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  var isAtEnd: Bool { position >= text.count }

  /// The next byte, or 0 at the end.
  var next: UInt8 { position < text.count ? text[position] : 0 }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte, !isAtEnd else { return false }
    position += 1
    return true
  }

  mutating func skipBlanks() { while next == 0x20 || next == 0x09 { position += 1 } }

  /// A number of at least one and at most `digits` digits.
  mutating func number(upTo digits: Int) -> Int? {
    var value = 0
    let start = position
    while position - start < digits, next &- 48 < 10 {
      value = value * 10 + Int(next - 48)
      position += 1
    }
    return position > start ? value : nil
  }

  /// A number of exactly `digits` digits.
  mutating func number(exactly digits: Int) -> Int? {
    let start = position
    guard let value = number(upTo: digits), position - start == digits else { return nil }
    return value
  }

  /// Digits of a decimal fraction, as milliseconds; what is finer is cut.
  mutating func milliseconds() -> Int? {
    var value = 0
    var count = 0
    while next &- 48 < 10 {
      if count < 3 { value = value * 10 + Int(next - 48) }
      count += 1
      position += 1
    }
    if count == 0 { return nil }
    return count == 1 ? value * 100 : count == 2 ? value * 10 : value
  }

  /// Skips `word` (lower case ASCII), in any case.
  mutating func skip(word: StaticString) -> Bool {
    guard position + word.utf8CodeUnitCount <= text.count else { return false }
    for index in 0..<word.utf8CodeUnitCount {
      if text[position + index] | 0x20 != word.utf8Start[index] { return false }
    }
    position += word.utf8CodeUnitCount
    return true
  }

  /// `Z`, `UTC`, `GMT`, `±hh`, `±hhmm` or `±hh:mm`, in seconds east of UTC.
  mutating func offset() -> Int? {
    if skip(word: "utc") || skip(word: "gmt") || skip(word: "z") { return 0 }
    let sign = next == 0x2D ? -1 : 1
    guard skip(0x2B) || skip(0x2D), let hours = number(exactly: 2), hours < 24 else { return nil }
    var minutes = 0
    if skip(0x3A) || next &- 48 < 10 {
      guard let read = number(exactly: 2), read < 60 else { return nil }
      minutes = read
    }
    return sign * (hours * 3600 + minutes * 60)
  }
}
