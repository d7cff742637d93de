import HabitusModel

/// Reads the times of access logs.
enum LogTime {
  /// `10/Feb/2012:16:42:07 -0500`, the fraction and the offset optional, or a time of ISO 8601, or seconds since 1970.
  static func read(_ text: ArraySlice<UInt8>, zone: ZoneOffsets) throws(AccessLogFault) -> Timestamp {
    let outcome = text.withUnsafeBytes { bytes -> TimestampParser.Outcome in
      if let outcome = ncsa(bytes, zone) { return outcome }
      var parser = TimestampParser(zone: zone, format: nil)
      return parser.parse(bytes)
    }
    switch outcome {
    case .milliseconds(let moment): return Timestamp(milliseconds: moment)
    case .invalid: throw .invalidTime
    case .outOfRange: throw .outOfRange
    }
  }

  /// A time of the NCSA formats; `nil` for a text of another form.
  private static func ncsa(_ text: UnsafeRawBufferPointer, _ zone: ZoneOffsets) -> TimestampParser.Outcome? {
    var cursor = TextCursor(text)
    guard let day = cursor.number(upTo: 2), cursor.skip(0x2F), let month = month(&cursor), cursor.skip(0x2F),
      let year = cursor.number(exactly: 4), cursor.skip(0x3A), let hour = cursor.number(exactly: 2), cursor.skip(0x3A),
      let minute = cursor.number(exactly: 2), cursor.skip(0x3A), let second = cursor.number(exactly: 2)
    else { return nil }
    var millisecond = 0
    if cursor.skip(0x2E) || cursor.skip(0x2C) {
      guard let read = cursor.milliseconds() else { return .invalid }
      millisecond = read
    }
    guard hour < 24, minute < 60, second < 60, let date = CivilDate(year: year, month: month, day: day) else {
      return .invalid
    }
    let local = Int64(date.daysSince1970) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    cursor.skipBlanks()
    var offset: Int64
    if cursor.isAtEnd {
      offset = zone.offset(atLocal: local)
    } else {
      guard let read = cursor.offset() else { return .invalid }
      offset = Int64(read)
      cursor.skipBlanks()
    }
    guard cursor.isAtEnd else { return .invalid }
    return year == 0 ? .outOfRange : TimestampParser.checked((local - offset) * 1000 + Int64(millisecond))
  }

  /// The English name of a month in three letters, in any case.
  private static func month(_ cursor: inout TextCursor) -> Int? {
    guard cursor.position + 3 <= cursor.text.count else { return nil }
    var letters: UInt32 = 0
    for _ in 0..<3 {
      letters = letters << 8 | UInt32(cursor.next | 0x20)
      cursor.position += 1
    }
    switch letters {
    case 0x6A616E: return 1
    case 0x666562: return 2
    case 0x6D6172: return 3
    case 0x617072: return 4
    case 0x6D6179: return 5
    case 0x6A756E: return 6
    case 0x6A756C: return 7
    case 0x617567: return 8
    case 0x736570: return 9
    case 0x6F6374: return 10
    case 0x6E6F76: return 11
    case 0x646563: return 12
    default: return nil
    }
  }
}
