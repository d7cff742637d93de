internal import Glibc

/// Turns the positions of tokens into nodes, and checks what stands between them.
struct JSONNodeBuilder {
  private let text: UnsafeRawBufferPointer
  private let tokens: UnsafeBufferPointer<UInt32>
  private var token = 0
  private(set) var nodes: [JSONDocument.Node] = []

  init(text: UnsafeRawBufferPointer, tokens: UnsafeBufferPointer<UInt32>) {
    self.text = text
    self.tokens = tokens
    nodes.reserveCapacity(tokens.count / 2 + 1)
  }

  /// Reads the one value that the text is.
  mutating func build() throws(JSONTextError) {
    try readValue(depth: 0)
    guard token == tokens.count else { throw error("something follows the value") }
  }

  private var position: Int { token < tokens.count ? Int(tokens[token]) : text.count }

  private func error(_ reason: String) -> JSONTextError { JSONTextError(reason: reason, offset: position) }

  /// The first byte of the current token; 0 at the end.
  private var byte: UInt8 { token < tokens.count ? text[Int(tokens[token])] : 0 }

  private mutating func readValue(depth: Int) throws(JSONTextError) {
    switch byte {
    case UInt8(ascii: "{"): try readObject(depth: depth)
    case UInt8(ascii: "["): try readArray(depth: depth)
    case UInt8(ascii: "\""): try readString()
    case 0: throw error(token < tokens.count ? "an unexpected NUL" : "it ends too early")
    default: try readWord()
    }
  }

  private mutating func open(_ kind: JSONNode.Kind, depth: Int) throws(JSONTextError) -> Int {
    guard depth < JSONDocument.deepestNesting else {
      throw error("nested deeper than \(JSONDocument.deepestNesting) levels")
    }
    nodes.append(JSONDocument.Node(start: UInt32(position), end: 0, next: 0, kind: kind))
    token += 1
    return nodes.count - 1
  }

  private mutating func close(_ node: Int) {
    nodes[node].end = UInt32(position + 1)
    nodes[node].next = UInt32(nodes.count)
    token += 1
  }

  private mutating func readObject(depth: Int) throws(JSONTextError) {
    let node = try open(.object, depth: depth)
    if byte == UInt8(ascii: "}") { return close(node) }
    while true {
      guard byte == UInt8(ascii: "\"") else { throw error("the key of a member is missing") }
      try readString()
      guard byte == UInt8(ascii: ":") else { throw error("a colon is missing") }
      token += 1
      try readValue(depth: depth + 1)
      if byte == UInt8(ascii: "}") { return close(node) }
      guard byte == UInt8(ascii: ",") else { throw error(missing("an object")) }
      token += 1
    }
  }

  private mutating func readArray(depth: Int) throws(JSONTextError) {
    let node = try open(.array, depth: depth)
    if byte == UInt8(ascii: "]") { return close(node) }
    while true {
      try readValue(depth: depth + 1)
      if byte == UInt8(ascii: "]") { return close(node) }
      guard byte == UInt8(ascii: ",") else { throw error(missing("an array")) }
      token += 1
    }
  }

  private func missing(_ what: String) -> String {
    token < tokens.count ? "a comma or the end of \(what) is missing" : "it ends inside \(what)"
  }

  private mutating func readString() throws(JSONTextError) {
    let start = position
    token += 1
    // Up to the next token there are only the string and blanks.
    var end = position
    while end > start + 1, Self.isBlank(text[end - 1]) { end -= 1 }
    guard end > start + 1, text[end - 1] == UInt8(ascii: "\"") else {
      throw JSONTextError(reason: "a string is not closed", offset: start)
    }
    let inside = UnsafeRawBufferPointer(rebasing: text[start + 1..<end - 1])
    let hasEscapes = inside.baseAddress.map { memchr($0, 0x5C, inside.count) != nil } ?? false
    if hasEscapes, !JSONText.hasValidEscapes(inside) {
      throw JSONTextError(reason: "a string holds an escape that JSON does not know", offset: start)
    }
    nodes.append(
      JSONDocument.Node(
        start: UInt32(start), end: UInt32(end), next: UInt32(nodes.count + 1), kind: .string, hasEscapes: hasEscapes))
  }

  private mutating func readWord() throws(JSONTextError) {
    let start = position
    token += 1
    var end = position
    while end > start, Self.isBlank(text[end - 1]) { end -= 1 }
    let word = UnsafeRawBufferPointer(rebasing: text[start..<end])
    let kind: JSONNode.Kind
    if word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8) {
      kind = .boolean
    } else if word.elementsEqual("null".utf8) {
      kind = .null
    } else if JSONText.isNumber(word) {
      kind = .number
    } else {
      throw JSONTextError(reason: "a value is neither string, number, true, false nor null", offset: start)
    }
    nodes.append(JSONDocument.Node(start: UInt32(start), end: UInt32(end), next: UInt32(nodes.count + 1), kind: kind))
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
