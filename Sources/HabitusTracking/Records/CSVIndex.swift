/// The places of the bytes that structure a chunk of CSV: delimiters, newlines and quotes.
struct CSVIndex {
  private(set) var positions: [UInt32] = []
  private(set) var count = 0
  /// Whether a quote is among the positions.
  private(set) var hasQuotes = false
  /// Whether a byte of the chunk is not ASCII.
  private(set) var hasHighBytes = false

  /// Indexes `length` bytes, which are followed by 64 readable ones.
  ///
  /// Bytes are compared sixteen at a time; the hits of 64 become the bits of a word (each byte's bit picked by its
  /// weight and summed by a multiplication), and the word's bits become positions.
  ///
  /// - Complexity: O(`length`); allocates only when a chunk has more hits than any before.
  mutating func index(_ base: UnsafePointer<UInt8>, length: Int, delimiter: UInt8) {
    let delimiters = SIMD16<UInt8>(repeating: delimiter)
    let newlines = SIMD16<UInt8>(repeating: 0x0A)
    let quotes = SIMD16<UInt8>(repeating: 0x22)
    let raw = UnsafeRawPointer(base)
    var anyQuote = SIMD16<UInt8>()
    var anyByte = SIMD16<UInt8>()
    var start = 0
    count = 0
    while start < length {
      // A stretch whose hits fit whatever they are.
      let end = min(start + 16_384, length)
      if positions.count < count + 16_384 + 64 {
        let old = positions
        positions = [UInt32](unsafeUninitializedCapacity: max(old.count * 2, 32_768)) { buffer, initializedCount in
          let kept = buffer.initialize(fromContentsOf: old)
          buffer[kept...].initialize(repeating: 0)
          initializedCount = buffer.count
        }
      }
      positions.withUnsafeMutableBufferPointer { positions in
        guard let target = positions.baseAddress else { return }
        var found = count
        while start < end {
          var bits: UInt64 = 0
          for part in 0..<4 {
            let bytes = (raw + start + part * 16).loadUnaligned(as: SIMD16<UInt8>.self)
            let isQuote = Self.ones(bytes .== quotes)
            anyQuote |= isQuote
            anyByte |= bytes
            let hits = Self.ones(bytes .== delimiters) | Self.ones(bytes .== newlines) | isQuote
            bits |= Self.bits(hits) &<< UInt64(part &* 16)
          }
          if length &- start < 64 {
            bits &= (1 &<< UInt64(length &- start)) &- 1
          }
          let hitCount = bits.nonzeroBitCount
          var slot = target + found
          let last = slot + hitCount
          // Eight at a time without looking; what is written beyond the last hit is overwritten later.
          repeat {
            for _ in 0..<8 {
              slot.pointee = UInt32(truncatingIfNeeded: start &+ bits.trailingZeroBitCount)
              slot += 1
              bits &= bits &- 1
            }
          } while slot < last
          found &+= hitCount
          start &+= 64
        }
        count = found
      }
    }
    hasQuotes = anyQuote != SIMD16<UInt8>()
    hasHighBytes = (anyByte & SIMD16<UInt8>(repeating: 0x80)) != SIMD16<UInt8>()
  }

  @inline(__always)
  private static func ones(_ mask: SIMDMask<SIMD16<Int8>>) -> SIMD16<UInt8> {
    SIMD16<UInt8>().replacing(with: SIMD16<UInt8>(repeating: 0xFF), where: mask)
  }

  /// The sixteen bytes, each 0 or 255, as bits.
  @inline(__always)
  private static func bits(_ bytes: SIMD16<UInt8>) -> UInt64 {
    let weights = SIMD16<UInt8>(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128)
    // Both are vectors of sixteen plain bytes, so the bits can be looked at in either form.
    let halves = unsafeBitCast(bytes & weights, to: SIMD2<UInt64>.self)
    let sum: UInt64 = 0x0101_0101_0101_0101
    return (halves[0] &* sum) &>> 56 | ((halves[1] &* sum) &>> 56) &<< 8
  }
}
