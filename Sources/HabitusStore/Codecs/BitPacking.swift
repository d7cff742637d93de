/// Integers of `width` bits each, one after the other, lowest bit first, followed by eight spare bytes so that every
/// value can be read with one unaligned load.
///
/// Widths are 0…57, or 64.
enum BitPacking {
  /// The width that holds `largest`.
  static func width(of largest: UInt64) -> Int {
    let width = 64 - largest.leadingZeroBitCount
    return width > 57 ? 64 : width
  }

  /// Number of bytes that `count` values of `width` bits take.
  static func byteCount(_ count: Int, width: Int) -> Int { width == 0 ? 0 : (count * width + 7) / 8 + 8 }

  static func pack(count: Int, width: Int, into writer: inout ByteWriter, _ value: (Int) -> UInt64) {
    guard width > 0 else { return }
    let bytes = [UInt8](unsafeUninitializedCapacity: byteCount(count, width: width)) { buffer, size in
      size = byteCount(count, width: width)
      let base = UnsafeMutableRawBufferPointer(buffer)
      var pending: UInt64 = 0
      var pendingBits = 0
      var offset = 0
      for index in 0..<count {
        let next = value(index)
        pending |= next &<< UInt64(pendingBits)
        pendingBits += width
        if pendingBits >= 64 {
          base.storeBytes(of: pending.littleEndian, toByteOffset: offset, as: UInt64.self)
          offset += 8
          pendingBits -= 64
          pending = pendingBits == 0 ? 0 : next &>> UInt64(width - pendingBits)
        }
      }
      for place in offset..<size {
        buffer[place] = UInt8(truncatingIfNeeded: pending)
        pending &>>= 8
      }
    }
    writer.append(contentsOf: bytes)
  }

  /// Takes the packed values out of `reader` and calls `body` with each.
  @inline(__always)
  static func unpack(
    count: Int, width: Int, from reader: inout ByteReader, _ body: (_ index: Int, _ value: UInt64) -> Void
  ) throws {
    guard width >= 0, width <= 57 || width == 64 else { throw StoreError.damaged("a column has an impossible width") }
    let bytes = try reader.slice(byteCount(count, width: width))
    guard width > 0, let base = bytes.baseAddress else {
      for index in 0..<count { body(index, 0) }
      return
    }
    if width == 64 {
      for index in 0..<count {
        body(index, UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)))
      }
      return
    }
    let mask: UInt64 = (1 << UInt64(width)) - 1
    var bit = 0
    for index in 0..<count {
      let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self))
      body(index, (word &>> UInt64(bit & 7)) & mask)
      bit &+= width
    }
  }

  /// Packed values by position. The position behind the last one may be read, too; what is there means nothing.
  struct Reader {
    private let base: UnsafeRawPointer?
    private let width: Int
    private let mask: UInt64

    /// Takes the packed values out of `reader`.
    init(count: Int, width: Int, from reader: inout ByteReader) throws {
      guard width >= 0, width <= 57 || width == 64 else { throw StoreError.damaged("a column has an impossible width") }
      base = try reader.slice(byteCount(count, width: width)).baseAddress
      self.width = width
      mask = width == 64 ? .max : (1 << UInt64(width)) - 1
    }

    subscript(index: Int) -> UInt64 {
      @inline(__always) get {
        guard width > 0, let base else { return 0 }
        let bit = index &* width
        return
          (UInt64(littleEndian: base.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)) &>> UInt64(bit & 7))
          & mask
      }
    }
  }
}
