internal import HabitusModel

/// Makes frames of events that were set aside, part by part, in memory that is used again.
struct JoinedFrameReader {
  /// The frame of the part that was read last.
  private(set) var frame = EventFrame()

  private let order: RowOrder
  /// The events of the part, run by run.
  private var unsorted = EventFrame()
  /// Positions in ``unsorted``, in the order of ``frame``.
  private var positions: [Int] = []
  /// Room to merge positions in.
  private var merged: [Int] = []

  init(_ order: RowOrder) { self.order = order }

  /// Fills ``frame`` with part number `part` of `joined`.
  ///
  /// - Complexity: O(*n* log *r*) for *n* events in *r* runs of a person.
  mutating func read(_ part: Int, of joined: JoinedEvents) {
    unsorted.removeAll()
    frame.removeAll()
    positions.removeAll(keepingCapacity: true)
    for person in joined.parts[part] {
      let start = unsorted.eventCount
      let ends = joined.appendRuns(of: person, to: &unsorted)
      guard unsorted.eventCount > start else { continue }
      positions.append(contentsOf: start..<unsorted.eventCount)
      sort(from: start, runsEndingAt: ends)
      frame.users.append(joined.code(of: person))
      frame.offsets.append(unsorted.eventCount)
    }
    frame.gather(positions, of: unsorted)
  }

  /// Merges neighbouring runs, two at a time, until one is left.
  private mutating func sort(from start: Int, runsEndingAt ends: [Int]) {
    var ends = ends
    while ends.count > 1 {
      var mergedEnds: [Int] = []
      merged.removeAll(keepingCapacity: true)
      var first = start
      for index in stride(from: 0, to: ends.count, by: 2) {
        let middle = ends[index]
        let end = index + 1 < ends.count ? ends[index + 1] : middle
        merge(first..<middle, middle..<end)
        mergedEnds.append(end)
        first = end
      }
      positions.replaceSubrange(start..., with: merged)
      ends = mergedEnds
    }
  }

  /// Appends the positions of two sorted runs to ``merged``; of events that are alike those of the first come first.
  private mutating func merge(_ left: Range<Int>, _ right: Range<Int>) {
    var (a, b) = (left.lowerBound, right.lowerBound)
    while a < left.upperBound, b < right.upperBound {
      let (x, y) = (positions[a], positions[b])
      let (first, second) = (unsorted.times[x], unsorted.times[y])
      if second < first || (second == first && order.precedes(y, in: unsorted, x, in: unsorted)) {
        merged.append(y)
        b += 1
      } else {
        merged.append(x)
        a += 1
      }
    }
    merged.append(contentsOf: positions[a..<left.upperBound])
    merged.append(contentsOf: positions[b..<right.upperBound])
  }
}

extension EventFrame {
  /// Fills the columns with the events at `positions` of `frame`; users and offsets stay.
  fileprivate mutating func gather(_ positions: [Int], of frame: EventFrame) {
    Self.gather(positions, of: frame.times, into: &times)
    Self.gather(positions, of: frame.types, into: &types)
    Self.gather(positions, of: frame.items, into: &items)
    Self.gather(positions, of: frame.categories, into: &categories)
    Self.gather(positions, of: frame.values, into: &values)
    Self.gather(positions, of: frame.sessions, into: &sessions)
    Self.gather(positions, of: frame.pages, into: &pages)
    Self.gather(positions, of: frame.sources, into: &sources)
    Self.gather(positions, of: frame.bots, into: &bots)
    Self.gather(positions, of: frame.ids, into: &ids)
    Self.gather(positions, of: frame.properties, into: &properties)
  }

  private static func gather<Value: BitwiseCopyable>(
    _ positions: [Int], of source: [Value], into column: inout [Value]
  ) {
    column.removeAll(keepingCapacity: true)
    guard !source.isEmpty else { return }
    column.reserveCapacity(positions.count)
    source.withUnsafeBufferPointer { source in for position in positions { column.append(source[position]) } }
  }

  private static func gather(_ positions: [Int], of source: ByteColumn, into column: inout ByteColumn) {
    column.removeAll()
    guard source.count > 0 else { return }
    column.reserveCapacity(positions.count, byteCount: source.bytes.count)
    for position in positions { column.append(position..<position + 1, of: source) }
  }
}
