/// Marks, a bit each; nothing at all where no event is marked.
enum MarkColumn {
  static func encode(_ marks: [Bool]) -> [UInt8] {
    guard marks.contains(true) else { return [] }
    var writer = ByteWriter()
    BitPacking.pack(count: marks.count, width: 1, into: &writer) { marks[$0] ? 1 : 0 }
    return writer.bytes
  }

  /// Fills `marks` with `count` marks; it stays empty where none is set.
  static func decode(_ bytes: UnsafeRawBufferPointer?, count: Int, into marks: inout [Bool]) throws {
    marks.removeAll(keepingCapacity: true)
    guard let bytes, bytes.count > 0 else { return }
    marks.reserveCapacity(count)
    var reader = ByteReader(bytes)
    try BitPacking.unpack(count: count, width: 1, from: &reader) { _, mark in marks.append(mark == 1) }
  }
}
