/// The periods of a pattern's matches in which further items may stand, for the sequences of a projection.
///
/// Wang and Han, "BIDE: efficient mining of frequent closed sequences", ICDE 2004: an item in front of the pattern's
/// item *i* stands after the leftmost match of all before it, and before the rightmost match of the rest (its maximum
/// period), or before the rightmost match of the rest within the leftmost match (its semi-maximum period).
struct MatchPeriods {
  enum Kind {
    case maximum
    case semiMaximum
  }

  /// For every sequence looked at so far and every item, where its period starts and ends.
  private var bounds: [Range<Int32>] = []
  private var length = 0
  private var kind = Kind.maximum
  /// For every number the last mark it was given; a scan takes marks from ``nextMark`` on, which none has used.
  var marks: [Int]
  var nextMark = 0
  /// For every number how many owners have it in a period; zero between scans.
  var counts: [Int]

  init(itemCount: Int) {
    marks = Array(repeating: -1, count: itemCount)
    counts = Array(repeating: 0, count: itemCount)
  }

  /// Starts anew for a pattern of this length.
  mutating func reset(length: Int, kind: Kind) {
    bounds.removeAll(keepingCapacity: true)
    self.length = length
    self.kind = kind
  }

  /// The period in front of item `slot` in sequence `ordinal`, whose leftmost match ends at `position`; sequences are
  /// first asked for in order.
  mutating func period(
    slot: Int, ordinal: Int, position: Int32, prefix: [Int32], columns: SequenceColumns
  ) -> Range<Int32> {
    if ordinal * length == bounds.count { append(position: position, prefix: prefix, columns: columns) }
    return bounds[ordinal * length + slot]
  }

  private mutating func append(position: Int32, prefix: [Int32], columns: SequenceColumns) {
    let first = bounds.count
    var place = Int(columns.starts[Int(position)])
    for number in prefix {
      let start = Int32(place)
      while columns.numbers[place] != number { place += 1 }
      place += 1
      bounds.append(start..<start)
    }
    place = kind == .maximum ? Int(columns.ends[Int(position)]) : Int(position) + 1
    for slot in prefix.indices.reversed() {
      place -= 1
      while columns.numbers[place] != prefix[slot] { place -= 1 }
      bounds[first + slot] = bounds[first + slot].lowerBound..<Int32(place)
    }
  }
}

extension LeftmostSearch {
  /// Whether every sequence with the prefix, and so every one with whatever grows from it, also has the prefix with
  /// the same item more in the same place: then nothing that grows from it is closed.
  mutating func canGrowBackwards(_ entries: Range<Int>) -> Bool {
    hasCommonItem(.semiMaximum, entries, byOwner: false)
  }

  /// Whether the prefix with some item more, other than at its end, has the same support.
  mutating func hasBackwardExtension(_ entries: Range<Int>) -> Bool {
    hasCommonItem(.maximum, entries, byOwner: !columns.ownsItself)
  }

  /// Whether one item stands in the period in front of the same place in all sequences, or for all owners in some
  /// sequence of theirs.
  private mutating func hasCommonItem(_ kind: MatchPeriods.Kind, _ entries: Range<Int>, byOwner: Bool) -> Bool {
    periods.reset(length: prefix.count, kind: kind)
    return prefix.indices.contains { hasCommonItem(slot: $0, entries, byOwner: byOwner) }
  }

  private mutating func hasCommonItem(slot: Int, _ entries: Range<Int>, byOwner: Bool) -> Bool {
    // An item that all groups of sequences up to this one have carries the group's mark.
    let firstMark = periods.nextMark
    periods.nextMark += entries.count
    var mark = firstMark
    var isCommon = false
    for (ordinal, entry) in entries.enumerated() {
      let position = positions[entry]
      if ordinal > 0, !byOwner || columns.owners[Int(position)] != columns.owners[Int(positions[entry - 1])] {
        guard isCommon else { return false }
        isCommon = false
        mark += 1
      }
      let period = periods.period(
        slot: slot, ordinal: ordinal, position: position, prefix: prefix, columns: columns)
      for place in period {
        let number = Int(columns.numbers[Int(place)])
        guard mark == firstMark || periods.marks[number] >= mark - 1 else { continue }
        periods.marks[number] = mark
        isCommon = true
      }
    }
    return isCommon
  }

  /// The largest support of the prefix with one item more, other than at its end.
  mutating func largestBackwardExtension(_ entries: Range<Int>) -> Int {
    periods.reset(length: prefix.count, kind: .maximum)
    var largest = 0
    for slot in prefix.indices {
      let firstMark = periods.nextMark
      periods.nextMark += columns.ownerCount
      for (ordinal, entry) in entries.enumerated() {
        let position = positions[entry]
        let mark = firstMark + Int(columns.owners[Int(position)])
        let period = periods.period(
          slot: slot, ordinal: ordinal, position: position, prefix: prefix, columns: columns)
        for place in period where periods.marks[Int(columns.numbers[Int(place)])] != mark {
          let number = Int(columns.numbers[Int(place)])
          periods.marks[number] = mark
          periods.counts[number] += 1
          largest = max(largest, periods.counts[number])
        }
      }
      for number in periods.counts.indices { periods.counts[number] = 0 }
    }
    return largest
  }
}
