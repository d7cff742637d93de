/// A moment: whole milliseconds since 1970-01-01T00:00:00Z. Finer input is cut, never rounded up.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
  public var milliseconds: Int64

  /// Makes a moment from milliseconds since 1970-01-01T00:00:00Z.
  @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Orders moments from earlier to later.
  @inlinable public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

  /// The years that every part of Habitus can write and read: 0001 to 9999.
  public static let representable =
    Timestamp(
      milliseconds: -62_135_596_800_000)...Timestamp(
      milliseconds: 253_402_300_799_999)
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC with milliseconds, as in `2026-01-05T00:00:00.000Z`.
  public var description: String {
    let (day, millisecondOfDay) = milliseconds.dividedFloor(by: 86_400_000)
    let date = CivilDate(daysSince1970: day)
    let seconds = millisecondOfDay / 1000
    return date.description + "T"
      + Self.padded(seconds / 3600, 2) + ":" + Self.padded(seconds / 60 % 60, 2) + ":" + Self.padded(seconds % 60, 2)
      + "." + Self.padded(millisecondOfDay % 1000, 3) + "Z"
  }

  static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

extension Timestamp: Codable {
  /// Reads RFC 3339 text in UTC as ``description`` writes it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let moment = Timestamp(rfc3339: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an RFC 3339 time")
    }
    self = moment
  }

  /// Writes RFC 3339 text in UTC.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Timestamp {
  /// Reads `YYYY-MM-DD`, optionally followed by `T` or a blank, `hh:mm[:ss[.fraction]]` and `Z` or `±hh[:]mm`.
  ///
  /// A missing time is midnight, a missing offset is UTC, digits finer than a millisecond are cut. Returns `nil` for
  /// anything else, impossible dates included.
  public init?(rfc3339 text: String) {
    var scanner = DigitScanner(Array(text.utf8))
    guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2),
      scanner.skip("-"), let day = scanner.number(digits: 2),
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    var time: Int64 = 0
    if !scanner.isAtEnd {
      guard scanner.skip("T") || scanner.skip(" ") || scanner.skip("t"), let hour = scanner.number(digits: 2),
        scanner.skip(":"), let minute = scanner.number(digits: 2), hour < 24, minute < 60
      else { return nil }
      time = Int64(hour * 3600 + minute * 60) * 1000
      if scanner.skip(":") {
        guard let second = scanner.number(digits: 2), second < 60 else { return nil }
        time += Int64(second) * 1000
        if scanner.skip(".") {
          guard let fraction = scanner.fraction(digits: 3) else { return nil }
          time += Int64(fraction)
        }
      }
      if !scanner.isAtEnd, !(scanner.skip("Z") || scanner.skip("z")) {
        let sign: Int64 = scanner.skip("+") ? 1 : -1
        guard sign == 1 || scanner.skip("-"), let hours = scanner.number(digits: 2) else { return nil }
        _ = scanner.skip(":")
        guard let minutes = scanner.number(digits: 2), hours < 24, minutes < 60 else { return nil }
        time -= sign * Int64(hours * 3600 + minutes * 60) * 1000
      }
    }
    guard scanner.isAtEnd else { return nil }
    self.init(milliseconds: Int64(date.daysSince1970) * 86_400_000 + time)
  }
}

/// Reads digits from a short text, one field after the other.
struct DigitScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  mutating func number(digits: Int) -> Int? {
    guard position + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + digits] {
      guard byte >= 48, byte <= 57 else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    position += digits
    return value
  }

  /// The first `digits` digits of a decimal fraction of any length; the rest is read and cut.
  mutating func fraction(digits: Int) -> Int? {
    var value = 0
    var count = 0
    while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
      if count < digits { value = value * 10 + Int(bytes[position] - 48) }
      count += 1
      position += 1
    }
    guard count > 0 else { return nil }
    while count < digits {
      value *= 10
      count += 1
    }
    return value
  }
}
