internal import Glibc

/// A value of a ``JSONDocument``.
public struct JSONNode: Sendable {
  /// What a value is.
  public enum Kind: UInt8, Sendable {
    case null, boolean, number, string, array, object
  }

  let document: JSONDocument
  let index: Int

  private var node: JSONDocument.Node { document.nodes[index] }

  /// What the value is.
  public var kind: Kind { node.kind }
  /// Whether the value is `null`.
  public var isNull: Bool { kind == .null }

  // MARK: Scalars

  /// The text of a string; `nil` for other values. Half of a surrogate pair becomes U+FFFD.
  public var string: String? { kind == .string ? content : nil }

  /// The text of a string, or a number, `true` or `false` as it is written; `nil` for other values.
  public var scalarText: String? {
    switch kind {
    case .string: content
    case .number, .boolean: source
    case .null, .array, .object: nil
    }
  }

  /// A number that is finite in double precision; `nil` for other values.
  public var number: Double? {
    guard kind == .number, let number = Double(source), number.isFinite else { return nil }
    return number
  }

  /// A number without fraction and exponent in the range of `Int64`; `nil` for other values.
  public var integer: Int64? { kind == .number ? Int64(source) : nil }

  /// `true` or `false`; `nil` for other values.
  public var boolean: Bool? { kind == .boolean ? document.bytes[Int(node.start)] == UInt8(ascii: "t") : nil }

  /// The value as it is written in the text.
  public var source: String { String(decoding: document.bytes[Int(node.start)..<Int(node.end)], as: UTF8.self) }

  /// The bytes of ``source``.
  public var sourceBytes: ArraySlice<UInt8> { document.bytes[Int(node.start)..<Int(node.end)] }

  private var content: String {
    let inside = document.bytes[Int(node.start) + 1..<Int(node.end) - 1]
    guard node.hasEscapes else { return String(decoding: inside, as: UTF8.self) }
    let arena = ByteArena()
    inside.withUnsafeBytes { JSONText.appendUnescaped($0, to: arena) }
    return String(decoding: UnsafeBufferPointer(start: arena.base, count: arena.count), as: UTF8.self)
  }

  // MARK: Objects and arrays

  /// The value of the last member called `key`; `nil` where there is none, or this is not an object.
  ///
  /// - Complexity: O(members).
  public subscript(key: StaticString) -> JSONNode? {
    let key = UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    return member { $0.isString(equalTo: key) }
  }

  /// The value of the last member called `key`; `nil` where there is none, or this is not an object.
  public func member(_ key: String) -> JSONNode? {
    var key = key
    return key.withUTF8 { key in member { $0.isString(equalTo: UnsafeRawBufferPointer(key)) } }
  }

  private func member(where isWanted: (JSONNode) -> Bool) -> JSONNode? {
    guard kind == .object else { return nil }
    var found: JSONNode?
    var index = index + 1
    let end = Int(node.next)
    while index < end {
      if isWanted(JSONNode(document: document, index: index)) { found = JSONNode(document: document, index: index + 1) }
      index = Int(document.nodes[index + 1].next)
    }
    return found
  }

  private func isString(equalTo text: UnsafeRawBufferPointer) -> Bool {
    guard !node.hasEscapes else { return string.map { $0.utf8.elementsEqual(text) } ?? false }
    let (start, length) = (Int(node.start) + 1, Int(node.end - node.start) - 2)
    guard length == text.count else { return false }
    return document.bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, let other = text.baseAddress else { return length == 0 }
      return memcmp(base + start, other, length) == 0
    }
  }

  /// The members of an object in their order; empty for other values. A key that comes twice is there twice.
  public var members: [(key: String, value: JSONNode)] {
    guard kind == .object else { return [] }
    var members: [(key: String, value: JSONNode)] = []
    var index = index + 1
    let end = Int(node.next)
    while index < end {
      members.append(
        (
          JSONNode(document: document, index: index).string ?? "",
          JSONNode(document: document, index: index + 1)
        ))
      index = Int(document.nodes[index + 1].next)
    }
    return members
  }

  /// The elements of an array in their order; empty for other values.
  public var elements: [JSONNode] {
    guard kind == .array else { return [] }
    var elements: [JSONNode] = []
    var index = index + 1
    let end = Int(node.next)
    while index < end {
      elements.append(JSONNode(document: document, index: index))
      index = Int(document.nodes[index].next)
    }
    return elements
  }
}
