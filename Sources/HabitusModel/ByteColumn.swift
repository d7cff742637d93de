/// A column of short byte strings (UTF-8 text), stored one after the other in one buffer.
///
/// The empty string stands for "missing".
public struct ByteColumn: Sendable {
  /// All strings, one after the other.
  public var bytes: [UInt8] = []
  /// Where each string ends in ``bytes``; it starts where the one before it ends.
  public var ends: [Int] = []

  /// Makes an empty column.
  public init() {}

  /// Number of strings.
  @inlinable public var count: Int { ends.count }

  /// The place of string `index` in ``bytes``.
  @inlinable public func range(of index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  /// String `index` as text; bytes that are not UTF-8 are replaced.
  public func text(at index: Int) -> String { String(decoding: bytes[range(of: index)], as: UTF8.self) }

  /// Adds a string from raw bytes.
  @inlinable public mutating func append(_ string: UnsafeRawBufferPointer) {
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
  }

  /// Adds a string.
  @inlinable public mutating func append(_ string: String) {
    bytes.append(contentsOf: string.utf8)
    ends.append(bytes.count)
  }

  /// Adds "missing".
  @inlinable public mutating func appendMissing() { ends.append(bytes.count) }

  /// Makes room for `count` strings of `byteCount` bytes in all.
  public mutating func reserveCapacity(_ count: Int, byteCount: Int) {
    ends.reserveCapacity(count)
    bytes.reserveCapacity(byteCount)
  }

  /// Drops all strings and keeps the memory.
  public mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }
}
