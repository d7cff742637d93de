import Foundation
import Habitus

/// Numbers as people read them, with their units.
enum NumberText {
  /// `1,234,567`.
  static func count(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(Substring(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (number < 0 ? "-" : "") + ([Substring(digits)] + groups).joined(separator: ",")
  }

  /// `1 event`, `2 events`.
  static func count(_ number: Int, _ singular: String, _ plural: String? = nil) -> String {
    count(number) + " " + (number == 1 ? singular : plural ?? singular + "s")
  }

  /// A share of one as `12.3 %`; less than a thousandth as `< 0.1 %`.
  static func share(_ share: Double) -> String {
    if share > 0, share < 0.0005 { return "< 0.1 %" }
    let percent = share * 100
    let digits = percent >= 99.95 || percent == 0 || percent == percent.rounded() ? 0 : 1
    return decimal(percent, digits: digits) + " %"
  }

  /// `123 B`, `4.6 kB`, `1.23 GB` (decimal).
  static func bytes(_ count: Int) -> String {
    guard count >= 1000 else { return "\(count) B" }
    var number = Double(count)
    var unit = 0
    let units = ["B", "kB", "MB", "GB", "TB", "PB"]
    while number >= 999.5, unit < units.count - 1 {
      number /= 1000
      unit += 1
    }
    return decimal(number, digits: number >= 100 ? 0 : number >= 10 ? 1 : 2) + " " + units[unit]
  }

  /// A stretch of time: `0.25 s`, `45 s`, `2 min 5 s`, `3 h 12 min`, `4.5 days`.
  static func duration(_ seconds: Double) -> String {
    if seconds < 0 { return "-" + duration(-seconds) }
    if seconds > 0, seconds < 0.005 { return "< 0.01 s" }
    if seconds < 9.95 {
      let isWhole = abs(seconds - seconds.rounded()) < 0.005
      return decimal(seconds, digits: isWhole ? 0 : seconds < 1 ? 2 : 1) + " s"
    }
    let whole = Int(seconds.rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return pair(whole / 60, "min", whole % 60, "s")
    case ..<172_800:
      let minutes = (whole + 30) / 60
      return pair(minutes / 60, "h", minutes % 60, "min")
    default: return decimal(seconds / 86_400, digits: 1) + " days"
    }
  }

  /// A feature's value with its unit.
  static func value(_ value: Double, _ unit: FeatureUnit) -> String {
    switch unit {
    case .count: number(value)
    case .share: share(value)
    case .seconds: duration(value)
    case .hours: duration(value * 3600)
    case .days: number(value, digits: 1) + (value == 1 ? " day" : " days")
    case .bits: decimal(value, digits: 2) + " bits"
    case .score: decimal(value, digits: 1)
    case .ratio, .index: decimal(value, digits: 2)
    case .hourOfDay: hour(value)
    }
  }

  /// An hour of the day as `14:30`.
  static func hour(_ hour: Double) -> String {
    let minutes = Int((hour * 60).rounded()) % 1440
    return String(format: "%02d:%02d", minutes / 60, minutes % 60)
  }

  /// A number with grouped thousands; whole ones without a fraction, large ones with fewer digits of it.
  static func number(_ value: Double, digits: Int = 2) -> String {
    if value == value.rounded(), value.magnitude < 1e15 { return count(Int(value)) }
    if value.magnitude >= 1000, value.magnitude < 1e15 { return count(Int(value.rounded())) }
    return decimal(value, digits: value.magnitude >= 100 ? min(1, digits) : digits)
  }

  /// A number with so many digits after the point.
  static func decimal(_ value: Double, digits: Int) -> String {
    guard value.magnitude < 1e15 else { return value.description }
    let text = String(format: "%.\(digits)f", value)
    return text.allSatisfy({ "-0.".contains($0) }) && text.hasPrefix("-") ? String(text.dropFirst()) : text
  }

  private static func pair(_ large: Int, _ largeUnit: String, _ small: Int, _ smallUnit: String) -> String {
    "\(large) \(largeUnit)" + (small > 0 ? " \(small) \(smallUnit)" : "")
  }
}
