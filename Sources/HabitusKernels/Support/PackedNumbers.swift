/// Many numbers of 32 bits as one text, so that a coder takes them as one value: six bits a letter, least first (the
/// letters of RFC 4648, section 5).
///
/// Coders take microseconds a value, which is minutes for the numbers of a large model.
struct PackedNumbers: Hashable, Sendable {
  let numbers: [UInt32]

  init(_ numbers: [UInt32]) { self.numbers = numbers }

  init(_ numbers: [Int32]) { self.numbers = numbers.map { UInt32(bitPattern: $0) } }

  init(_ numbers: [Float]) { self.numbers = numbers.map(\.bitPattern) }

  /// Two numbers of 32 bits each, the lower half first.
  init(_ numbers: [Double]) {
    self.numbers = numbers.flatMap { number -> [UInt32] in
      [UInt32(truncatingIfNeeded: number.bitPattern), UInt32(truncatingIfNeeded: number.bitPattern >> 32)]
    }
  }

  var integers: [Int32] { numbers.map { Int32(bitPattern: $0) } }

  var floats: [Float] { numbers.map { Float(bitPattern: $0) } }

  /// A number that has lost its upper half is left out.
  var doubles: [Double] {
    (0..<numbers.count / 2).map { place in
      Double(bitPattern: UInt64(numbers[2 * place]) | UInt64(numbers[2 * place + 1]) << 32)
    }
  }

  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  private static let bitsOfLetters: [UInt8?] = {
    var bits: [UInt8?] = Array(repeating: nil, count: 256)
    for (number, letter) in letters.enumerated() { bits[Int(letter)] = UInt8(number) }
    return bits
  }()
}

extension PackedNumbers: Codable {
  /// Reads a text; one that holds no whole number of numbers, or another letter, is refused.
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    var numbers: [UInt32] = []
    numbers.reserveCapacity(text.utf8.count * 6 / 32)
    var (pending, bitCount): (UInt64, UInt64) = (0, 0)
    for letter in text.utf8 {
      guard let bits = Self.bitsOfLetters[Int(letter)] else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "a letter that stands for no bits")
      }
      pending |= UInt64(bits) << bitCount
      bitCount += 6
      if bitCount >= 32 {
        numbers.append(UInt32(truncatingIfNeeded: pending))
        pending >>= 32
        bitCount -= 32
      }
    }
    guard pending == 0, bitCount < 6 else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "the last number is cut off")
    }
    self.init(numbers)
  }

  func encode(to encoder: any Encoder) throws {
    var text: [UInt8] = []
    text.reserveCapacity((numbers.count * 32 + 5) / 6)
    var (pending, bitCount): (UInt64, UInt64) = (0, 0)
    for number in numbers {
      pending |= UInt64(number) << bitCount
      bitCount += 32
      while bitCount >= 6 {
        text.append(Self.letters[Int(pending & 63)])
        pending >>= 6
        bitCount -= 6
      }
    }
    if bitCount > 0 { text.append(Self.letters[Int(pending)]) }
    var container = encoder.singleValueContainer()
    try container.encode(String(decoding: text, as: UTF8.self))
  }
}
