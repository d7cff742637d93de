internal import Foundation
internal import HabitusModel

/// What depends on time alone: the angle on the 24-hour circle and the decay of engagement, as products of small
/// tables.
///
/// A local time is split into date, hour and the place in the hour; that place into a slot of ``slotLength``
/// milliseconds and a small rest, which a short power series covers. So every angle is `hour + slot + rest`, every
/// decay `date · hour · slot · rest · offset`, and a time zone adds nothing but a constant to each event's time.
struct TimeTables: Sendable {
  /// Milliseconds of a slot within the hour, as a power of two.
  static let slotShift = 13
  static let slotLength = 1 << slotShift
  static let slotCount = (3_600_000 + slotLength - 1) / slotLength

  /// A stretch of constant offset inside the window.
  struct Stretch: Sendable, BitwiseCopyable {
    /// The first moment behind it, in UTC.
    let end: Int64
    /// The moment, in UTC, at which the first date of the tables would begin under this offset.
    let origin: Int64
    /// What the decay of the tables is to be multiplied by.
    let decay: Double
  }

  /// The stretches of the window, by ascending end; the last one ends with the window.
  let stretches: [Stretch]
  /// The first date of the tables.
  let firstDay: Int
  /// The number of dates from the first to the last one that the window touches.
  let dayCount: Int
  /// Position among those dates of the one on which the window ends.
  let lastDay: Int
  /// 1 + the number of midnights between the window's first and last moment.
  let touchedDays: Int
  /// Cosine, sine and decay of the middle of each slot, and a filler: 4 × ``slotCount``.
  let slots: [Double]
  /// Cosine, sine and decay of the start of each hour, and a filler: 4 × 24.
  let hours: [Double]
  /// Decay of the start of each date.
  let days: [Double]
  /// For each hour of the week, from Monday 00: bit 0 is weekend, bit 8 night, bit 16 business hours.
  let hoursOfWeek: [UInt32]
  /// Milliseconds after which an event counts half.
  let halfLife: Double
  /// Whether the half-life is long enough for the power series; else the decay is computed for each event.
  var isDecayTabulated: Bool { halfLife >= 3_600_000 }

  init(window: AnalysisWindow, calendar: LocalCalendar, halfLife: Double) {
    let start = window.start.milliseconds
    let end = max(window.asOf.milliseconds, start + 1)
    let all = calendar.stretches
    var inside: [(start: Int64, end: Int64, offset: Int64)] = []
    for (index, stretch) in all.enumerated() {
      let next = index + 1 < all.count ? all[index + 1].start : Int64.max
      if stretch.start < end, next > start {
        inside.append((max(stretch.start, start), min(next, end), stretch.offset))
      }
    }
    let dates = inside.flatMap { [$0.start + $0.offset, $0.end - 1 + $0.offset] }.map {
      Int($0.dividedFloor(by: 86_400_000).quotient)
    }
    let firstDay = dates.min() ?? 0
    self.firstDay = firstDay
    dayCount = (dates.max() ?? 0) - firstDay + 1
    lastDay = (dates.last ?? 0) - firstDay
    touchedDays = 1 + (dates.last ?? 0) - (dates.first ?? 0)

    let lastOffset = inside.last?.offset ?? 0
    stretches = inside.map {
      Stretch(
        end: $0.end, origin: Int64(firstDay) * 86_400_000 - $0.offset,
        decay: exp2(Double(lastOffset - $0.offset) / halfLife))
    }
    let origin = Int64(firstDay) * 86_400_000 - lastOffset
    days = (0..<dayCount).map { exp2(Double(origin + Int64($0) * 86_400_000 - window.asOf.milliseconds) / halfLife) }
    func row(_ milliseconds: Double) -> [Double] {
      let angle = 2 * Double.pi * milliseconds / 86_400_000
      return [cos(angle), sin(angle), exp2(milliseconds / halfLife), 0]
    }
    hours = (0..<24).flatMap { row(Double($0) * 3_600_000) }
    slots = (0..<Self.slotCount).flatMap { row(Double($0 * Self.slotLength + Self.slotLength / 2)) }
    hoursOfWeek = (0..<168).map {
      let weekday = $0 / 24
      let hour = $0 % 24
      return (weekday >= 5 ? 1 : 0) | (hour >= 22 || hour < 6 ? 1 << 8 : 0)
        | (weekday < 5 && (9...17).contains(hour) ? 1 << 16 : 0)
    }
    self.halfLife = halfLife
  }
}
