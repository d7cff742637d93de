import HabitusModel

/// Reads times as sources write them into milliseconds since 1970, UTC.
///
/// Without a format it takes ISO 8601 (`2026-01-05`, then `T` or a blank, `hh:mm[:ss[.fraction]]`, then nothing, `Z`,
/// `UTC`, `GMT`, `±hh`, `±hhmm` or `±hh:mm`) and numbers since 1970, whose unit is told by the size of the whole part
/// *n*: |*n*| < 10¹¹ seconds, < 10¹⁴ milliseconds, < 10¹⁷ microseconds, else nanoseconds. What is finer than a
/// millisecond is cut towards the past, by decimal digits and never through floating point.
struct TimestampParser {
  /// What a text is as a time.
  enum Outcome: Equatable {
    case milliseconds(Int64)
    case invalid
    case outOfRange
  }

  private let zone: ZoneOffsets
  private let format: TimestampFormat?
  private var lastDateWord: UInt64 = 0
  private var lastDayWord: UInt64 = 0
  private var lastDate: Int64 = 0

  init(zone: ZoneOffsets, format: TimestampFormat?) {
    self.zone = zone
    self.format = format
  }

  /// Reads a text, which is followed by readable memory only as far as it says.
  mutating func parse(_ text: UnsafeRawBufferPointer) -> Outcome {
    if let format {
      guard let moment = format.milliseconds(of: text, zone: zone) else { return .invalid }
      return Self.checked(moment)
    }
    if text.count == 24, let moment = parseUTC(text) { return .milliseconds(moment) }
    return parseAny(text)
  }

  /// The commonest form, `YYYY-MM-DDThh:mm:ss.mmmZ`, eight bytes at a time; `nil` for anything else.
  @inline(__always)
  private mutating func parseUTC(_ text: UnsafeRawBufferPointer) -> Int64? {
    let date = text.loadUnaligned(fromByteOffset: 0, as: UInt64.self).littleEndian
    let hour = text.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
    let second = text.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian
    // "..THH:MM" and ":SS.mmmZ": what is no digit must be as shown, what is a digit must be one.
    guard hour & 0x0000_FF00_00FF_0000 == 0x0000_3A00_0054_0000,
      second & 0xFF00_0000_FF00_00FF == 0x5A00_0000_2E00_003A,
      Self.areDigits(hour, at: 0xFFFF_00FF_FF00_FFFF), Self.areDigits(second, at: 0x00FF_FFFF_00FF_FF00)
    else { return nil }
    if date != lastDateWord || hour & 0xFFFF != lastDayWord {
      var cursor = TextCursor(UnsafeRawBufferPointer(rebasing: text[..<10]))
      guard let day = Self.date(&cursor), cursor.isAtEnd,
        Int64(day) * 86_400_000 >= Timestamp.representable.lowerBound.milliseconds
      else { return nil }
      lastDateWord = date
      lastDayWord = hour & 0xFFFF
      lastDate = Int64(day) * 86_400_000
    }
    let hours = Self.digit(hour, 3) &* 10 &+ Self.digit(hour, 4)
    let minutes = Self.digit(hour, 6) &* 10 &+ Self.digit(hour, 7)
    let seconds = Self.digit(second, 1) &* 10 &+ Self.digit(second, 2)
    guard hours < 24, minutes < 60, seconds < 60 else { return nil }
    let milliseconds = Self.digit(second, 4) &* 100 &+ Self.digit(second, 5) &* 10 &+ Self.digit(second, 6)
    return lastDate &+ ((hours &* 60 &+ minutes) &* 60 &+ seconds) &* 1000 &+ milliseconds
  }

  @inline(__always)
  private static func areDigits(_ word: UInt64, at mask: UInt64) -> Bool {
    let high: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
    let zeros: UInt64 = 0x3030_3030_3030_3030
    let isBelow = (word & high ^ zeros) & mask
    let isAbove = ((word &+ 0x0606_0606_0606_0606) & high ^ zeros) & mask
    return isBelow | isAbove == 0
  }

  @inline(__always)
  private static func digit(_ word: UInt64, _ index: UInt64) -> Int64 {
    Int64(truncatingIfNeeded: word &>> (index &* 8) & 15)
  }

  private func parseAny(_ text: UnsafeRawBufferPointer) -> Outcome {
    var cursor = TextCursor(text)
    cursor.skipBlanks()
    if text.count - cursor.position >= 10, text[cursor.position + 4] == 0x2D { return parseISO(&cursor) }
    return parseNumber(&cursor)
  }

  private func parseISO(_ cursor: inout TextCursor) -> Outcome {
    let yearIsZero = cursor.text[cursor.position...].starts(with: "0000".utf8)
    guard let day = Self.date(&cursor) else { return .invalid }
    var local = Int64(day) * 86_400
    var millisecond = 0
    var offset: Int?
    let hasTimeMark = cursor.skip(0x54) || cursor.skip(0x74)
    if !hasTimeMark { cursor.skipBlanks() }
    if hasTimeMark || !cursor.isAtEnd {
      guard let hour = cursor.number(exactly: 2), hour < 24, cursor.skip(0x3A),
        let minute = cursor.number(exactly: 2), minute < 60
      else { return .invalid }
      local += Int64(hour * 3600 + minute * 60)
      if cursor.skip(0x3A) {
        guard let second = cursor.number(exactly: 2), second < 60 else { return .invalid }
        local += Int64(second)
        if cursor.skip(0x2E) || cursor.skip(0x2C) {
          guard let read = cursor.milliseconds() else { return .invalid }
          millisecond = read
        }
      }
      cursor.skipBlanks()
      if !cursor.isAtEnd {
        guard let read = cursor.offset() else { return .invalid }
        offset = read
        cursor.skipBlanks()
      }
    }
    guard cursor.isAtEnd else { return .invalid }
    if yearIsZero { return .outOfRange }
    let seconds = local - (offset.map { Int64($0) } ?? zone.offset(atLocal: local))
    return Self.checked(seconds * 1000 + Int64(millisecond))
  }

  private func parseNumber(_ cursor: inout TextCursor) -> Outcome {
    if let whole = Self.wholeNumber(cursor) { return Self.moment(ofWhole: whole) }
    guard let number = DecimalDigits(&cursor) else { return .invalid }
    cursor.skipBlanks()
    guard cursor.isAtEnd else { return .invalid }
    let wholeDigits = number.wholeDigitCount
    let unit: TimeUnit =
      switch wholeDigits {
      case ...11: .seconds
      case ...14: .milliseconds
      case ...17: .microseconds
      default: .nanoseconds
      }
    guard let moment = number.floor(shiftedBy: unit.exponent) else { return .outOfRange }
    return Self.checked(moment)
  }

  /// A number of 1 to 18 digits and nothing else; others take the slower way.
  private static func wholeNumber(_ cursor: TextCursor) -> Int64? {
    var position = cursor.position
    let isNegative = cursor.next == 0x2D
    if isNegative { position += 1 }
    guard (1...18).contains(cursor.text.count - position) else { return nil }
    var value: Int64 = 0
    while position < cursor.text.count {
      let digit = cursor.text[position] &- 48
      if digit > 9 { return nil }
      value = value &* 10 &+ Int64(digit)
      position += 1
    }
    return isNegative ? -value : value
  }

  private static func moment(ofWhole number: Int64) -> Outcome {
    switch number.magnitude {
    case ..<100_000_000_000: checked(number * 1000)
    case ..<100_000_000_000_000: checked(number)
    case ..<100_000_000_000_000_000: checked(number.dividedFloor(by: 1000).quotient)
    default: checked(number.dividedFloor(by: 1_000_000).quotient)
    }
  }

  /// `YYYY-MM-DD` as days since 1970.
  private static func date(_ cursor: inout TextCursor) -> Int? {
    guard let year = cursor.number(exactly: 4), cursor.skip(0x2D), let month = cursor.number(exactly: 2),
      cursor.skip(0x2D), let day = cursor.number(exactly: 2)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)?.daysSince1970
  }

  static func checked(_ milliseconds: Int64) -> Outcome {
    Timestamp.representable.contains(Timestamp(milliseconds: milliseconds))
      ? .milliseconds(milliseconds) : .outOfRange
  }
}
