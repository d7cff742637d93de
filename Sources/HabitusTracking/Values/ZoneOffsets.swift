import Foundation

/// The offsets of a time zone from UTC, as a table made once, for turning local times into moments.
struct ZoneOffsets: Sendable {
  /// Seconds east of UTC, by period.
  private var offsets: [Int64] = [0]
  /// The local second at which each period ends, but for the last: in an hour that comes twice the first one counts,
  /// and a time that the clock skips is read with the offset from before.
  private var localEnds: [Int64] = []

  /// UTC.
  static let utc = ZoneOffsets()

  private init() {}

  /// The offsets of an IANA time zone for the years 1850 to 2150; before and after them the nearest offset holds.
  init(identifier: String) throws(TrackingError) {
    guard let zone = TimeZone(identifier: identifier) else { throw .unknownTimeZone(identifier) }
    func offset(at second: Int64) -> Int64 {
      Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }
    let week: Int64 = 7 * 86_400
    var second: Int64 = -3_786_912_000
    var current = offset(at: second)
    offsets = [current]
    while second < 5_680_281_600 {
      let next = offset(at: second + week)
      if next != current {
        var before = second
        var after = second + week
        while after - before > 1 {
          let middle = before + (after - before) / 2
          if offset(at: middle) == current { before = middle } else { after = middle }
        }
        localEnds.append(after + max(current, next))
        offsets.append(next)
        current = next
      }
      second += week
    }
  }

  /// Seconds east of UTC of the local time that is `second` seconds after 1970-01-01T00:00:00 on the local clock.
  ///
  /// - Complexity: O(log of the number of changes).
  func offset(atLocal second: Int64) -> Int64 {
    var low = 0
    var high = localEnds.count
    while low < high {
      let middle = (low + high) / 2
      if second < localEnds[middle] { high = middle } else { low = middle + 1 }
    }
    return offsets[low]
  }
}
