internal import HabitusModel

/// Texts of a segment: bit-packed lengths, then all bytes, compressed.
enum TextColumn {
  static func encode(_ texts: ByteColumn) throws -> [UInt8] {
    guard texts.bytes.count > 0 else { return [] }
    var plain = ByteWriter()
    let lengths = texts.ends.indices.map { UInt64(texts.range(of: $0).count) }
    let width = BitPacking.width(of: lengths.max() ?? 0)
    plain.append(UInt8(width))
    BitPacking.pack(count: lengths.count, width: width, into: &plain) { lengths[$0] }
    plain.append(contentsOf: texts.bytes)
    var writer = ByteWriter()
    writer.append(variableLength: UInt64(plain.bytes.count))
    writer.append(contentsOf: try Zstandard.compress(plain.bytes))
    return writer.bytes
  }

  /// Appends `count` texts to `texts`.
  static func decode(_ bytes: UnsafeRawBufferPointer?, count: Int, into texts: inout ByteColumn) throws {
    guard let bytes, bytes.count > 0 else {
      for _ in 0..<count { texts.appendMissing() }
      return
    }
    var reader = ByteReader(bytes)
    guard let size = Int(exactly: try reader.variableLength()) else {
      throw StoreError.damaged("a text column is too long")
    }
    let plain = try Zstandard.decompress(try reader.rest(), size: size)
    try plain.withUnsafeBytes { plain in
      var reader = ByteReader(plain)
      let width = Int(try reader.byte())
      var end = texts.bytes.count
      let before = end
      try BitPacking.unpack(count: count, width: width, from: &reader) { _, length in
        end &+= Int(truncatingIfNeeded: length)
        texts.ends.append(end)
      }
      let content = try reader.rest()
      guard content.count == end - before else {
        throw StoreError.damaged("a text column has other lengths than bytes")
      }
      texts.bytes.append(contentsOf: content)
    }
  }
}
