/// Finds addresses of the Internet in a text.
struct AddressLiterals {
  /// An address that was found.
  struct Found {
    /// The truncated address.
    var network: String
    /// Where the text goes on.
    var end: Int
  }

  private let text: UnsafeRawBufferPointer

  init(_ text: UnsafeRawBufferPointer) { self.text = text }

  /// The address that begins at a position, where what stands before and after it leaves it an address of its own.
  func address(at index: Int) -> Found? {
    let byte = text[index]
    guard byte.hexadecimalValue != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "\\") || byte == 0x25 else {
      return nil
    }
    if byte &- 48 < 10, !isDigit(index - 1) || endsEscape(index), let found = version4(at: index), !isDigit(found.end) {
      return found
    }
    guard !isWord(index - 1) || endsEscape(index), let found = version6(at: index), !isWord(found.end) else {
      return nil
    }
    return found
  }

  // MARK: Version 4

  /// Four decimal numbers up to 255, separated by dots; leading zeros are taken.
  func version4(at start: Int) -> Found? {
    var position = start
    var network = ""
    for octet in 0..<4 {
      if octet > 0 {
        guard let next = separator(UInt8(ascii: "."), at: position) else { return nil }
        position = next
      }
      guard let number = decimal(&position) else { return nil }
      network += octet < 3 ? "\(number)." : "0"
    }
    return Found(network: network, end: position)
  }

  private func decimal(_ position: inout Int) -> Int? {
    var value = 0
    let start = position
    while position - start < 3, isDigit(position) {
      value = value * 10 + Int(text[position] - 48)
      position += 1
    }
    return position > start && value <= 255 ? value : nil
  }

  // MARK: Version 6

  /// Eight groups of up to four hexadecimal digits, or fewer with one `::`; the last two can be written as version 4.
  func version6(at start: Int) -> Found? {
    var groups: [UInt16] = []
    var gap: Int?
    var position = start
    var tail: String?
    if let afterGap = doubleColon(at: position) {
      gap = 0
      position = afterGap
    }
    while groups.count < (gap == nil ? 8 : 7) {
      if groups.count <= 6, let found = version4(at: position), !isDigit(found.end) {
        tail = found.network
        groups += [0, 0]
        position = found.end
        break
      }
      guard let group = hexadecimal(&position) else { break }
      groups.append(group)
      if gap == nil, groups.count < 8, let afterGap = doubleColon(at: position) {
        gap = groups.count
        position = afterGap
      } else if let next = separator(UInt8(ascii: ":"), at: position), next < text.count,
        text[next].hexadecimalValue != nil, groups.count < (gap == nil ? 8 : 7)
      {
        position = next
      } else {
        break
      }
    }
    guard gap != nil || groups.count == 8 else { return nil }
    if let gap { groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap) }
    if let tail, groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
      return Found(network: tail, end: position)
    }
    return Found(network: network(of: groups), end: position)
  }

  /// The first three groups, in the shortest writing of RFC 5952: the zeros after them are always the longest run.
  private func network(of groups: [UInt16]) -> String {
    // Version 4 inside version 6, in hexadecimal digits.
    if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
      return "\(groups[6] >> 8).\(groups[6] & 0xFF).\(groups[7] >> 8).0"
    }
    let kept = groups[..<3]
    let count = (kept.lastIndex { $0 != 0 } ?? -1) + 1
    return kept[..<count].map { String($0, radix: 16) }.joined(separator: ":") + "::"
  }

  private func hexadecimal(_ position: inout Int) -> UInt16? {
    var value: UInt16 = 0
    let start = position
    while position - start < 4, position < text.count, let digit = text[position].hexadecimalValue {
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return position > start ? value : nil
  }

  private func doubleColon(at position: Int) -> Int? {
    separator(UInt8(ascii: ":"), at: position).flatMap { separator(UInt8(ascii: ":"), at: $0) }
  }

  // MARK: Characters

  /// The position after a separator that stands at `position` as itself, as `%hh` or as `\u00hh`.
  private func separator(_ character: UInt8, at position: Int) -> Int? {
    guard position < text.count else { return nil }
    if text[position] == character { return position + 1 }
    return escaped(at: position).flatMap { $0.byte == character ? $0.end : nil }
  }

  /// The byte that an escape at `position` stands for.
  private func escaped(at position: Int) -> (byte: UInt8, end: Int)? {
    var digits = position + 1
    if text[position] == UInt8(ascii: "\\") {
      guard position + 6 <= text.count, text[(position + 1)...].starts(with: "u00".utf8) else { return nil }
      digits = position + 4
    } else if text[position] != UInt8(ascii: "%") {
      return nil
    }
    guard digits + 2 <= text.count, let high = text[digits].hexadecimalValue,
      let low = text[digits + 1].hexadecimalValue
    else { return nil }
    return (high << 4 | low, digits + 2)
  }

  private func isDigit(_ index: Int) -> Bool { index >= 0 && index < text.count && text[index] &- 48 < 10 }

  private func isWord(_ index: Int) -> Bool {
    guard index >= 0, index < text.count else { return false }
    let byte = text[index]
    return byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == UInt8(ascii: "_")
  }

  /// Whether the bytes before `index` are the end of an escape: `%hh`, `\u00hh`, `\n`.
  private func endsEscape(_ index: Int) -> Bool {
    if index >= 3, let escape = escaped(at: index - 3), escape.end == index { return true }
    if index >= 6, text[index - 6] == UInt8(ascii: "\\"), escaped(at: index - 6) != nil { return true }
    return index >= 2 && text[index - 2] == UInt8(ascii: "\\") && "bfnrt".utf8.contains(text[index - 1])
  }
}
