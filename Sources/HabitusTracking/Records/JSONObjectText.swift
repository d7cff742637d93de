/// Finds out whether a text is one JSON object (RFC 8259), without keeping anything of it.
struct JSONObjectText {
  /// Objects and arrays inside each other, at most.
  private static let deepest = 512

  private let text: UnsafeRawBufferPointer
  private var position = 0

  /// The part between the braces of `text`, without blanks around it; `nil` where `text` is not one JSON object.
  ///
  /// - Complexity: O(length).
  static func members(of text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    var scanner = JSONObjectText(text: text)
    scanner.skipBlanks()
    let start = scanner.position
    guard scanner.byte == UInt8(ascii: "{"), scanner.skipValue(depth: 0) else { return nil }
    let end = scanner.position - 1
    scanner.skipBlanks()
    guard scanner.position == text.count else { return nil }
    return trimmed(UnsafeRawBufferPointer(rebasing: text[start + 1..<end]))
  }

  private init(text: UnsafeRawBufferPointer) { self.text = text }

  private var byte: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let byte, UInt32(byte) == character.value else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() { while let byte, Self.isBlank(byte) { position += 1 } }

  private mutating func skipValue(depth: Int) -> Bool {
    skipBlanks()
    switch byte {
    case UInt8(ascii: "{"): return skipList(depth: depth, end: "}") { $0.skipMember(depth: depth + 1) }
    case UInt8(ascii: "["): return skipList(depth: depth, end: "]") { $0.skipValue(depth: depth + 1) }
    case UInt8(ascii: "\""): return skipString()
    default: return skipWord()
    }
  }

  private mutating func skipList(
    depth: Int, end: Unicode.Scalar, _ skipElement: (inout JSONObjectText) -> Bool
  ) -> Bool {
    guard depth < Self.deepest else { return false }
    position += 1
    skipBlanks()
    if skip(end) { return true }
    repeat {
      guard skipElement(&self) else { return false }
      skipBlanks()
    } while skip(",")
    return skip(end)
  }

  private mutating func skipMember(depth: Int) -> Bool {
    skipBlanks()
    guard byte == UInt8(ascii: "\""), skipString() else { return false }
    skipBlanks()
    return skip(":") && skipValue(depth: depth)
  }

  private mutating func skipString() -> Bool {
    let start = position + 1
    position = start
    while let byte, byte != UInt8(ascii: "\""), byte >= 0x20 { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
    guard position < text.count, byte == UInt8(ascii: "\"") else { return false }
    position += 1
    return JSONText.hasValidEscapes(UnsafeRawBufferPointer(rebasing: text[start..<position - 1]))
  }

  private mutating func skipWord() -> Bool {
    let start = position
    while let byte, !Self.isBlank(byte), !",]}".utf8.contains(byte) { position += 1 }
    let word = UnsafeRawBufferPointer(rebasing: text[start..<position])
    return ["true", "false", "null"].contains { word.elementsEqual($0.utf8) } || JSONText.isNumber(word)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let first = text.firstIndex(where: { !isBlank($0) }), let last = text.lastIndex(where: { !isBlank($0) })
    else {
      return UnsafeRawBufferPointer(rebasing: text[0..<0])
    }
    return UnsafeRawBufferPointer(rebasing: text[first...last])
  }
}
