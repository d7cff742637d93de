/// A blob with its checksum behind it, so that a damaged one is noticed before it is decoded.
enum SealedBlob {
  /// The bytes, then eight more.
  static func seal(_ bytes: [UInt8]) -> [UInt8] {
    let sum = bytes.withUnsafeBytes { checksum($0) }
    return bytes + withUnsafeBytes(of: sum.littleEndian) { Array($0) }
  }

  /// The bytes that were sealed.
  ///
  /// - Throws: ``StoreError/damaged(_:)`` naming `what`.
  static func open(_ sealed: UnsafeRawBufferPointer, _ what: @autoclosure () -> String) throws -> UnsafeRawBufferPointer
  {
    let count = sealed.count - 8
    guard count >= 0 else { throw StoreError.damaged("\(what()) is cut short") }
    let bytes = UnsafeRawBufferPointer(rebasing: sealed[..<count])
    let sum = UInt64(littleEndian: sealed.loadUnaligned(fromByteOffset: count, as: UInt64.self))
    guard checksum(bytes) == sum else { throw StoreError.damaged("\(what()) has another checksum than was written") }
    return bytes
  }

  /// Four lanes of multiply and rotate over words of eight bytes. Each step can be undone, so one changed word always
  /// changes the sum. It guards against damage, not against intent.
  ///
  /// - Parameter previous: the sum of what stands before, where several pieces have one sum.
  static func checksum(_ bytes: UnsafeRawBufferPointer, after previous: UInt64 = 0) -> UInt64 {
    var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
    var index = 0
    while index &+ 32 <= bytes.count {
      lanes.0 = step(lanes.0, bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      lanes.1 = step(lanes.1, bytes.loadUnaligned(fromByteOffset: index &+ 8, as: UInt64.self))
      lanes.2 = step(lanes.2, bytes.loadUnaligned(fromByteOffset: index &+ 16, as: UInt64.self))
      lanes.3 = step(lanes.3, bytes.loadUnaligned(fromByteOffset: index &+ 24, as: UInt64.self))
      index &+= 32
    }
    var sum = step(previous, UInt64(bytes.count))
    while index < bytes.count {
      sum = step(sum, UInt64(bytes[index]))
      index &+= 1
    }
    sum = step(sum, lanes.0)
    sum = step(sum, lanes.1)
    sum = step(sum, lanes.2)
    return step(sum, lanes.3)
  }

  @inline(__always) private static func step(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ UInt64(littleEndian: word)) &* 0x9E37_79B9_7F4A_7C15
    return product &<< 31 | product &>> 33
  }
}
