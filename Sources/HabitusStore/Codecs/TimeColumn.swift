/// Times of a segment: gaps to the event before (for a user's first event, to the earliest time of the segment) in 2, 3,
/// 4 or 8 bytes, with the lengths as two bits each in front.
enum TimeColumn {
  static func encode(_ times: UnsafeBufferPointer<Int64>, offsets: [Int], earliest: Int64) -> [UInt8] {
    var control = [UInt8](repeating: 0, count: (times.count + 3) / 4)
    var data: [UInt8] = []
    data.reserveCapacity(times.count * 3)
    for (start, end) in zip(offsets, offsets.dropFirst()) {
      var previous = earliest
      for index in start..<end {
        let gap = UInt64(bitPattern: times[index] &- previous)
        previous = times[index]
        let kind: UInt8 = gap < 1 << 16 ? 0 : gap < 1 << 24 ? 1 : gap < 1 << 32 ? 2 : 3
        control[index >> 2] |= kind << UInt8((index & 3) * 2)
        withUnsafeBytes(of: gap.littleEndian) { data.append(contentsOf: $0.prefix(lengths[Int(kind)])) }
      }
    }
    var writer = ByteWriter()
    writer.append(earliest)
    writer.append(contentsOf: control)
    writer.append(contentsOf: data)
    writer.append(UInt64(0))
    return writer.bytes
  }

  static func decode(
    _ bytes: UnsafeRawBufferPointer, offsets: [Int], into times: UnsafeMutableBufferPointer<Int64>
  ) throws {
    var reader = ByteReader(bytes)
    let earliest = try reader.integer(Int64.self)
    let control = try reader.slice((times.count + 3) / 4)
    let data = try reader.rest()
    // The shortest gap takes two bytes, and eight spare bytes follow the last: a column cut short is noticed below.
    guard let base = data.baseAddress, data.count >= 8 else { throw StoreError.damaged("a time column ends too early") }
    let limit = data.count - 8
    var position = 0
    var index = 0
    for end in offsets.dropFirst() {
      guard end <= times.count else { throw StoreError.damaged("a time column has too few times") }
      var time = earliest
      while index < end {
        guard position <= limit else { throw StoreError.damaged("a time column ends too early") }
        let kind = Int(control[index &>> 2] &>> UInt8((index & 3) &* 2)) & 3
        let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        time &+= Int64(bitPattern: word & masks[kind])
        times[index] = time
        position &+= lengths[kind]
        index &+= 1
      }
    }
  }

  private static let lengths: InlineArray<4, Int> = [2, 3, 4, 8]
  private static let masks: InlineArray<4, UInt64> = [0xffff, 0xff_ffff, 0xffff_ffff, .max]
}
