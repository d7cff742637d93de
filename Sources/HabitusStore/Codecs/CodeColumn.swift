internal import HabitusModel

/// Dictionary codes, bit-packed: 0 is "missing", a code is stored plus one minus the smallest of the column.
enum CodeColumn {
  static func encode(_ codes: UnsafeBufferPointer<UInt32>) -> [UInt8] {
    var smallest = UInt32.max
    var largest: UInt32 = 0
    var isAllMissing = true
    for code in codes where code != TermDictionary.missing {
      smallest = min(smallest, code)
      largest = max(largest, code)
      isAllMissing = false
    }
    var writer = ByteWriter()
    guard !isAllMissing else { return [] }
    let width = BitPacking.width(of: UInt64(largest - smallest) + 1)
    writer.append(UInt8(width))
    writer.append(smallest)
    BitPacking.pack(count: codes.count, width: width, into: &writer) { index in
      let code = codes[index]
      return code == TermDictionary.missing ? 0 : UInt64(code - smallest) + 1
    }
    return writer.bytes
  }

  static func decode(_ bytes: UnsafeRawBufferPointer?, into codes: UnsafeMutableBufferPointer<UInt32>) throws {
    guard let bytes, bytes.count > 0 else {
      codes.update(repeating: TermDictionary.missing)
      return
    }
    var reader = ByteReader(bytes)
    let width = Int(try reader.byte())
    let offset = UInt64(try reader.integer(UInt32.self)) &- 1
    // A stored 0 becomes `missing`; everything else is shifted back.
    let missing = UInt64(TermDictionary.missing)
    try BitPacking.unpack(count: codes.count, width: width, from: &reader) { index, value in
      codes[index] = UInt32(truncatingIfNeeded: value == 0 ? missing : value &+ offset)
    }
  }
}
