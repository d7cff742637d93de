internal import CSimdJSON
internal import Synchronization

/// A JSON text that was read as a whole, with every value at its place in the text.
///
/// What trackers send is read with this: single values are taken out, and everything else is kept as it was written.
/// The text is checked in full (RFC 8259): UTF-8, numbers, escapes, nesting.
public final class JSONDocument: Sendable {
  /// What is deeper than this is refused.
  public static let deepestNesting = 64
  /// Texts longer than this many bytes are refused.
  public static let longestText = 1 << 30

  struct Node: Sendable {
    var start: UInt32
    var end: UInt32
    /// The node after this one and all that is inside it.
    var next: UInt32
    var kind: JSONNode.Kind
    /// Whether a string holds a backslash.
    var hasEscapes = false
  }

  let bytes: [UInt8]
  let nodes: [Node]

  /// Reads a text.
  ///
  /// - Throws: ``JSONTextError`` that says what is wrong and at which byte.
  /// - Complexity: O(bytes).
  public init(_ text: some Collection<UInt8>) throws(JSONTextError) {
    guard text.count <= Self.longestText else { throw JSONTextError(reason: "longer than 1 GiB", offset: 0) }
    var padded: [UInt8] = []
    padded.reserveCapacity(text.count + Int(CSIMDJSON_PADDING))
    padded.append(contentsOf: text)
    padded.append(contentsOf: repeatElement(0x20, count: Int(CSIMDJSON_PADDING)))
    nodes = try JSONIndexerPool.shared.withIndexer { indexer throws(JSONTextError) in
      try Self.nodes(of: padded, length: text.count, indexer)
    }
    bytes = padded
  }

  /// Reads a text.
  public convenience init(_ text: String) throws(JSONTextError) { try self.init(Array(text.utf8)) }

  /// The value that the text is.
  public var root: JSONNode { JSONNode(document: self, index: 0) }

  private static func nodes(of text: [UInt8], length: Int, _ indexer: OpaquePointer) throws(JSONTextError) -> [Node] {
    let result = text.withUnsafeBytes { bytes -> Result<[Node], JSONTextError> in
      guard let base = bytes.baseAddress else { return .failure(JSONTextError(reason: "the text is empty", offset: 0)) }
      var positions: UnsafePointer<UInt32>?
      var count = 0
      let code = csimdjson_index(indexer, base.assumingMemoryBound(to: UInt8.self), length, &positions, &count)
      guard code == 0, let positions else {
        let reason = length == 0 ? "the text is empty" : String(cString: csimdjson_message(code))
        return .failure(JSONTextError(reason: reason, offset: 0))
      }
      var builder = JSONNodeBuilder(
        text: UnsafeRawBufferPointer(rebasing: bytes[..<length]),
        tokens: UnsafeBufferPointer(start: positions, count: count))
      do throws(JSONTextError) {
        try builder.build()
        return .success(builder.nodes)
      } catch { return .failure(error) }
    }
    return try result.get()
  }
}

/// Why a text is not JSON.
public struct JSONTextError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let reason: String
  /// The byte where it is wrong, from 0; 0 where that is not known.
  public let offset: Int

  /// What is wrong, and where.
  public var description: String { offset == 0 ? "not JSON: \(reason)" : "not JSON: \(reason), at byte \(offset)" }
}

/// Indexers that are used again: making one takes memory.
private final class JSONIndexerPool: Sendable {
  static let shared = JSONIndexerPool()
  /// Wraps the pointer, which is used by one thread at a time.
  private struct Indexer: @unchecked Sendable { let pointer: OpaquePointer }
  private let free = Mutex<[Indexer]>([])

  func withIndexer<Value>(_ body: (OpaquePointer) throws(JSONTextError) -> Value) throws(JSONTextError) -> Value {
    let known = free.withLock { $0.popLast() }
    guard let indexer = known ?? csimdjson_create().map(Indexer.init) else {
      throw JSONTextError(reason: "there is no memory to read it", offset: 0)
    }
    defer { free.withLock { $0.append(indexer) } }
    return try body(indexer.pointer)
  }
}
