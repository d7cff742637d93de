/// SipHash-2-4 with 128 bits of output: a keyed hash whose collisions nobody can prepare without the key.
///
/// Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012, doi:10.1007/978-3-642-34931-7_28; the
/// 128-bit variant is that of the authors' reference code.
struct SipHash {
  private var v0, v1, v2, v3: UInt64
  private var tail: UInt64 = 0
  private var byteCount: UInt64 = 0

  init(key: (UInt64, UInt64)) {
    v0 = key.0 ^ 0x736f_6d65_7073_6575
    v1 = key.1 ^ 0x646f_7261_6e64_6f6d ^ 0xee
    v2 = key.0 ^ 0x6c79_6765_6e65_7261
    v3 = key.1 ^ 0x7465_6462_7974_6573
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    if byteCount & 7 == 0 {
      while index &+ 8 <= bytes.count {
        compress(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
        index &+= 8
      }
      byteCount &+= UInt64(index)
    }
    while index < bytes.count {
      tail |= UInt64(bytes[index]) &<< ((byteCount & 7) &* 8)
      byteCount &+= 1
      index &+= 1
      if byteCount & 7 == 0 {
        compress(tail)
        tail = 0
      }
    }
  }

  mutating func add(_ word: UInt64) { withUnsafeBytes(of: word.littleEndian) { add($0) } }

  /// The text and its length, so that texts added one after the other stay apart.
  mutating func add(text bytes: UnsafeRawBufferPointer) {
    add(UInt64(bytes.count))
    add(bytes)
  }

  mutating func finalize() -> (UInt64, UInt64) {
    compress(tail | byteCount &<< 56)
    v2 ^= 0xee
    for _ in 0..<4 { round() }
    let first = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xdd
    for _ in 0..<4 { round() }
    return (first, v0 ^ v1 ^ v2 ^ v3)
  }

  @inline(__always) private mutating func compress(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  @inline(__always) private mutating func round() {
    v0 = v0 &+ v1
    v1 = rotate(v1, 13) ^ v0
    v0 = rotate(v0, 32)
    v2 = v2 &+ v3
    v3 = rotate(v3, 16) ^ v2
    v0 = v0 &+ v3
    v3 = rotate(v3, 21) ^ v0
    v2 = v2 &+ v1
    v1 = rotate(v1, 17) ^ v2
    v2 = rotate(v2, 32)
  }

  @inline(__always) private func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
    word &<< bits | word &>> (64 &- bits)
  }
}
