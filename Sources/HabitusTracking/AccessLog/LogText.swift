import Glibc

extension ArraySlice<UInt8> {
  /// Whether there is nothing: no bytes, or the hyphen that logs write for it.
  var isAbsent: Bool { isEmpty || count == 1 && first == UInt8(ascii: "-") }

  /// The bytes; none for the hyphen that logs write for nothing.
  var orEmpty: ArraySlice<UInt8> { isAbsent ? [] : self }

  /// The bytes without blanks and tabs around them.
  var trimmed: ArraySlice<UInt8> {
    var bytes = self
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return bytes
  }

  /// A number of 1 to 18 digits and nothing else.
  var wholeNumber: Int64? {
    guard (1...18).contains(count) else { return nil }
    var value: Int64 = 0
    for byte in self {
      guard byte &- 48 < 10 else { return nil }
      value = value &* 10 &+ Int64(byte &- 48)
    }
    return value
  }

  /// A finite decimal number that is not negative.
  var decimal: Double? {
    guard count <= 40, let first, first &- 48 < 10 || first == UInt8(ascii: "."),
      let number = Double(String(decoding: self, as: UTF8.self)), number.isFinite, number >= 0
    else { return nil }
    return number
  }

  /// Where the first `byte` at or after `start` is.
  func position(of byte: UInt8, from start: Int) -> Int? {
    guard start < endIndex else { return nil }
    return withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let hit = memchr(base + (start - startIndex), Int32(byte), endIndex - start)
      else { return nil }
      return startIndex + (UnsafeRawPointer(hit) - base)
    }
  }

  /// The bytes without the port behind their last colon, and without the brackets of an IPv6 address.
  var withoutPort: ArraySlice<UInt8> {
    guard let colon = lastIndex(of: UInt8(ascii: ":")), self[(colon + 1)...].allSatisfy({ $0 &- 48 < 10 }) else {
      return self
    }
    var host = self[..<colon]
    if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") { host = host.dropFirst().dropLast() }
    return host
  }

  /// Whether this can be the literal of an IPv4 or IPv6 address, by its characters.
  var looksLikeAddress: Bool {
    var dots = 0
    var colons = 0
    var letters = 0
    for byte in self {
      switch byte {
      case UInt8(ascii: "."): dots += 1
      case UInt8(ascii: ":"): colons += 1
      case 48...57: break
      case 97...102, 65...70: letters += 1
      default: return false
      }
    }
    return colons >= 2 || colons == 0 && letters == 0 && dots == 3
  }

  /// What a server wrote with backslashes, as Apache (`\"`, `\\`, `\t`, `\x16`) and nginx (`\x22`) do.
  var unescaped: ArraySlice<UInt8> {
    guard position(of: UInt8(ascii: "\\"), from: startIndex) != nil else { return self }
    var bytes: [UInt8] = []
    var index = startIndex
    while index < endIndex {
      let byte = self[index]
      index += 1
      guard byte == UInt8(ascii: "\\"), index < endIndex else {
        bytes.append(byte)
        continue
      }
      let escaped = self[index]
      if escaped == UInt8(ascii: "x"), index + 2 < endIndex, let high = self[index + 1].hexadecimalValue,
        let low = self[index + 2].hexadecimalValue
      {
        let byte = high << 4 | low
        // A NUL has no place in a text.
        bytes.append(contentsOf: byte == 0 ? [UInt8](self[(index - 1)...(index + 2)]) : [byte])
        index += 3
        continue
      }
      switch escaped {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(escaped)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      default: bytes.append(contentsOf: [byte, escaped])
      }
      index += 1
    }
    return bytes[...]
  }

  /// The bytes with `%hh` replaced by what it stands for, but for control characters, which stay as they are written;
  /// so does a `%` that no two hexadecimal digits follow.
  var percentDecoded: ArraySlice<UInt8> {
    guard position(of: UInt8(ascii: "%"), from: startIndex) != nil else { return self }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var index = startIndex
    while index < endIndex {
      if self[index] == UInt8(ascii: "%"), index + 2 < endIndex, let high = self[index + 1].hexadecimalValue,
        let low = self[index + 2].hexadecimalValue, high << 4 | low >= 0x20, high << 4 | low != 0x7F
      {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(self[index])
        index += 1
      }
    }
    return bytes[...]
  }
}
