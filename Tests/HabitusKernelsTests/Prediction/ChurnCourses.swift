import Foundation
import HabitusKernels
import Testing

/// Enrolments of one course of the KDD Cup 2015, where the data lie beside the repository: features of the daily
/// counts of events in 30 days, and whether nothing came in the ten days after.
struct ChurnCourse {
  let points: Matrix
  let hasDroppedOut: [Bool]

  static let numbers = [769, 1185, 1476]
  static let areThere = (numbers.map { "kddcup2015_course\($0)" } + ["kddcup2015_labels"])
    .allSatisfy { SharedData.exists("churn/\($0).csv.gz") }

  static func read(_ number: Int) throws -> ChurnCourse {
    var dropouts: [Int: Bool] = [:]
    for row in try SharedData.integers("churn/kddcup2015_labels.csv.gz") where row[0] == number {
      dropouts[row[1]] = row[2] == 1
    }
    var days: [Int: [[Int]]] = [:]
    // Number, year, month, day, counts.
    for row in try SharedData.integers("churn/kddcup2015_course\(number).csv.gz") {
      days[row[0], default: []].append(Array(row[4...]))
    }
    let enrolments = days.keys.sorted()
    return ChurnCourse(
      points: Matrix(rows: enrolments.map { features(of: days[$0] ?? []) }),
      hasDroppedOut: try enrolments.map { try #require(dropouts[$0] as Bool?) })
  }

  /// - Parameter days: counts by type, in order of time.
  static func features(of days: [[Int]]) -> [Double] {
    let totals = days.map { $0.reduce(0, +) }
    let types = (0..<(days.first?.count ?? 0)).map { type in days.reduce(0) { $0 + $1[type] } }
    let total = totals.reduce(0, +)
    let active = totals.indices.filter { totals[$0] > 0 }
    let gaps = zip(active, active.dropFirst()).map { $1 - $0 }
    let center = Double(days.count - 1) / 2
    var (slope, squares, recent) = (0.0, 0.0, 0.0)
    for (day, count) in totals.enumerated() {
      slope += (Double(day) - center) * log1p(Double(count))
      squares += (Double(day) - center) * (Double(day) - center)
      recent += Double(count) * exp2(-Double(days.count - 1 - day) / 7)
    }
    let counts = [
      total, active.count, active.count { $0 >= days.count - 3 }, active.count { $0 >= days.count - 7 },
      active.count { $0 >= days.count - 14 }, totals.suffix(7).reduce(0, +), totals.suffix(14).prefix(7).reduce(0, +),
      totals.max() ?? 0, types.count { $0 > 0 }, Set(active.map { (days.count - 1 - $0) / 7 }).count,
    ]
    let last: Double = active.last.map { Double(days.count - 1 - $0) } ?? .nan
    let first: Double = active.first.map { Double($0) } ?? .nan
    let longestGap: Double = gaps.max().map { Double($0) } ?? .nan
    let meanGap: Double = gaps.isEmpty ? .nan : Double(gaps.reduce(0, +)) / Double(gaps.count)
    let countPerDay: Double = active.isEmpty ? .nan : Double(total) / Double(active.count)
    let others = [last, first, longestGap, meanGap, slope / squares, countPerDay, recent]
    return (types + counts).map { Double($0) } + others
  }
}
