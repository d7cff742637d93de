/// A stretch of bytes in a chunk or in the arena beside it. Length 0 is "missing".
struct FieldSpan {
  static let missing = FieldSpan(offset: 0, length: 0)
  private static let arenaBit: UInt32 = 1 << 31

  var offset: UInt32
  private var lengthAndPlace: UInt32

  @inline(__always)
  init(offset: Int, length: Int, isInArena: Bool = false) {
    self.offset = UInt32(truncatingIfNeeded: offset)
    lengthAndPlace = UInt32(truncatingIfNeeded: length) | (isInArena ? Self.arenaBit : 0)
  }

  @inline(__always) var length: Int { Int(lengthAndPlace & ~Self.arenaBit) }
  @inline(__always) var isMissing: Bool { lengthAndPlace & ~Self.arenaBit == 0 }
  @inline(__always) var isInArena: Bool { lengthAndPlace & Self.arenaBit != 0 }
}
