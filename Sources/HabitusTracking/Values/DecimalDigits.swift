/// A decimal number as its digits, so that it can be moved between units without rounding.
struct DecimalDigits {
  private var digits: [UInt8] = []
  /// How many of the digits stand before the decimal point; may be negative or beyond them.
  private var point = 0
  private var isNegative = false

  /// Reads `[+-]digits[.digits][e[+-]digits]`, or gives `nil` where there is no number.
  init?(_ cursor: inout TextCursor) {
    isNegative = cursor.skip(0x2D)
    if !isNegative { _ = cursor.skip(0x2B) }
    var count = 0
    var pointCount: Int?
    while true {
      let byte = cursor.next
      if byte &- 48 < 10 {
        if digits.isEmpty, byte == 48 {
          if pointCount != nil { point -= 1 }
        } else {
          digits.append(byte - 48)
          if pointCount == nil { point += 1 }
        }
        count += 1
        cursor.position += 1
      } else if byte == 0x2E, pointCount == nil, count > 0 {
        pointCount = count
        cursor.position += 1
      } else {
        break
      }
    }
    if count == 0 || pointCount == count { return nil }
    if cursor.next | 0x20 == 0x65, !cursor.isAtEnd {
      cursor.position += 1
      let isPowerNegative = cursor.skip(0x2D)
      if !isPowerNegative { _ = cursor.skip(0x2B) }
      guard let power = cursor.number(upTo: 4) else { return nil }
      point += isPowerNegative ? -power : power
    }
    if digits.isEmpty { point = 0 }
  }

  /// How many digits the whole part has.
  var wholeDigitCount: Int { max(0, point) }

  /// The number times 10^`exponent`, rounded towards negative infinity; `nil` where that exceeds 18 digits.
  func floor(shiftedBy exponent: Int) -> Int64? {
    let end = point + exponent
    guard end <= 18 else { return nil }
    var value: Int64 = 0
    for index in 0..<max(0, end) { value = value * 10 + (index < digits.count ? Int64(digits[index]) : 0) }
    let isCut = digits.indices.contains { $0 >= end && digits[$0] != 0 }
    return isNegative ? -value - (isCut ? 1 : 0) : value
  }
}
