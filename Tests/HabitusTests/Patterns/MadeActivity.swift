import Foundation

@testable import Habitus

/// Makes days and users with known rates: visits come by chance, each is a bunch of clicks.
struct MadeActivity {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func unit() -> Double { Double(random.next() >> 11) * 0x1p-53 }

  /// A Poisson number of a mean of less than 500.
  mutating func poisson(_ mean: Double) -> Int {
    let limit = exp(-mean)
    var (count, product) = (0, unit())
    while product > limit {
      count += 1
      product *= unit()
    }
    return count
  }

  /// A normal number by the polar method's older sister, Box and Muller's.
  mutating func normal() -> Double {
    (-2 * log(1 - unit())).squareRoot() * cos(2 * Double.pi * unit())
  }

  /// Poisson counts with these means.
  mutating func counts(_ means: [Double]) -> [Int] {
    var counts: [Int] = []
    for mean in means { counts.append(poisson(mean)) }
    return counts
  }

  /// Counts with these means and a spread of `noise` times the mean besides that of Poisson counts.
  mutating func largeCounts(_ means: [Double], noise: Double) -> [Int] {
    var counts: [Int] = []
    for mean in means {
      let spread = (mean + noise * noise * mean * mean).squareRoot()
      counts.append(max(0, Int((mean + spread * normal()).rounded())))
    }
    return counts
  }

  /// A user's events: so many visits on each day, in the afternoon and evening, with one to fifty clicks each.
  mutating func events(visits counts: [Int], from start: Int64) -> [SimpleEvent] {
    var events: [SimpleEvent] = []
    for (day, count) in counts.enumerated() {
      for _ in 0..<count {
        var time = start + Int64(day) * 86_400_000 + Int64((14 + 9 * unit()) * 3_600_000)
        for _ in 0..<1 + Int(50 * unit() * unit() * unit()) {
          events.append(SimpleEvent(milliseconds: time, type: unit() < 0.5 ? "click" : "page_view"))
          time += Int64(60_000 * unit())
        }
      }
    }
    return events.sorted { $0.time < $1.time }
  }
}

/// A user's timeline over `days` days from ``monday`` on, with an event a year before, so that the user is no newcomer.
func timeline(
  of events: [SimpleEvent], days: Int, zone: String = "UTC", isNew: Bool = false
) throws -> UserTimeline? {
  let early = SimpleEvent(milliseconds: monday - 365 * 86_400_000)
  let (frame, dictionaries) = frame(of: [isNew ? events : [early] + events])
  var options = FeatureOptions()
  options.timeZone = zone
  let window = AnalysisWindow(
    start: Timestamp(milliseconds: monday), asOf: Timestamp(milliseconds: monday + Int64(days) * 86_400_000), days: days
  )
  return try FeaturePlan(options: options, window: window, types: dictionaries.types).timeline(of: frame, userAt: 0)
}

/// Visits of one click each, two hours apart from 6 in the morning on.
func visits(_ counts: [Int]) -> [SimpleEvent] {
  counts.enumerated().flatMap { day, count in
    (0..<count).map {
      SimpleEvent(milliseconds: monday + Int64(day) * 86_400_000 + Int64(6 + 2 * $0) * 3_600_000)
    }
  }
}
