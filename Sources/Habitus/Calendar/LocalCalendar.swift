internal import Foundation
public import HabitusModel

/// The civil time of one IANA time zone over a range of moments, as stretches of constant offset from UTC.
///
/// Made once from Foundation's zone rules; afterwards every question is arithmetic. Offsets may be any number of
/// seconds and may jump by whole days (Pacific/Apia, 2011-12-30). Outside the range the nearest stretch goes on.
public struct LocalCalendar: Sendable, Equatable {
  /// A stretch of time in which the zone's offset does not change: it ends where the next one starts.
  public struct Stretch: Sendable, Equatable {
    /// The first millisecond inside, in UTC; `Int64.min` for the first stretch.
    public let start: Int64
    /// Milliseconds that local time is ahead of UTC.
    public let offset: Int64
  }

  /// IANA name of the zone.
  public let timeZone: String
  /// The stretches by ascending start; never empty.
  public let stretches: [Stretch]

  /// Reads the rules of `timeZone` from `first` to `last`.
  ///
  /// Two changes of the offset that undo each other within one day are not seen; no zone has had such.
  ///
  /// - Throws: ``FeatureError/unknownTimeZone(_:)``.
  /// - Complexity: O(days between `first` and `last`) questions to Foundation.
  public init(timeZone name: String, from first: Timestamp, to last: Timestamp) throws(FeatureError) {
    guard let zone = TimeZone(identifier: name) else { throw .unknownTimeZone(name) }
    timeZone = name
    var position = first.milliseconds.dividedFloor(by: 1000).quotient
    let end = max(position, last.milliseconds.dividedFloor(by: 1000).quotient)
    var offset = Self.offset(of: zone, atSecond: position)
    var stretches = [Stretch(start: .min, offset: offset * 1000)]
    while position < end {
      let next = min(position + 86_400, end)
      let nextOffset = Self.offset(of: zone, atSecond: next)
      if nextOffset == offset {
        position = next
        continue
      }
      var before = position
      var after = next
      while after - before > 1 {
        let middle = before + (after - before) / 2
        if Self.offset(of: zone, atSecond: middle) == offset { before = middle } else { after = middle }
      }
      offset = Self.offset(of: zone, atSecond: after)
      stretches.append(Stretch(start: after * 1000, offset: offset * 1000))
      position = after
    }
    self.stretches = stretches
  }

  /// Milliseconds that local time is ahead of UTC at `moment`.
  ///
  /// - Complexity: O(number of stretches).
  public func offset(at moment: Timestamp) -> Int64 {
    stretches[stretches.lastIndex { $0.start <= moment.milliseconds } ?? 0].offset
  }

  /// The local date, hour and weekday of `moment`.
  public func localTime(of moment: Timestamp) -> LocalTime {
    LocalTime(millisecondsSince1970: moment.milliseconds + offset(at: moment))
  }

  /// The moment `days` calendar days before `moment`, at the same local time of day.
  ///
  /// The rule is that of ICU's calendars, and of DuckDB's `TIMESTAMPTZ - INTERVAL` with them: of a local time that
  /// comes twice on that day it is the one with the offset of `moment`, if either has that; a local time that is
  /// skipped falls as much later as the clock was put forward; a date that a zone left out (Pacific/Apia, 2011-12-30)
  /// counts as a day.
  ///
  /// - Throws: ``FeatureError/unknownTimeZone(_:)``.
  public static func moment(
    _ days: Int, daysBefore moment: Timestamp, timeZone: String
  ) throws(FeatureError) -> Timestamp {
    guard let zone = TimeZone(identifier: timeZone) else { throw .unknownTimeZone(timeZone) }
    let day: Int64 = 86_400_000
    func offset(_ milliseconds: Int64) -> Int64 {
      Self.offset(of: zone, atSecond: milliseconds.dividedFloor(by: 1000).quotient) * 1000
    }
    let wanted = moment.milliseconds + offset(moment.milliseconds)
    let earlier = moment.milliseconds - Int64(days) * day
    let correction = (offset(moment.milliseconds) - offset(earlier)) % day
    let corrected = earlier + correction
    let isReached = (corrected + offset(corrected) - wanted) % day == 0
    return Timestamp(milliseconds: isReached || correction > 0 ? corrected : earlier)
  }

  private static func offset(of zone: TimeZone, atSecond second: Int64) -> Int64 {
    Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
  }
}
