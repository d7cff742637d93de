import HabitusModel

/// A way to write times, in the manner of strptime.
///
/// `%Y %y %m %d %e %H %I %M %S %p %j %f %z %Z %b %B %h %a %A %s %F %T %D %R %n %t %%`; `%f` is a fraction of any
/// length, `%y` is 1969…2068, names are English, blanks stand for any number of blanks, everything else for itself.
struct TimestampFormat: Sendable {
  private let bytes: [UInt8]

  /// Checks the format.
  init(_ text: String) throws(TrackingError) {
    var expanded = text
    for (short, long) in [("%F", "%Y-%m-%d"), ("%T", "%H:%M:%S"), ("%D", "%m/%d/%y"), ("%R", "%H:%M")] {
      expanded = Self.replacing(short, with: long, in: expanded)
    }
    bytes = Array(expanded.utf8)
    var directives: Set<UInt8> = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%") {
        index += 1
        guard index < bytes.count else { throw .invalidTimestampFormat(text, reason: "it ends with a %") }
        guard "YymdeHIMSpjfzZbBhaAsnt%".utf8.contains(bytes[index]) else {
          let directive = Character(Unicode.Scalar(bytes[index]))
          throw .invalidTimestampFormat(text, reason: "%\(directive) is not known")
        }
        directives.insert(bytes[index])
      }
      index += 1
    }
    let hasYear = directives.contains(UInt8(ascii: "Y")) || directives.contains(UInt8(ascii: "y"))
    let hasMonth = !directives.isDisjoint(with: Array("mbBh".utf8))
    let hasDay = !directives.isDisjoint(with: Array("de".utf8))
    let hasDate = hasYear && (hasMonth && hasDay || directives.contains(UInt8(ascii: "j")))
    if !hasDate, !directives.contains(UInt8(ascii: "s")) {
      throw .invalidTimestampFormat(text, reason: "it has no full date (%Y, %m and %d; %Y and %j; or %s)")
    }
  }

  /// The moment that `text` names, in milliseconds, or `nil` where it does not follow the format.
  func milliseconds(of text: UnsafeRawBufferPointer, zone: ZoneOffsets) -> Int64? {
    var cursor = TextCursor(text)
    cursor.skipBlanks()
    var parts = Parts()
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x20 || byte == 0x09 {
        cursor.skipBlanks()
      } else if byte != UInt8(ascii: "%") {
        guard cursor.skip(byte) else { return nil }
      } else {
        guard parts.read(bytes[index], from: &cursor) else { return nil }
        index += 1
      }
    }
    cursor.skipBlanks()
    return cursor.isAtEnd ? parts.milliseconds(zone: zone) : nil
  }

  private static func replacing(_ short: String, with long: String, in text: String) -> String {
    var result = ""
    var rest = Substring(text)
    while !rest.isEmpty {
      if rest.hasPrefix("%%") {
        result += "%%"
        rest = rest.dropFirst(2)
      } else if rest.hasPrefix(short) {
        result += long
        rest = rest.dropFirst(2)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  /// What has been read of a time.
  private struct Parts {
    var year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0
    var dayOfYear: Int?
    var isAfternoon: Bool?
    var offset: Int?
    var epochSecond: Int64?

    mutating func read(_ directive: UInt8, from cursor: inout TextCursor) -> Bool {
      switch directive {
      case UInt8(ascii: "Y"): return store(cursor.number(upTo: 4), in: \.year, 0...9999)
      case UInt8(ascii: "y"):
        guard let short = cursor.number(upTo: 2) else { return false }
        year = short < 69 ? 2000 + short : 1900 + short
        return true
      case UInt8(ascii: "m"): return store(cursor.number(upTo: 2), in: \.month, 1...12)
      case UInt8(ascii: "d"), UInt8(ascii: "e"):
        cursor.skipBlanks()
        return store(cursor.number(upTo: 2), in: \.day, 1...31)
      case UInt8(ascii: "H"): return store(cursor.number(upTo: 2), in: \.hour, 0...23)
      case UInt8(ascii: "I"): return store(cursor.number(upTo: 2), in: \.hour, 1...12)
      case UInt8(ascii: "M"): return store(cursor.number(upTo: 2), in: \.minute, 0...59)
      case UInt8(ascii: "S"): return store(cursor.number(upTo: 2), in: \.second, 0...59)
      case UInt8(ascii: "f"): return store(cursor.milliseconds(), in: \.millisecond, 0...999)
      case UInt8(ascii: "j"):
        dayOfYear = cursor.number(upTo: 3)
        return dayOfYear != nil
      case UInt8(ascii: "p"):
        let isMorning = cursor.skip(word: "am")
        isAfternoon = !isMorning
        return isMorning || cursor.skip(word: "pm")
      case UInt8(ascii: "z"), UInt8(ascii: "Z"):
        offset = cursor.offset()
        return offset != nil
      case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "h"): return readMonthName(&cursor)
      case UInt8(ascii: "a"), UInt8(ascii: "A"): return readWeekdayName(&cursor)
      case UInt8(ascii: "s"):
        let isNegative = cursor.skip(0x2D)
        guard let number = cursor.number(upTo: 12) else { return false }
        epochSecond = Int64(isNegative ? -number : number)
        return true
      case UInt8(ascii: "%"): return cursor.skip(directive)
      default:
        cursor.skipBlanks()
        return true
      }
    }

    func milliseconds(zone: ZoneOffsets) -> Int64? {
      if let epochSecond { return epochSecond * 1000 + Int64(millisecond) }
      let first = CivilDate(year: year, month: dayOfYear == nil ? month : 1, day: dayOfYear == nil ? day : 1)
      guard var days = first?.daysSince1970 else { return nil }
      if let dayOfYear {
        days += dayOfYear - 1
        guard dayOfYear >= 1, CivilDate(daysSince1970: days).components.year == year else { return nil }
      }
      var hour = hour
      if let isAfternoon {
        guard (1...12).contains(hour) else { return nil }
        hour = hour % 12 + (isAfternoon ? 12 : 0)
      }
      let local = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
      return (local - (offset.map { Int64($0) } ?? zone.offset(atLocal: local))) * 1000 + Int64(millisecond)
    }

    private mutating func store(
      _ number: Int?, in part: WritableKeyPath<Parts, Int>, _ range: ClosedRange<Int>
    ) -> Bool {
      guard let number, range.contains(number) else { return false }
      self[keyPath: part] = number
      return true
    }

    private mutating func readMonthName(_ cursor: inout TextCursor) -> Bool {
      let names: [(StaticString, StaticString)] = [
        ("jan", "uary"), ("feb", "ruary"), ("mar", "ch"), ("apr", "il"), ("may", ""), ("jun", "e"), ("jul", "y"),
        ("aug", "ust"), ("sep", "tember"), ("oct", "ober"), ("nov", "ember"), ("dec", "ember"),
      ]
      for (index, name) in names.enumerated() where cursor.skip(word: name.0) {
        _ = cursor.skip(word: name.1)
        month = index + 1
        return true
      }
      return false
    }

    private func readWeekdayName(_ cursor: inout TextCursor) -> Bool {
      let names: [(StaticString, StaticString)] = [
        ("mon", "day"), ("tue", "sday"), ("wed", "nesday"), ("thu", "rsday"), ("fri", "day"), ("sat", "urday"),
        ("sun", "day"),
      ]
      for name in names where cursor.skip(word: name.0) {
        _ = cursor.skip(word: name.1)
        return true
      }
      return false
    }
  }
}
