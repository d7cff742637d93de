/// A value of a ``JSONDocument``.
public struct JSONNode: Sendable {
  /// What a value is.
  public enum Kind: UInt8, Sendable { case null, boolean, number, string, array, object }

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

  private var content: String { document.withView { $0.string(index) } }

  // MARK: Objects and arrays

  /// The value of the last member called `key`; `nil` where there is none, or this is not an object.
  ///
  /// - Complexity: O(members).
  public subscript(key: StaticString) -> JSONNode? {
    member(UnsafeRawBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
  }

  /// The value of the last member called `key`; `nil` where there is none, or this is not an object.
  public func member(_ key: String) -> JSONNode? {
    var key = key
    return key.withUTF8 { member(UnsafeRawBufferPointer($0)) }
  }

  private func member(_ key: UnsafeRawBufferPointer) -> JSONNode? {
    document.withView { $0.member(key, of: index) }.map { JSONNode(document: document, index: $0) }
  }

  /// The members of an object in their order; empty for other values. A key that comes twice is there twice.
  public var members: [(key: String, value: JSONNode)] {
    document.withView { view in
      view.members(of: index).map { (view.string($0.key), JSONNode(document: document, index: $0.value)) }
    }
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
