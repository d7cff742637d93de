/// Values of a segment, exactly: which events have one as a bitmap, then either decimals as scaled integers, bit-packed
/// from the smallest, or the doubles as they are.
enum ValueColumn {
  private enum Form: UInt8 { case decimals = 0, doubles = 1 }

  static func encode(_ values: UnsafeBufferPointer<Double>) -> [UInt8] {
    var present: [Double] = []
    present.reserveCapacity(values.count)
    for value in values where !value.isNaN { present.append(value) }
    guard !present.isEmpty else { return [] }
    var writer = ByteWriter()
    writer.append(variableLength: UInt64(present.count))
    if present.count < values.count {
      var bitmap = [UInt8](repeating: 0, count: (values.count + 7) / 8)
      for (index, value) in values.enumerated() where !value.isNaN { bitmap[index >> 3] |= 1 << UInt8(index & 7) }
      writer.append(contentsOf: bitmap)
    }
    if let (digits, integers) = scaled(present), let smallest = integers.min(), let largest = integers.max() {
      let width = BitPacking.width(of: UInt64(bitPattern: largest &- smallest))
      writer.append(Form.decimals.rawValue)
      writer.append(UInt8(digits))
      writer.append(UInt8(width))
      writer.append(smallest)
      BitPacking.pack(count: present.count, width: width, into: &writer) { UInt64(integers[$0] &- smallest) }
    } else {
      writer.append(Form.doubles.rawValue)
      BitPacking.pack(count: present.count, width: 64, into: &writer) { present[$0].bitPattern }
    }
    return writer.bytes
  }

  static func decode(_ bytes: UnsafeRawBufferPointer?, into values: UnsafeMutableBufferPointer<Double>) throws {
    guard let bytes, bytes.count > 0 else {
      values.update(repeating: .nan)
      return
    }
    var reader = ByteReader(bytes)
    guard let presentCount = Int(exactly: try reader.variableLength()), presentCount <= values.count else {
      throw StoreError.damaged("a value column has too many values")
    }
    let bitmap = presentCount < values.count ? try reader.slice((values.count + 7) / 8) : nil
    if let bitmap {
      var count = 0
      for byte in bitmap { count += byte.nonzeroBitCount }
      guard count == presentCount else { throw StoreError.damaged("a value column has another number of values") }
    }
    switch Form(rawValue: try reader.byte()) {
    case .decimals:
      let digits = Int(try reader.byte())
      let width = Int(try reader.byte())
      guard digits < powersOfTen.count else { throw StoreError.damaged("a value column has an impossible scale") }
      let scale = powersOfTen[digits]
      let smallest = try reader.integer(Int64.self)
      try spread(
        try BitPacking.Reader(count: presentCount, width: width, from: &reader), bitmap, values
      ) { Double(Int64(bitPattern: $0) &+ smallest) / scale }
    case .doubles:
      try spread(
        try BitPacking.Reader(count: presentCount, width: 64, from: &reader), bitmap, values
      ) { Double(bitPattern: $0) }
    case nil:
      throw StoreError.damaged("a value column has an unknown form")
    }
  }

  /// Puts the packed values to the events that have one.
  @inline(__always)
  private static func spread(
    _ packed: BitPacking.Reader, _ bitmap: UnsafeRawBufferPointer?, _ values: UnsafeMutableBufferPointer<Double>,
    _ value: (UInt64) -> Double
  ) throws {
    guard let bitmap else {
      for index in 0..<values.count { values[index] = value(packed[index]) }
      return
    }
    var next = 0
    for index in 0..<values.count {
      let isPresent = Int(bitmap[index &>> 3] &>> UInt8(index & 7)) & 1
      // Read in any case: behind the last value there are spare bytes, and choosing costs less than branching.
      let candidate = value(packed[next])
      values[index] = isPresent == 1 ? candidate : .nan
      next &+= isPresent
    }
  }

  /// The values as integers over the smallest power of ten that gives each of them back to the bit; `nil` if none does.
  private static func scaled(_ values: [Double]) -> (digits: Int, integers: [Int64])? {
    for (digits, scale) in powersOfTen.enumerated() {
      var integers: [Int64] = []
      integers.reserveCapacity(values.count)
      for value in values {
        let scaled = (value * scale).rounded()
        guard scaled.magnitude < 9e15, (Double(Int64(scaled)) / scale).bitPattern == value.bitPattern else { break }
        integers.append(Int64(scaled))
      }
      if integers.count == values.count { return (digits, integers) }
    }
    return nil
  }

  private static let powersOfTen: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
}
