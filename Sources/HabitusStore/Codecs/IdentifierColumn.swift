internal import HabitusModel

/// Event identifiers of a segment: lower-case hexadecimal texts of one even length as raw bytes, anything else as text.
enum IdentifierColumn {
  private enum Form: UInt8 { case hexadecimal = 0, uuid = 1, text = 2 }

  /// Encodes `count` identifiers of sixteen hexadecimal digits that are words already.
  static func encode(count: Int, _ word: (Int) -> UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.append(Form.hexadecimal.rawValue)
    writer.append(variableLength: 16)
    let header = writer.bytes
    return header
      + [UInt8](unsafeUninitializedCapacity: 8 * count) { buffer, size in
        let raw = UnsafeMutableRawBufferPointer(buffer)
        for index in 0..<count { raw.storeBytes(of: word(index).bigEndian, toByteOffset: index &* 8, as: UInt64.self) }
        size = 8 * count
      }
  }

  static func encode(_ identifiers: ByteColumn) throws -> [UInt8] {
    guard identifiers.count > 0 else { return [] }
    var writer = ByteWriter()
    if let length = uniformLength(identifiers), (1...longestRaw).contains(length), length % 2 == 0 {
      let isUUID = length == uuidLength
      var raw: [UInt8] = []
      raw.reserveCapacity(identifiers.bytes.count / 2)
      let isHexadecimal = identifiers.bytes.withUnsafeBufferPointer { bytes in
        for start in stride(from: 0, to: bytes.count, by: length) {
          var high: UInt8?
          for place in 0..<length {
            let byte = bytes[start + place]
            if isUUID, dashes.contains(place) {
              guard byte == UInt8(ascii: "-") else { return false }
              continue
            }
            guard let digit = digit(byte) else { return false }
            if let first = high {
              raw.append(first << 4 | digit)
              high = nil
            } else {
              high = digit
            }
          }
        }
        return true
      }
      if isHexadecimal {
        writer.append(isUUID ? Form.uuid.rawValue : Form.hexadecimal.rawValue)
        writer.append(variableLength: UInt64(length))
        writer.append(contentsOf: raw)
        return writer.bytes
      }
    }
    writer.append(Form.text.rawValue)
    writer.append(contentsOf: try TextColumn.encode(identifiers))
    return writer.bytes
  }

  /// Appends `count` identifiers to `identifiers`.
  static func decode(_ bytes: UnsafeRawBufferPointer?, count: Int, into identifiers: inout ByteColumn) throws {
    guard let bytes, bytes.count > 0 else {
      for _ in 0..<count { identifiers.appendMissing() }
      return
    }
    var reader = ByteReader(bytes)
    let form = Form(rawValue: try reader.byte())
    guard form == .hexadecimal || form == .uuid else {
      guard form == .text else { throw StoreError.damaged("an identifier column has an unknown form") }
      return try TextColumn.decode(try reader.rest(), count: count, into: &identifiers)
    }
    guard let length = Int(exactly: try reader.variableLength()), length <= longestRaw else {
      throw StoreError.damaged("an identifier column has an impossible length")
    }
    let raw = try reader.slice(count * ((form == .uuid ? 32 : length) / 2))
    identifiers.reserveCapacity(identifiers.count + count, byteCount: identifiers.bytes.count + count * length)
    var source = 0
    for _ in 0..<count {
      var place = 0
      while place < length {
        if form == .uuid, dashes.contains(place) {
          identifiers.bytes.append(UInt8(ascii: "-"))
          place += 1
        } else {
          identifiers.bytes.append(digits[Int(raw[source] >> 4)])
          identifiers.bytes.append(digits[Int(raw[source] & 15)])
          source += 1
          place += 2
        }
      }
      identifiers.ends.append(identifiers.bytes.count)
    }
  }

  private static let uuidLength = 36
  /// The longest texts that are kept as raw bytes.
  private static let longestRaw = 1 << 20
  private static let dashes = [8, 13, 18, 23]
  private static let digits = Array("0123456789abcdef".utf8)

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 97...102: byte - 87
    default: nil
    }
  }

  private static func uniformLength(_ column: ByteColumn) -> Int? {
    let length = column.ends[0]
    for (index, end) in column.ends.enumerated() where end != length * (index + 1) { return nil }
    return length
  }
}
