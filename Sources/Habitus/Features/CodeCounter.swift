/// Counts how often each code of a small dictionary occurs among one user's events.
///
/// Up to 16 codes are counted as one-hot byte vectors, 16 counters in one addition; more of them in a table that only
/// the codes seen are cleared in.
struct CodeCounter: ~Copyable {
  private static let laneCount = 16
  private static let chunk = 255

  private let lanes: ScratchBuffer<SIMD16<UInt8>>
  private var table = ScratchBuffer<UInt32>(capacity: 64, filling: 0)
  private var seen = ScratchBuffer<UInt32>(capacity: 64, filling: 0)
  private var seenCount = 0
  private var isWide = false

  /// What one user's codes add up to.
  struct Total {
    /// Number of different codes.
    var distinct = 0
    /// Number of events that have a code.
    var total = 0
    /// Count of the most frequent code.
    var largest = 0
    /// Sum of n · log2 n over the codes' counts n, in ``unit``.
    var terms: Int64 = 0
    /// What ``terms`` counts.
    let unit: EntropyUnit
  }

  init() {
    let oneHot = (0...Self.laneCount).map { index in
      var lane = SIMD16<UInt8>(repeating: 0)
      if index < Self.laneCount { lane[index] = 1 }
      return lane
    }
    lanes = ScratchBuffer(oneHot, padding: .zero)
  }

  /// The count of `code` after ``count(_:_:codes:using:)``; `code` is below `codeLimit`, or is `codeLimit` for 0.
  @inline(__always) func count(of code: Int) -> Int { Int(table.base[code]) }

  /// Counts `count` codes, of which all that are not "missing" are below `codeLimit`.
  ///
  /// - Complexity: O(`count`), and no allocation once the table has grown to `codeLimit`.
  mutating func count(
    _ codes: UnsafePointer<UInt32>, _ count: Int, codeLimit: Int, using entropy: borrowing EntropyTable
  ) -> Total {
    codeLimit <= Self.laneCount
      ? countNarrow(codes, count, codeLimit: codeLimit, using: entropy)
      : countWide(codes, count, codeLimit: codeLimit, using: entropy)
  }

  private mutating func countNarrow(
    _ codes: UnsafePointer<UInt32>, _ count: Int, codeLimit: Int, using entropy: borrowing EntropyTable
  ) -> Total {
    clear()
    let lanes = lanes.base
    let table = table.base
    var sums = SIMD16<UInt32>(repeating: 0)
    var first = 0
    while first < count {
      let last = min(first &+ Self.chunk, count)
      var chunk = SIMD16<UInt8>(repeating: 0)
      for position in first..<last {
        chunk &+= lanes[Int(truncatingIfNeeded: min(codes[position], UInt32(truncatingIfNeeded: Self.laneCount)))]
      }
      sums &+= SIMD16<UInt32>(truncatingIfNeeded: chunk)
      first = last
    }
    var result = Total(unit: EntropyUnit(eventCount: count))
    for lane in 0..<codeLimit {
      let occurrences = Int(sums[lane])
      table[lane] = sums[lane]
      result.distinct &+= occurrences > 0 ? 1 : 0
      result.total &+= occurrences
      result.largest = max(result.largest, occurrences)
      result.terms &+= entropy.multiples(occurrences, of: result.unit)
    }
    return result
  }

  private mutating func countWide(
    _ codes: UnsafePointer<UInt32>, _ count: Int, codeLimit: Int, using entropy: borrowing EntropyTable
  ) -> Total {
    table.grow(to: codeLimit + 1, filling: 0)
    seen.grow(to: codeLimit + 1, filling: 0)
    clear()
    isWide = true
    let table = table.base
    let seen = seen.base
    var distinct = 0
    for position in 0..<count where codes[position] != UInt32.max {
      let code = Int(truncatingIfNeeded: codes[position])
      seen[distinct] = codes[position]
      distinct &+= table[code] == 0 ? 1 : 0
      table[code] &+= 1
    }
    seenCount = distinct
    var result = Total(distinct: distinct, unit: EntropyUnit(eventCount: count))
    for index in 0..<distinct {
      let occurrences = Int(table[Int(truncatingIfNeeded: seen[index])])
      result.total &+= occurrences
      result.largest = max(result.largest, occurrences)
      result.terms &+= entropy.multiples(occurrences, of: result.unit)
    }
    return result
  }

  /// Sets the counts of the user before back to 0.
  private mutating func clear() {
    if isWide { for index in 0..<seenCount { table.base[Int(seen.base[index])] = 0 } }
    isWide = false
    seenCount = 0
    for lane in 0..<Self.laneCount { table.base[lane] = 0 }
  }
}
