internal import HabitusModel

/// A moment as PostgreSQL keeps it: microseconds since 2000, the ends of the range standing for the infinities.
struct PostgresMoment: Hashable, Comparable, Codable, Sendable {
  var microseconds: Int64

  static let infinity = PostgresMoment(microseconds: .max)
  static let minusInfinity = PostgresMoment(microseconds: .min)
  /// The first moment that PostgreSQL takes, in the year 4714 before our era.
  private static let earliest: Int64 = -211_813_488_000_000_000
  private static let millisecondsTo2000: Int64 = 946_684_800_000

  static func < (a: PostgresMoment, b: PostgresMoment) -> Bool { a.microseconds < b.microseconds }

  var isFinite: Bool { self != .infinity && self != .minusInfinity }

  /// The moment cut to milliseconds; `nil` for the infinities and outside the years 1 to 9999.
  var timestamp: Timestamp? {
    guard isFinite else { return nil }
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1000)
    let milliseconds = (remainder < 0 ? quotient - 1 : quotient) + Self.millisecondsTo2000
    let time = Timestamp(milliseconds: milliseconds)
    return Timestamp.representable.contains(time) ? time : nil
  }

  /// The moment `duration` before this one, minus infinity where PostgreSQL has none so early; infinities stay.
  func before(_ duration: Duration) -> PostgresMoment {
    guard isFinite else { return self }
    let (seconds, attoseconds) = duration.components
    let microseconds = Int64(clamping: Double(seconds) * 1e6) + attoseconds / 1_000_000_000_000
    let (difference, isOverflowing) = self.microseconds.subtractingReportingOverflow(microseconds)
    return isOverflowing || difference < Self.earliest ? .minusInfinity : PostgresMoment(microseconds: difference)
  }

  /// Adds RFC 3339 as in ``Timestamp``, or what PostgreSQL calls an infinity; returns whether there is such a text.
  func append(to bytes: inout [UInt8]) -> Bool {
    guard isFinite else {
      bytes.append(contentsOf: (self == .infinity ? "infinity" : "-infinity").utf8)
      return true
    }
    guard let milliseconds = timestamp?.milliseconds else { return false }
    func append(_ number: Int, digits: Int, then mark: Unicode.Scalar) {
      var divisor = 1
      for _ in 1..<digits { divisor *= 10 }
      while divisor > 0 {
        bytes.append(UInt8(truncatingIfNeeded: 48 + number / divisor % 10))
        divisor /= 10
      }
      bytes.append(UInt8(ascii: mark))
    }
    let millisecondsOfDay: Int64 = 86_400_000
    let remainder = milliseconds % millisecondsOfDay
    let time = Int(remainder < 0 ? remainder + millisecondsOfDay : remainder)
    let (year, month, day) = CivilDate(daysSince1970: (milliseconds - Int64(time)) / millisecondsOfDay).components
    append(year, digits: 4, then: "-")
    append(month, digits: 2, then: "-")
    append(day, digits: 2, then: "T")
    append(time / 3_600_000, digits: 2, then: ":")
    append(time / 60_000 % 60, digits: 2, then: ":")
    append(time / 1000 % 60, digits: 2, then: ".")
    append(time % 1000, digits: 3, then: "Z")
    return true
  }
}

extension Int64 {
  /// The nearest number in range.
  fileprivate init(clamping number: Double) {
    self = Int64(exactly: number.rounded()) ?? (number > 0 ? .max : .min)
  }
}
