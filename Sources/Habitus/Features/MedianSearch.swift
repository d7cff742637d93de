/// Medians without unpredictable branches: few values by their ranks, more of them by bisection on the value, whose
/// counting runs in vectors.
///
/// The bisection counts at four places in one pass and starts around the median found before, since neighbouring users
/// are alike; the result does not depend on where it starts.
struct MedianSearch: ~Copyable {
  /// Number of places behind the last value that are overwritten.
  static let padding = 16

  private typealias Lane = SIMD4<Int32>
  private var guess: Int32 = 1000

  /// The median of `count` ≥ 1 values in 0 ..< `Int32.max`: the middle one, or the mean of the two middle ones.
  ///
  /// - Parameter values: `count` values and room for ``padding`` more.
  /// - Complexity: O(`count` · log of the range) at worst, no allocation.
  mutating func median(of values: UnsafeMutablePointer<Int32>, count: Int) -> Double {
    if count == 1 { return Double(values[0]) }
    if count == 2 { return (Double(values[0]) + Double(values[1])) / 2 }
    for index in 0..<Self.padding { values[count &+ index] = Int32.max }
    return count <= 16 ? Self.medianByRank(values, count) : medianByBisection(values, count)
  }

  /// For up to 16 values: the one of rank r, from 0, is the largest that has at most r smaller ones.
  private static func medianByRank(_ values: UnsafePointer<Int32>, _ count: Int) -> Double {
    let all = UnsafeRawPointer(values).loadUnaligned(as: SIMD16<Int32>.self)
    let one = SIMD16<Int32>(repeating: 1)
    var smaller = SIMD16<Int32>(repeating: 0)
    for index in 0..<count {
      let value = SIMD16<Int32>(repeating: values[index])
      smaller &+= SIMD16<Int32>(repeating: 0).replacing(with: one, where: value .< all)
    }
    func value(ofRank rank: Int) -> Int32 {
      let rank = SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: rank))
      return all.replacing(with: 0, where: smaller .> rank).max()
    }
    return (Double(value(ofRank: (count &- 1) / 2)) + Double(value(ofRank: count / 2))) / 2
  }

  private mutating func medianByBisection(_ values: UnsafePointer<Int32>, _ count: Int) -> Double {
    // The lower middle is the smallest value that at least `rank` values do not exceed. Fewer do not exceed `low`,
    // more do not exceed `high`.
    let rank = Int32(truncatingIfNeeded: (count &+ 1) / 2)
    var low: Int32 = -1
    var high = Int32.max
    var probes = Lane(guess &- guess / 4, guess &- guess / 16, guess &+ guess / 16, guess &+ guess / 4)
    while true {
      let counts = Self.countsOfNotAbove(probes, values, count)
      for index in 0..<4 {
        if counts[index] == rank {
          let (lower, upper) = Self.neighbours(of: probes[index], values, count)
          guess = min(lower, 1 &<< 30)
          return count & 1 == 0 ? (Double(lower) + Double(upper)) / 2 : Double(lower)
        }
        low = counts[index] < rank ? max(low, probes[index]) : low
        high = counts[index] > rank ? min(high, probes[index]) : high
      }
      if low &+ 1 >= high {
        // So more than one value equals `high`, the upper middle one among them.
        guess = min(high, 1 &<< 30)
        return Double(high)
      }
      probes = Self.probes(between: low, and: high)
    }
  }

  /// Four places strictly between `low` and `high`: a fifth apart, or ever wider while there is no bound above.
  private static func probes(between low: Int32, and high: Int32) -> Lane {
    let from = Int64(low)
    let to = Int64(high)
    func place(_ distance: Int64) -> Int32 {
      Int32(truncatingIfNeeded: min(max(from &+ distance, from &+ 1), to &- 1))
    }
    if high == Int32.max {
      let step = max(from / 2, 64)
      return Lane(place(step), place(4 &* step), place(16 &* step), place(64 &* step))
    }
    let fifth = max((to &- from) / 5, 1)
    return Lane(place(fifth), place(2 &* fifth), place(3 &* fifth), place(4 &* fifth))
  }

  /// For each probe, how many values do not exceed it.
  private static func countsOfNotAbove(_ probes: Lane, _ values: UnsafePointer<Int32>, _ count: Int) -> Lane {
    let first = Lane(repeating: probes.x)
    let second = Lane(repeating: probes.y)
    let third = Lane(repeating: probes.z)
    let fourth = Lane(repeating: probes.w)
    let zero = Lane(repeating: 0)
    let one = Lane(repeating: 1)
    var firstCount = zero
    var secondCount = zero
    var thirdCount = zero
    var fourthCount = zero
    let bytes = UnsafeRawPointer(values)
    var offset = 0
    while offset < count &* 4 {
      let lane = bytes.loadUnaligned(fromByteOffset: offset, as: Lane.self)
      firstCount &+= zero.replacing(with: one, where: lane .<= first)
      secondCount &+= zero.replacing(with: one, where: lane .<= second)
      thirdCount &+= zero.replacing(with: one, where: lane .<= third)
      fourthCount &+= zero.replacing(with: one, where: lane .<= fourth)
      offset &+= 16
    }
    return Lane(firstCount.wrappedSum(), secondCount.wrappedSum(), thirdCount.wrappedSum(), fourthCount.wrappedSum())
  }

  /// The largest value that is not above `bound`, and the smallest that is.
  private static func neighbours(
    of bound: Int32, _ values: UnsafePointer<Int32>, _ count: Int
  ) -> (lower: Int32, upper: Int32) {
    let bounds = Lane(repeating: bound)
    let least = Lane(repeating: Int32.min)
    let most = Lane(repeating: Int32.max)
    var lower = least
    var upper = most
    let bytes = UnsafeRawPointer(values)
    var offset = 0
    while offset < count &* 4 {
      let lane = bytes.loadUnaligned(fromByteOffset: offset, as: Lane.self)
      let isAbove = lane .> bounds
      let below = lane.replacing(with: least, where: isAbove)
      let above = most.replacing(with: lane, where: isAbove)
      lower.replace(with: below, where: below .> lower)
      upper.replace(with: above, where: above .< upper)
      offset &+= 16
    }
    return (lower.max(), upper.min())
  }

  /// The median of `count` ≥ 1 values of any size, by sorting.
  static func medianBySorting(_ values: UnsafePointer<Int64>, count: Int) -> Double {
    let sorted = UnsafeBufferPointer(start: values, count: count).sorted()
    return (Double(sorted[(count - 1) / 2]) + Double(sorted[count / 2])) / 2
  }
}
