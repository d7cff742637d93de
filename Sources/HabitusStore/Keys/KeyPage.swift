/// A sorted page of keys as it is stored: the first 64 bits as bit-packed differences, the other 32 bits as they are.
enum KeyPage {
  /// Keys a page.
  static let capacity = 8192

  static func encode(_ keys: [EventKey]) -> [UInt8] {
    var writer = ByteWriter()
    guard let first = keys.first else { return [] }
    var widest: UInt64 = 0
    for index in keys.indices.dropFirst() { widest = max(widest, keys[index].high - keys[index - 1].high) }
    let width = BitPacking.width(of: widest)
    writer.append(UInt32(keys.count))
    writer.append(UInt8(width))
    writer.append(first.high)
    BitPacking.pack(count: keys.count, width: width, into: &writer) { index in
      index == 0 ? 0 : keys[index].high - keys[index - 1].high
    }
    for key in keys { writer.append(key.low) }
    return writer.bytes
  }

  /// Appends the keys of a page to `keys`.
  static func decode(_ bytes: UnsafeRawBufferPointer, into keys: inout [EventKey]) throws {
    var reader = ByteReader(bytes)
    let count = Int(try reader.integer(UInt32.self))
    guard count <= 1 << 20 else { throw StoreError.damaged("a page of event keys has an impossible length") }
    let width = Int(try reader.byte())
    var high = try reader.integer(UInt64.self)
    let start = keys.count
    keys.reserveCapacity(start + count)
    try BitPacking.unpack(count: count, width: width, from: &reader) { _, difference in
      high &+= difference
      keys.append(EventKey(high: high, low: 0))
    }
    for index in start..<start + count { keys[index].low = try reader.integer(UInt32.self) }
  }
}
