/// Writing and reading the texts of JSON.
enum JSONText {
  /// Adds `text` as a JSON string with its quotes (RFC 8259, section 7).
  static func appendString(_ text: some Sequence<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text { escape(byte) { bytes.append($0) } }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Adds `text` as a JSON string with its quotes.
  static func appendString(_ text: UnsafeRawBufferPointer, to arena: ByteArena) {
    arena.append(UInt8(ascii: "\""))
    if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      arena.append(text)
    } else {
      for byte in text { escape(byte) { arena.append($0) } }
    }
    arena.append(UInt8(ascii: "\""))
  }

  @inline(__always)
  private static func escape(_ byte: UInt8, _ append: (UInt8) -> Void) {
    if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { return append(byte) }
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0D: append(UInt8(ascii: "r"))
    case 0x09: append(UInt8(ascii: "t"))
    default:
      let digits: StaticString = "0123456789abcdef"
      for character in [UInt8(ascii: "u"), 48, 48, digits.utf8Start[Int(byte >> 4)], digits.utf8Start[Int(byte & 15)]] {
        append(character)
      }
    }
  }

  /// Whether every backslash in the inside of a string begins an escape that JSON knows.
  static func hasValidEscapes(_ text: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index < text.count {
      if text[index] == UInt8(ascii: "\\") {
        index += 1
        guard index < text.count else { return false }
        switch text[index] {
        case UInt8(ascii: "u"):
          guard hexadecimal(text, index + 1) != nil else { return false }
          index += 4
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
          UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
          break
        default: return false
        }
      }
      index += 1
    }
    return true
  }

  /// Adds what the inside of a string means; half of a surrogate pair becomes U+FFFD. The escapes are valid.
  static func appendUnescaped(_ text: UnsafeRawBufferPointer, to arena: ByteArena) {
    var index = 0
    while index < text.count {
      let byte = text[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < text.count else {
        arena.append(byte)
        continue
      }
      let escaped = text[index]
      index += 1
      switch escaped {
      case UInt8(ascii: "b"): arena.append(0x08)
      case UInt8(ascii: "f"): arena.append(0x0C)
      case UInt8(ascii: "n"): arena.append(0x0A)
      case UInt8(ascii: "r"): arena.append(0x0D)
      case UInt8(ascii: "t"): arena.append(0x09)
      case UInt8(ascii: "u"):
        var code = hexadecimal(text, index) ?? 0xFFFD
        index += 4
        if code & 0xFC00 == 0xD800, index + 6 <= text.count, text[index] == UInt8(ascii: "\\"),
          text[index + 1] == UInt8(ascii: "u"), let low = hexadecimal(text, index + 2), low & 0xFC00 == 0xDC00
        {
          code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
          index += 6
        }
        arena.append(UTF8.encode(Unicode.Scalar(code) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
      default: arena.append(escaped)
      }
    }
  }

  /// Whether `text` is a number in JSON's sense.
  static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
    var cursor = TextCursor(text)
    func digits(_ cursor: inout TextCursor) -> Bool {
      let start = cursor.position
      while cursor.next &- 48 < 10 { cursor.position += 1 }
      return cursor.position > start
    }
    _ = cursor.skip(0x2D)
    if !cursor.skip(0x30), !digits(&cursor) { return false }
    if cursor.skip(0x2E), !digits(&cursor) { return false }
    if cursor.skip(0x65) || cursor.skip(0x45) {
      if !cursor.skip(0x2D) { _ = cursor.skip(0x2B) }
      if !digits(&cursor) { return false }
    }
    return cursor.isAtEnd
  }

  private static func hexadecimal(_ text: UnsafeRawBufferPointer, _ start: Int) -> UInt32? {
    guard start + 4 <= text.count else { return nil }
    var value: UInt32 = 0
    for byte in text[start..<start + 4] {
      switch byte {
      case 48...57: value = value << 4 | UInt32(byte - 48)
      case 65...70: value = value << 4 | UInt32(byte - 55)
      case 97...102: value = value << 4 | UInt32(byte - 87)
      default: return nil
      }
    }
    return value
  }
}
