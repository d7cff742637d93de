internal import HabitusModel

/// The keys of the rows of a batch, sorted, with the rows that repeat an earlier one marked.
///
/// Sendable by hand: parts that run at the same time write to places of their own.
final class KeyedRows: @unchecked Sendable {
  let keys: ColumnBuffer<KeyedRow>
  let count: Int
  /// By row: whether the row is left out because its key was stored before.
  let isRepeat: ColumnBuffer<Bool>
  private(set) var repeats = RepeatCounts()

  private static let bucketBits = 12
  private static var bucketCount: Int { 1 << bucketBits }

  init(count: Int) {
    self.count = count
    keys = ColumnBuffer(capacity: count)
    isRepeat = ColumnBuffer(capacity: count)
    isRepeat.base.initialize(repeating: false, count: count)
  }

  deinit {
    keys.deallocate()
    isRepeat.deallocate()
  }

  /// Computes a key for every row with `key(row)`, sorts them, and marks repeats inside the batch: the first row stays.
  ///
  /// - Complexity: O(*n* log *n*) with a small constant: a scatter into buckets by the leading bits, then a sort of each.
  static func make(
    count: Int, workers: Int, _ key: @Sendable (_ row: Int) -> EventKey
  ) throws -> KeyedRows {
    let result = KeyedRows(count: count)
    let unsorted = ColumnBuffer<KeyedRow>(capacity: count)
    defer { unsorted.deallocate() }
    let partSize = max(1 << 14, (count + 63) / 64)
    let partCount = (count + partSize - 1) / partSize
    // First every part counts its keys by bucket, then it puts them where the counts of all parts before leave room.
    let places = ColumnBuffer<Int>(capacity: max(1, partCount) * bucketCount)
    defer { places.deallocate() }
    places.base.initialize(repeating: 0, count: max(1, partCount) * bucketCount)
    try Parallel.forEach(partCount, workers: workers) { part in
      let counts = places.base + part * bucketCount
      for row in part * partSize..<min(count, (part + 1) * partSize) {
        let key = key(row)
        unsorted[row] = KeyedRow(high: key.high, low: key.low, row: UInt32(truncatingIfNeeded: row))
        counts[bucket(of: key.high)] += 1
      }
    }
    var starts = [0]
    starts.reserveCapacity(bucketCount + 1)
    var total = 0
    for bucket in 0..<bucketCount {
      for part in 0..<partCount {
        let size = places[part * bucketCount + bucket]
        places[part * bucketCount + bucket] = total
        total += size
      }
      starts.append(total)
    }
    try Parallel.forEach(partCount, workers: workers) { part in
      let next = places.base + part * bucketCount
      for row in part * partSize..<min(count, (part + 1) * partSize) {
        let bucket = bucket(of: unsorted[row].high)
        result.keys[next[bucket]] = unsorted[row]
        next[bucket] += 1
      }
    }
    let counts = ColumnBuffer<RepeatCounts>(capacity: bucketCount)
    defer { counts.deallocate() }
    let bounds = starts
    try Parallel.forEach(bucketCount, workers: workers) { bucket in
      counts[bucket] = result.sort(bounds[bucket]..<bounds[bucket + 1])
    }
    for bucket in 0..<bucketCount { result.repeats += counts[bucket] }
    return result
  }

  private static func bucket(of high: UInt64) -> Int { Int(truncatingIfNeeded: high &>> UInt64(64 - bucketBits)) }

  /// Sorts the keys of a bucket by id, then row: a scatter by the next eight bits, then insertion.
  private func sortKeys(_ range: Range<Int>) {
    withUnsafeTemporaryAllocation(of: KeyedRow.self, capacity: range.count) { copy in
      var ends: InlineArray<257, Int> = .init(repeating: 0)
      for (place, index) in range.enumerated() {
        copy[place] = keys[index]
        ends[Self.digit(keys[index]) &+ 1] &+= 1
      }
      for digit in 0..<256 { ends[digit &+ 1] &+= ends[digit] }
      for place in copy.indices {
        let digit = Self.digit(copy[place])
        keys[range.lowerBound &+ ends[digit]] = copy[place]
        ends[digit] &+= 1
      }
    }
    // Only neighbours with the same leading bits can still stand in the wrong order.
    for index in range.dropFirst() {
      let key = keys[index]
      var place = index
      while place > range.lowerBound, Self.precedes(key, keys[place &- 1]) {
        keys[place] = keys[place &- 1]
        place &-= 1
      }
      keys[place] = key
    }
  }

  /// The eight bits after those that choose the bucket.
  private static func digit(_ key: KeyedRow) -> Int {
    Int(truncatingIfNeeded: key.high &>> UInt64(64 - bucketBits - 8)) & 255
  }

  private static func precedes(_ a: KeyedRow, _ b: KeyedRow) -> Bool {
    if a.high != b.high { return a.high < b.high }
    let (x, y) = (a.low >> 16, b.low >> 16)
    return x != y ? x < y : a.row < b.row
  }

  /// Sorts a bucket and marks the repeats in it.
  private func sort(_ range: Range<Int>) -> RepeatCounts {
    var counts = RepeatCounts()
    sortKeys(range)
    var first = range.lowerBound
    for index in range.dropFirst() {
      guard keys[index].high == keys[first].high, keys[index].low >> 16 == keys[first].low >> 16 else {
        first = index
        continue
      }
      counts.add(isExact: keys[index].low == keys[first].low)
      isRepeat[Int(keys[index].row)] = true
    }
    return counts
  }

  /// Marks the rows whose key is among `stored`, which are sorted by ``EventKey/high``; none lies before `start`.
  func markRepeats(of stored: [EventKey], from start: Int) {
    var index = start
    for key in stored {
      while index < count, keys[index].high < key.high { index += 1 }
      var place = index
      while place < count, keys[place].high == key.high {
        let row = Int(keys[place].row)
        if keys[place].low >> 16 == key.identifierLow, !isRepeat[row] {
          isRepeat[row] = true
          repeats.add(isExact: keys[place].low == key.low)
        }
        place += 1
      }
    }
  }

  /// The first position whose key is not below `high`.
  func position(notBelow high: UInt64) -> Int {
    var low = 0
    var end = count
    while low < end {
      let middle = (low + end) / 2
      if keys[middle].high < high { low = middle + 1 } else { end = middle }
    }
    return low
  }

  /// Number of rows that stay.
  var keptCount: Int { count - repeats.exact - repeats.differing }
}

extension RepeatCounts {
  mutating func add(isExact: Bool) {
    if isExact { exact += 1 } else { differing += 1 }
  }

  static func += (a: inout RepeatCounts, b: RepeatCounts) {
    a.exact += b.exact
    a.differing += b.differing
  }
}
