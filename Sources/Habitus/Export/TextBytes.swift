internal import HabitusModel

extension [UInt8] {
  /// Appends the decimal digits of a whole number.
  mutating func append(decimal number: Int) {
    if number < 0 { append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
      var start = 20
      repeat {
        start -= 1
        digits[start] = 48 &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[start..<20]))
    }
  }

  /// Appends a finite number in the shortest form that reads back as the same number, whole ones without a fraction.
  mutating func append(decimal number: Double) {
    if number.magnitude < 1e18, number == number.rounded(.towardZero), number != 0 || number.sign == .plus {
      return append(decimal: Int(number))
    }
    var text = number.description
    text.withUTF8 { append(contentsOf: $0) }
  }
}

/// Writes moments as RFC 3339 in UTC; the date of the day before is kept, since neighbouring moments share it.
struct MomentDigits: Sendable {
  private var day = Int64.min
  private var date: [UInt8] = []

  mutating func append(_ moment: Timestamp, to bytes: inout [UInt8]) {
    let (day, millisecond) = moment.milliseconds.dividedFloor(by: 86_400_000)
    if day != self.day {
      self.day = day
      date = Array(CivilDate(daysSince1970: day).description.utf8)
    }
    bytes.append(contentsOf: date)
    let second = millisecond / 1000
    Self.append(UInt8(ascii: "T"), second / 3600, digits: 2, to: &bytes)
    Self.append(UInt8(ascii: ":"), second / 60 % 60, digits: 2, to: &bytes)
    Self.append(UInt8(ascii: ":"), second % 60, digits: 2, to: &bytes)
    Self.append(UInt8(ascii: "."), millisecond % 1000, digits: 3, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  private static func append(_ separator: UInt8, _ number: Int64, digits: Int, to bytes: inout [UInt8]) {
    bytes.append(separator)
    if digits == 3 { bytes.append(48 &+ UInt8(truncatingIfNeeded: number / 100)) }
    bytes.append(48 &+ UInt8(truncatingIfNeeded: number / 10 % 10))
    bytes.append(48 &+ UInt8(truncatingIfNeeded: number % 10))
  }
}

/// JSON as bytes.
enum JSONBytes {
  /// Appends a string in quotes, with what JSON does not allow inside escaped.
  static func append(string text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    bytes.append(0x22)
    if text.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
      for byte in text { appendEscaped(byte, to: &bytes) }
    } else {
      bytes.append(contentsOf: text)
    }
    bytes.append(0x22)
  }

  /// Appends a string in quotes.
  static func append(string text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { append(string: UnsafeRawBufferPointer($0), to: &bytes) }
  }

  private static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
    switch byte {
    case 0x22, 0x5C:
      bytes.append(0x5C)
      bytes.append(byte)
    case 0x0A: bytes.append(contentsOf: "\\n".utf8)
    case 0x0D: bytes.append(contentsOf: "\\r".utf8)
    case 0x09: bytes.append(contentsOf: "\\t".utf8)
    case ..<0x20:
      bytes.append(contentsOf: "\\u00".utf8)
      bytes.append(contentsOf: [byte >> 4, byte & 15].map { $0 < 10 ? 48 + $0 : 87 + $0 })
    default: bytes.append(byte)
    }
  }
}
