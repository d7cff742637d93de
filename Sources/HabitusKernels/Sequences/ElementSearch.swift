/// Depth-first growth of patterns of sets, and of single items where gaps or spans are limited.
///
/// A projection holds every element where a match of the pattern can end, and for each the latest element where such a
/// match can start. That is enough: of two matches that end in elements a < b, the one with the later start can be
/// continued by the end of the other, so that the latest start never falls from a to b, and what follows fits a match
/// if it fits the one with the nearest end and its latest start.
struct ElementSearch: PartitionedSearch {
  var collection: PatternCollection
  private let columns: ElementColumns
  private let constraints: EmbeddingConstraints
  private let minimumLength: Int
  private let maximumLength: Int
  private let isTopList: Bool
  /// Whether patterns are reported as sets.
  private let reportsElements: Bool
  private let shared: SharedMinimum

  private var items: [Int32] = []
  private var elementEnds: [Int32] = []
  /// The projections from the root to the current pattern.
  private var matches: [Match] = []
  private var extensions: [Extension] = []
  /// For every number the owners, and the elements, where it extends the pattern as an element of its own; then the
  /// same for numbers that join the pattern's last element. Zero between scans.
  private var supports: [Int32]
  private var sizes: [Int32]
  private var stamps: [Int]
  private var stamp = 0
  private var cursors: [Int]
  private let stackLimit: Int
  /// Entries looked at since the last pulse.
  private var work = 0
  private var isStopped = false

  private struct Match {
    let end: Int32
    let start: Int32
  }

  private struct Extension {
    /// Number of the item, plus the number of items where it joins the last element.
    let slot: Int
    let support: Int
    let size: Int
  }

  init(
    _ columns: ElementColumns, parameters: PrefixSpan, maximumLength: Int, reportsElements: Bool,
    collection: PatternCollection, shared: SharedMinimum, stackLimit: Int
  ) {
    self.columns = columns
    self.collection = collection
    self.shared = shared
    self.stackLimit = stackLimit
    self.maximumLength = maximumLength
    self.reportsElements = reportsElements
    constraints = parameters.constraints
    minimumLength = parameters.selection == .all ? parameters.minimumLength : 1
    isTopList = parameters.topCount != nil && parameters.selection == .all
    supports = Array(repeating: 0, count: 2 * columns.items.count)
    sizes = supports
    stamps = Array(repeating: -1, count: 2 * columns.items.count)
    cursors = stamps
  }

  mutating func grow(root: Int, pulse: () -> Bool) -> Bool {
    let occurrences = columns.occurrences[columns.occurrenceOffsets[root]..<columns.occurrenceOffsets[root + 1]]
    for element in occurrences { matches.append(Match(end: element, start: element)) }
    grow(by: root, 0..<matches.count, support: Int(columns.supports[root]), pulse: pulse)
    matches.removeAll(keepingCapacity: true)
    return !isStopped
  }

  /// Reports the pattern extended by `slot`, whose projection is `entries` of the stack, and all that it grows into.
  private mutating func grow(by slot: Int, _ entries: Range<Int>, support: Int, pulse: () -> Bool) {
    work += entries.count + 16
    if work >= SearchPool.pulseWork {
      work = 0
      isStopped = isStopped || !pulse()
    }
    shared.join(&collection)
    guard !isStopped, collection.admits(support: support, length: items.count + 1) else { return }
    let joins = slot >= columns.items.count
    let number = Int32(truncatingIfNeeded: joins ? slot - columns.items.count : slot)
    let lastEnd = elementEnds.last
    if joins { elementEnds.removeLast() }
    items.append(number)
    elementEnds.append(Int32(items.count))
    defer {
      items.removeLast()
      elementEnds.removeLast()
      if joins, let lastEnd { elementEnds.append(lastEnd) }
    }
    collection.reach(length: items.count)
    if items.count >= minimumLength {
      collection.add(
        FoundPattern(
          items: items.map { columns.items[Int($0)] }, elementEnds: reportsElements ? elementEnds : [],
          support: support))
    }
    guard items.count < maximumLength else { return }
    let first = extensions.count
    collectExtensions(entries, last: number)
    growExtensions(from: first, entries, last: number, pulse: pulse)
    extensions.removeLast(extensions.count - first)
  }

  /// Projects the extensions on the stack from place `first` on, as many at a time as the stack holds, and grows them.
  private mutating func growExtensions(
    from first: Int, _ entries: Range<Int>, last: Int32, pulse: () -> Bool
  ) {
    var start = first
    let end = extensions.count
    while start < end {
      let bottom = matches.count
      var total = 0
      var stop = start
      while stop < end, total == 0 || bottom + total + extensions[stop].size <= stackLimit {
        cursors[extensions[stop].slot] = bottom + total
        total += extensions[stop].size
        stop += 1
      }
      matches.append(contentsOf: repeatElement(Match(end: 0, start: 0), count: total))
      forEachExtension(of: entries, last: last) { search, slot, match in
        guard search.cursors[slot] >= 0 else { return }
        search.matches[search.cursors[slot]] = match
        search.cursors[slot] += 1
      }
      for index in start..<stop { cursors[extensions[index].slot] = -1 }
      var place = bottom
      for index in start..<stop {
        let child = extensions[index]
        grow(by: child.slot, place..<place + child.size, support: child.support, pulse: pulse)
        place += child.size
      }
      matches.removeLast(total)
      start = stop
    }
  }

  /// Puts the frequent extensions onto their stack, in a top list by falling support.
  private mutating func collectExtensions(_ entries: Range<Int>, last: Int32) {
    forEachExtension(of: entries, last: last) { search, slot, match in
      search.sizes[slot] += 1
      let owner = search.stamp + Int(search.columns.owners[Int(match.end)])
      guard search.stamps[slot] != owner else { return }
      search.stamps[slot] = owner
      search.supports[slot] += 1
    }
    stamp += columns.ownerCount
    let first = extensions.count
    for slot in supports.indices where sizes[slot] != 0 {
      if Int(supports[slot]) >= collection.minimumCount {
        extensions.append(Extension(slot: slot, support: Int(supports[slot]), size: Int(sizes[slot])))
      }
      supports[slot] = 0
      sizes[slot] = 0
    }
    if isTopList { extensions[first...].sort { ($1.support, $0.slot) < ($0.support, $1.slot) } }
  }

  /// Calls `body` with every way in which a match among `entries` goes on, at each end with the latest start only.
  @inline(__always)
  private mutating func forEachExtension(
    of entries: Range<Int>, last: Int32, _ body: (inout ElementSearch, Int, Match) -> Void
  ) {
    let count = columns.items.count
    var entry = entries.lowerBound
    while entry < entries.upperBound {
      // The matches in one sequence, by rising end.
      let sequenceEnd = Int(columns.ends[Int(matches[entry].end)])
      var stop = entry + 1
      while stop < entries.upperBound, Int(matches[stop].end) < sequenceEnd { stop += 1 }
      for index in entry..<stop {
        let match = matches[index]
        var place = Int(columns.offsets[Int(match.end) + 1]) - 1
        while place >= Int(columns.offsets[Int(match.end)]), columns.numbers[place] > last {
          body(&self, count + Int(columns.numbers[place]), match)
          place -= 1
        }
      }
      var next = Int(matches[entry].end) + 1
      var nearest = entry
      while next < sequenceEnd {
        while nearest + 1 < stop, Int(matches[nearest + 1].end) < next { nearest += 1 }
        let match = matches[nearest]
        if isWithinLimits(match, next: next) {
          for place in Int(columns.offsets[next])..<Int(columns.offsets[next + 1]) {
            body(&self, Int(columns.numbers[place]), Match(end: Int32(truncatingIfNeeded: next), start: match.start))
          }
        } else if nearest + 1 == stop {
          // What is too far from the last match stays so.
          break
        }
        next += 1
      }
      entry = stop
    }
  }

  private func isWithinLimits(_ match: Match, next: Int) -> Bool {
    if let gap = constraints.maximumGap, next - Int(match.end) > gap { return false }
    if let span = constraints.maximumSpan, next - Int(match.start) >= span { return false }
    guard !columns.times.isEmpty else { return true }
    let time = columns.times[next]
    if let gap = constraints.maximumTimeGap, time - columns.times[Int(match.end)] > gap { return false }
    if let span = constraints.maximumTimeSpan, time - columns.times[Int(match.start)] > span { return false }
    return true
  }
}
