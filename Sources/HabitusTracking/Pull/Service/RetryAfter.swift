internal import HabitusModel

/// The header `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
enum RetryAfter {
  private static let months = [
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11,
    "Dec": 12,
  ]
  private static let longestSeconds = 1_000_000_000

  /// How long to wait from `now`; `nil` for what cannot be read. A date that has passed is no wait.
  static func duration(_ text: String?, now: Timestamp) -> Duration? {
    guard let text = text?.trimmingBlanks, !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (48...57).contains($0) }) {
      return .seconds(min(Int(text) ?? longestSeconds, longestSeconds))
    }
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", parts[1].utf8.count == 2, let month = months[String(parts[2])],
      let date = Timestamp(
        rfc3339: "\(parts[3])-\(month < 10 ? "0" : "")\(month)-\(parts[1])T\(parts[4])Z")
    else { return nil }
    return .milliseconds(max(0, date.milliseconds - now.milliseconds))
  }
}
