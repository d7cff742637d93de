/// Reads decimal numbers exactly, independent of the locale.
enum DecimalParser {
  /// What a text is as a number.
  enum Outcome: Equatable {
    case number(Double)
    /// Empty or NaN.
    case missing
    case invalid
  }

  /// Reads `[+-]digits[.digits][e[+-]digits]`, blanks around it allowed. The result is the Double nearest to the
  /// decimal.
  ///
  /// Up to 15 digits with a power of ten up to 22 need one exact multiplication or division (Clinger, "How to Read
  /// Floating Point Numbers Accurately", 1990); others go to the standard library.
  static func parse(_ text: UnsafeRawBufferPointer) -> Outcome {
    var start = 0
    var end = text.count
    while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
    while end > start, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
    if start == end { return .missing }
    var position = start
    let isNegative = text[position] == 0x2D
    if isNegative || text[position] == 0x2B { position += 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var significant = 0
    var exponent = 0
    while position < end, text[position] &- 48 < 10 {
      mantissa = mantissa &* 10 &+ UInt64(text[position] &- 48)
      significant += mantissa == 0 ? 0 : 1
      digits += 1
      position += 1
    }
    if position < end, text[position] == 0x2E {
      position += 1
      while position < end, text[position] &- 48 < 10 {
        mantissa = mantissa &* 10 &+ UInt64(text[position] &- 48)
        significant += mantissa == 0 ? 0 : 1
        digits += 1
        exponent -= 1
        position += 1
      }
    }
    if digits == 0 { return isNaN(text, start, end) ? .missing : .invalid }
    if position < end, text[position] | 0x20 == 0x65 {
      position += 1
      var power = 0
      let isPowerNegative = position < end && text[position] == 0x2D
      if position < end, isPowerNegative || text[position] == 0x2B { position += 1 }
      let first = position
      while position < end, text[position] &- 48 < 10 {
        power = min(power * 10 + Int(text[position] &- 48), 100_000)
        position += 1
      }
      if position == first { return .invalid }
      exponent += isPowerNegative ? -power : power
    }
    if position != end { return .invalid }
    if significant <= 15, exponent >= -22, exponent <= 22 {
      let whole = Double(mantissa)
      let magnitude = exponent < 0 ? whole / powersOfTen[-exponent] : whole * powersOfTen[exponent]
      return .number(isNegative ? -magnitude : magnitude)
    }
    let number = slowly(UnsafeRawBufferPointer(rebasing: text[start..<end]))
    return number.isFinite ? .number(number) : .invalid
  }

  /// `nan`, with or without a sign and in any case.
  private static func isNaN(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
    let first = text[start] == 0x2D || text[start] == 0x2B ? start + 1 : start
    return end - first == 3 && text[first] | 0x20 == 0x6E && text[first + 1] | 0x20 == 0x61
      && text[first + 2] | 0x20 == 0x6E
  }

  /// The standard library's conversion, which knows no locale; the text is a number already.
  private static func slowly(_ text: UnsafeRawBufferPointer) -> Double {
    Double(String(decoding: text, as: UTF8.self)) ?? .infinity
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]
}
