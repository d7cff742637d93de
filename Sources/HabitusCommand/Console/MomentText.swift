import Habitus

/// Moments and windows as people read them, by the clocks of one time zone.
struct MomentText {
  let timeZone: String

  /// `2026-01-05 10:20`, with seconds or milliseconds where they are not 0.
  func plain(_ moment: Timestamp) -> String {
    let local = local(moment)
    let milliseconds = local.millisecondOfDay
    var text =
      local.date.description + " " + Self.two(milliseconds / 3_600_000) + ":" + Self.two(milliseconds / 60_000 % 60)
    if milliseconds % 60_000 != 0 { text += ":" + Self.two(milliseconds / 1000 % 60) }
    if milliseconds % 1000 != 0 {
      let digits = String(milliseconds % 1000)
      text += "." + String(repeating: "0", count: 3 - digits.count) + digits
    }
    return text
  }

  /// `2026-01-05 10:20`, cut to minutes.
  func toMinute(_ moment: Timestamp) -> String {
    plain(Timestamp(milliseconds: moment.milliseconds - Int64(local(moment).millisecondOfDay % 60_000)))
  }

  /// `as of 2026-01-31 00:00 UTC, the 30 days from 2026-01-01 00:00`.
  func window(_ window: AnalysisWindow) -> String {
    "as of \(plain(window.asOf)) \(timeZone), "
      + (window.days == 1 ? "the day" : "the \(NumberText.count(window.days)) days") + " from \(toMinute(window.start))"
  }

  private func local(_ moment: Timestamp) -> LocalTime {
    // A zone that the configuration let through is known; without it there would be no window either.
    guard let calendar = try? LocalCalendar(timeZone: timeZone, from: moment, to: moment) else {
      return LocalTime(millisecondsSince1970: moment.milliseconds)
    }
    return calendar.localTime(of: moment)
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
