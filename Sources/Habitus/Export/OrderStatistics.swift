/// Values by rank without sorting all of them: a histogram tells in which bin a rank lies, and only that bin is looked
/// into further.
enum OrderStatistics {
  /// Up to this many values are sorted.
  private static let sortedSize = 64
  private static let binCount = 1024
  /// Bins in bins; values that are still together after so many are sorted.
  private static let maximumDepth = 6

  /// The values that sorting would put at `ranks`.
  ///
  /// O(n) for values that are spread, O(n log n) at worst. The order of `values` may change.
  ///
  /// - Parameters:
  ///   - ranks: ascending positions in `values`.
  ///   - values: not NaN; at least one.
  ///   - scratch: room for as many values.
  static func values(
    at ranks: [Int], of values: UnsafeMutableBufferPointer<Double>, _ scratch: UnsafeMutableBufferPointer<Double>,
    depth: Int = 0
  ) -> [Double] {
    var (smallest, largest) = (values[0], values[0])
    for value in values {
      smallest = value < smallest ? value : smallest
      largest = value > largest ? value : largest
    }
    if smallest == largest { return ranks.map { _ in smallest } }
    let scale = Double(binCount) / (largest - smallest)
    guard values.count > sortedSize, depth < maximumDepth, scale.isFinite, scale > 0 else {
      var all = values
      all.sort()
      return ranks.map { all[$0] }
    }
    // Rounding keeps the order, so a smaller value is never in a higher bin. Added to 2⁵², a number below is rounded to
    // a whole one, which then stands in the lowest bits: no check is needed, unlike in a conversion.
    func bin(_ value: Double) -> Int {
      Int(truncatingIfNeeded: ((value - smallest) * scale + 0x1p52).bitPattern & 0xfff)
    }
    return withUnsafeTemporaryAllocation(of: Int.self, capacity: binCount + 1) { counts in
      counts.initialize(repeating: 0)
      for value in values { counts[bin(value)] &+= 1 }
      var result: [Double] = []
      var (index, first, place) = (0, 0, 0)
      while place < ranks.count {
        if ranks[place] == 0 || ranks[place] == values.count - 1 {
          result.append(ranks[place] == 0 ? smallest : largest)
          place += 1
          continue
        }
        while ranks[place] >= first + counts[index] {
          first += counts[index]
          index += 1
        }
        let inside = ranks[place...].prefix { $0 < first + counts[index] && $0 < values.count - 1 }
        var count = 0
        for value in values {
          // Without a branch: what is of another bin is overwritten by the next value.
          scratch[count] = value
          count = min(scratch.count - 1, count &+ (bin(value) == index ? 1 : 0))
        }
        // The last value may have had no place to move on to.
        count = counts[index]
        let found = UnsafeMutableBufferPointer(rebasing: scratch[..<count])
        result += withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { rest in
          Self.values(at: inside.map { $0 - first }, of: found, rest, depth: depth + 1)
        }
        place += inside.count
      }
      return result
    }
  }
}
