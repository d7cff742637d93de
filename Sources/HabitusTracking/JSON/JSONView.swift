internal import Glibc

/// The text and the nodes of a document, for inner loops: it counts no references, and is valid only inside
/// ``JSONDocument/withView(_:)``.
struct JSONView {
  let text: UnsafeRawBufferPointer
  let nodes: UnsafeBufferPointer<JSONDocument.Node>

  /// The nodes of keys and values of an object, in their order; none for other values.
  func members(of object: Int) -> Members {
    let node = nodes[object]
    return Members(nodes: nodes, position: object + 1, end: node.kind == .object ? Int(node.next) : 0)
  }

  /// Goes from member to member.
  struct Members: Sequence, IteratorProtocol {
    let nodes: UnsafeBufferPointer<JSONDocument.Node>
    var position: Int
    let end: Int

    @inline(__always) mutating func next() -> (key: Int, value: Int)? {
      guard position < end else { return nil }
      let key = position
      position = Int(nodes[key + 1].next)
      return (key, key + 1)
    }
  }

  /// A value as it is written.
  @inline(__always) func source(_ index: Int) -> UnsafeRawBufferPointer {
    let node = nodes[index]
    return UnsafeRawBufferPointer(rebasing: text[Int(node.start)..<Int(node.end)])
  }

  /// What stands between the quotes of a string.
  @inline(__always) func inside(_ index: Int) -> UnsafeRawBufferPointer {
    let node = nodes[index]
    return UnsafeRawBufferPointer(rebasing: text[Int(node.start) + 1..<Int(node.end) - 1])
  }

  /// The text of a string; half of a surrogate pair becomes U+FFFD.
  func string(_ index: Int) -> String {
    let inside = inside(index)
    guard nodes[index].hasEscapes else { return String(decoding: inside, as: UTF8.self) }
    let arena = ByteArena()
    JSONText.appendUnescaped(inside, to: arena)
    return String(decoding: UnsafeBufferPointer(start: arena.base, count: arena.count), as: UTF8.self)
  }

  /// Whether the text of a string is the given one, byte by byte.
  @inline(__always) func isString(_ index: Int, equalTo other: UnsafeRawBufferPointer) -> Bool {
    let node = nodes[index]
    if node.hasEscapes { return string(index).utf8.elementsEqual(other) }
    guard Int(node.end &- node.start) &- 2 == other.count else { return false }
    guard let base = text.baseAddress, let start = other.baseAddress else { return true }
    return memcmp(base + Int(node.start) + 1, start, other.count) == 0
  }

  /// The value of the last member of `object` called `key`.
  func member(_ key: UnsafeRawBufferPointer, of object: Int) -> Int? {
    var found: Int?
    for member in members(of: object) where isString(member.key, equalTo: key) { found = member.value }
    return found
  }
}

extension JSONDocument {
  /// Runs `body` with a view that is valid until it returns.
  @inline(__always) func withView<Value, Failure: Error>(_ body: (JSONView) throws(Failure) -> Value) throws(Failure)
    -> Value
  {
    // The closures of arrays are typed by their own rules; the result is carried out of them.
    let result: Result<Value, Failure> = bytes.withUnsafeBytes { text in
      nodes.withUnsafeBufferPointer { nodes in
        do throws(Failure) { return .success(try body(JSONView(text: text, nodes: nodes))) } catch {
          return .failure(error)
        }
      }
    }
    return try result.get()
  }
}
