/// Builds a binary record: little-endian integers, variable-length integers, strings.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func append<Integer: FixedWidthInteger>(_ value: Integer) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// LEB128: seven bits a byte, lowest first.
  mutating func append(variableLength value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func append(contentsOf other: some Sequence<UInt8>) { bytes.append(contentsOf: other) }

  mutating func append(text: String) {
    append(variableLength: UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }
}

/// Reads what ``ByteWriter`` wrote; every read checks the bounds, so a damaged record is an error and not a crash.
struct ByteReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Whether everything was read.
  var isAtEnd: Bool { position == bytes.count }

  mutating func byte() throws -> UInt8 {
    guard position < bytes.count else { throw StoreError.damaged("a record ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
    let size = MemoryLayout<Integer>.size
    guard position + size <= bytes.count else { throw StoreError.damaged("a record ends too early") }
    defer { position += size }
    return Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Integer.self))
  }

  mutating func variableLength() throws -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      guard shift < 64 else { throw StoreError.damaged("a number in a record is too long") }
      value |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  mutating func slice(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard count >= 0, count <= bytes.count - position else { throw StoreError.damaged("a record ends too early") }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  /// Everything that has not been read.
  mutating func rest() throws -> UnsafeRawBufferPointer { try slice(bytes.count - position) }

  mutating func text() throws -> String { String(decoding: try slice(try count()), as: UTF8.self) }

  /// A variable-length integer that counts something.
  mutating func count() throws -> Int {
    guard let count = Int(exactly: try variableLength()) else {
      throw StoreError.damaged("a number in a record is too large")
    }
    return count
  }

  /// The number of things that follow, each of which takes a byte or more.
  mutating func itemCount() throws -> Int {
    let count = try count()
    guard count <= bytes.count - position else { throw StoreError.damaged("a record ends too early") }
    return count
  }
}
