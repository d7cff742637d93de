import Foundation
import HabitusKernels
import Testing

/// Fader and Hardie's published sample of customers of CDNOW, where it lies beside the repository.
enum CDNOW {
  static let isThere = SharedData.exists("clv/cdnow_customers_summary.csv.gz")

  /// The rows of a summary file: number, repeats, recency and age in weeks with two decimals, and what else it has.
  static func rows(_ file: String) throws -> [[Double]] {
    try lines(file).dropFirst().map { line in
      line.split { $0 == "," || $0.isWhitespace }.compactMap { Double($0) }
    }
  }

  /// By customer's number, what 39 weeks saw of them, in days, counted from the purchases themselves.
  static func histories() throws -> [Int: RecencyFrequency] {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    func day(_ number: Int) throws -> Int {
      let parts = DateComponents(year: number / 10000, month: number / 100 % 100, day: number % 100)
      return try Int(#require(calendar.date(from: parts)).timeIntervalSinceReferenceDate / 86_400)
    }
    var days: [Int: [Int]] = [:]
    for line in try lines("clv/CDNOW_sample.txt.gz") {
      let fields = line.split { $0.isWhitespace }.compactMap { Int($0) }
      days[fields[1], default: []].append(try day(fields[2]))
    }
    let end = try day(1997_09_30)
    return days.compactMapValues { RecencyFrequency(periods: $0, lastPeriod: end) }
  }

  /// Some files end lines with a carriage return too, which is one character with the line feed.
  private static func lines(_ file: String) throws -> [Substring] {
    try SharedData.lines(file).flatMap { $0.split(whereSeparator: \.isNewline) }
  }
}
