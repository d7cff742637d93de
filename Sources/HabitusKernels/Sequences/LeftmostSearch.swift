/// Depth-first growth of patterns of single items without limits on gaps.
///
/// A projection is the list of positions, one a sequence, of the leftmost match's last item; no sequence is copied. All
/// projections from the root to the current pattern lie on one stack.
struct LeftmostSearch: PartitionedSearch {
  var collection: PatternCollection
  let columns: SequenceColumns
  private let minimumLength: Int
  private let maximumLength: Int
  private let selection: PrefixSpan.Selection
  /// Of a top list the minimum support asked for; there the collection's own rises with the list.
  private let requestedMinimum: Int?
  private let shared: SharedMinimum
  /// The most positions on the stack, but for those of single extensions that do not fit.
  private let stackLimit: Int

  /// Numbers of the current pattern's items.
  private(set) var prefix: [Int32] = []
  private(set) var positions: [Int32] = []
  private var extensions: [Extension] = []
  /// For every number the owners, and the sequences, with it after the current pattern; zero between scans.
  private var supports: [Int32]
  private var sizes: [Int32]
  private var cursors: [Int32]
  /// For every number the last owner, over all scans, that it was counted for.
  private var stamps: [Int]
  private var stamp = 0
  var periods: MatchPeriods
  /// Entries looked at since the last pulse.
  private var work = 0
  private var isStopped = false

  private struct Extension {
    let number: Int32
    let support: Int32
    let size: Int32
  }

  init(
    _ columns: SequenceColumns, parameters: PrefixSpan, maximumLength: Int, collection: PatternCollection,
    shared: SharedMinimum, stackLimit: Int
  ) {
    self.columns = columns
    self.collection = collection
    self.shared = shared
    self.stackLimit = stackLimit
    self.maximumLength = maximumLength
    minimumLength = parameters.minimumLength
    selection = parameters.selection
    requestedMinimum = parameters.topCount == nil ? nil : collection.minimumCount
    supports = Array(repeating: 0, count: columns.items.count)
    sizes = supports
    cursors = Array(repeating: -1, count: columns.items.count)
    stamps = Array(repeating: -1, count: columns.items.count)
    periods = MatchPeriods(itemCount: columns.items.count)
  }

  mutating func grow(root: Int, pulse: () -> Bool) -> Bool {
    let range = columns.firstOffsets[root]..<columns.firstOffsets[root + 1]
    positions.append(contentsOf: columns.firstPositions[range])
    grow(by: Int32(root), 0..<range.count, support: Int(columns.supports[root]), pulse: pulse)
    positions.removeAll(keepingCapacity: true)
    return !isStopped
  }

  /// Reports the prefix extended by `number`, whose projection is `entries` of the stack, and all that it grows into.
  private mutating func grow(by number: Int32, _ entries: Range<Int>, support: Int, pulse: () -> Bool) {
    work += entries.count + 16
    if work >= SearchPool.pulseWork {
      work = 0
      isStopped = isStopped || !pulse()
    }
    shared.join(&collection)
    guard !isStopped, collection.admits(support: support, length: prefix.count + 1) else { return }
    prefix.append(number)
    defer { prefix.removeLast() }
    collection.reach(length: prefix.count)
    if selection != .all, canGrowBackwards(entries) { return }
    guard prefix.count < maximumLength || selection != .all else {
      report(support: support)
      return
    }
    let first = extensions.count
    defer { extensions.removeLast(extensions.count - first) }
    let largest = collectExtensions(entries)
    if prefix.count >= minimumLength { report(support: support, entries, largestForward: largest) }
    guard prefix.count < maximumLength, extensions.count > first else { return }
    if selection == .all, prefix.count + 1 == maximumLength {
      // The longest patterns need no projection of their own.
      collection.reach(length: maximumLength)
      guard maximumLength >= minimumLength else { return }
      for index in first..<extensions.count {
        report(adding: extensions[index].number, support: Int(extensions[index].support))
      }
      return
    }
    growExtensions(from: first, entries, pulse: pulse)
  }

  /// Projects the extensions on the stack from place `first` on, as many at a time as the stack holds, and grows them.
  private mutating func growExtensions(from first: Int, _ entries: Range<Int>, pulse: () -> Bool) {
    var start = first
    let end = extensions.count
    while start < end {
      let bottom = positions.count
      var total = 0
      var stop = start
      while stop < end, total == 0 || bottom + total + Int(extensions[stop].size) <= stackLimit {
        total += Int(extensions[stop].size)
        stop += 1
      }
      project(entries, onto: start..<stop, total: total)
      var position = bottom
      for index in start..<stop {
        let child = extensions[index]
        grow(
          by: child.number, position..<position + Int(child.size), support: Int(child.support), pulse: pulse)
        position += Int(child.size)
      }
      positions.removeLast(total)
      start = stop
    }
  }

  // MARK: Reports

  private mutating func report(support: Int) {
    guard prefix.count >= minimumLength else { return }
    collection.add(FoundPattern(items: prefix.map { columns.items[Int($0)] }, elementEnds: [], support: support))
  }

  private mutating func report(adding number: Int32, support: Int) {
    guard collection.admits(support: support, length: prefix.count + 1) else { return }
    var items: [Int32] = []
    items.reserveCapacity(prefix.count + 1)
    for number in prefix { items.append(columns.items[Int(number)]) }
    items.append(columns.items[Int(number)])
    collection.add(FoundPattern(items: items, elementEnds: [], support: support))
  }

  /// Reports the prefix if it is of the selection.
  private mutating func report(support: Int, _ entries: Range<Int>, largestForward: Int) {
    switch selection {
    case .all: report(support: support)
    case .closed:
      guard largestForward < support, !hasBackwardExtension(entries) else { return }
      report(support: support)
    case .maximal:
      // Without a top list the final minimum support, which decides, is known at the end only.
      let limit = requestedMinimum ?? support
      guard largestForward < limit else { return }
      let largest = max(largestForward, largestBackwardExtension(entries))
      guard largest < limit else { return }
      collection.add(
        FoundPattern(
          items: prefix.map { columns.items[Int($0)] }, elementEnds: [], support: support, largestExtension: largest))
    }
  }

  // MARK: Scans

  /// Puts the frequent extensions onto their stack, in a top list by falling support.
  ///
  /// - Returns: the largest support of any extension.
  private mutating func collectExtensions(_ entries: Range<Int>) -> Int {
    if columns.ownsItself {
      Self.countSequences(positions, entries, columns, into: &sizes)
    } else {
      Self.countOwners(
        positions, entries, columns, stamp: stamp, stamps: &stamps, into: &sizes, &supports)
      stamp += columns.ownerCount
    }
    let first = extensions.count
    let minimumCount = Int32(clamping: collection.minimumCount)
    var largest: Int32 = 0
    for number in supports.indices where sizes[number] != 0 {
      let support = columns.ownsItself ? sizes[number] : supports[number]
      largest = max(largest, support)
      if support >= minimumCount {
        extensions.append(Extension(number: Int32(number), support: support, size: sizes[number]))
      }
      supports[number] = 0
      sizes[number] = 0
    }
    if requestedMinimum != nil {
      extensions[first...].sort { ($1.support, $0.number) < ($0.support, $1.number) }
    }
    return Int(largest)
  }

  /// Counts for every number the suffixes with it: at its first place after the match it has no place since.
  private static func countSequences(
    _ positions: [Int32], _ entries: Range<Int>, _ columns: SequenceColumns, into sizes: inout [Int32]
  ) {
    let (stack, ends) = (positions.span, columns.ends.span)
    let (numbers, previous) = (columns.numbers.span, columns.previous.span)
    var sizes = sizes.mutableSpan
    for entry in entries {
      let position = stack[unchecked: entry]
      let end = Int(ends[unchecked: Int(position)])
      var next = Int(position) + 1
      while next < end {
        sizes[unchecked: Int(numbers[unchecked: next])] &+= previous[unchecked: next] <= position ? 1 : 0
        next += 1
      }
    }
  }

  /// Counts for every number the suffixes with it, and their owners.
  ///
  /// - Parameter stamp: a number above all in `stamps`, as the owners' numbers plus it are.
  private static func countOwners(
    _ positions: [Int32], _ entries: Range<Int>, _ columns: SequenceColumns, stamp: Int, stamps: inout [Int],
    into sizes: inout [Int32], _ supports: inout [Int32]
  ) {
    let (stack, ends, owners) = (positions.span, columns.ends.span, columns.owners.span)
    let (numbers, previous) = (columns.numbers.span, columns.previous.span)
    var sizes = sizes.mutableSpan
    var supports = supports.mutableSpan
    var stamps = stamps.mutableSpan
    for entry in entries {
      let position = stack[unchecked: entry]
      let owner = stamp + Int(owners[unchecked: Int(position)])
      let end = Int(ends[unchecked: Int(position)])
      var next = Int(position) + 1
      while next < end {
        if previous[unchecked: next] <= position {
          let number = Int(numbers[unchecked: next])
          sizes[unchecked: number] &+= 1
          supports[unchecked: number] &+= stamps[unchecked: number] != owner ? 1 : 0
          stamps[unchecked: number] = owner
        }
        next += 1
      }
    }
  }

  /// Puts the first places of the extending numbers in all suffixes onto the stack, number after number.
  private mutating func project(_ entries: Range<Int>, onto range: Range<Int>, total: Int) {
    var place = positions.count
    for index in range {
      cursors[Int(extensions[index].number)] = Int32(place)
      place += Int(extensions[index].size)
    }
    positions.append(contentsOf: repeatElement(0, count: total))
    Self.fill(&positions, entries, columns, at: &cursors)
    for index in range { cursors[Int(extensions[index].number)] = -1 }
  }

  /// Writes the projections of all numbers with a cursor, from the cursor on.
  private static func fill(
    _ positions: inout [Int32], _ entries: Range<Int>, _ columns: SequenceColumns, at cursors: inout [Int32]
  ) {
    let ends = columns.ends.span
    let (numbers, previous) = (columns.numbers.span, columns.previous.span)
    var stack = positions.mutableSpan
    var cursors = cursors.mutableSpan
    for entry in entries {
      let position = stack[unchecked: entry]
      let end = Int(ends[unchecked: Int(position)])
      var next = Int(position) + 1
      while next < end {
        if previous[unchecked: next] <= position {
          let number = Int(numbers[unchecked: next])
          let cursor = cursors[unchecked: number]
          if cursor >= 0 {
            stack[unchecked: Int(cursor)] = Int32(truncatingIfNeeded: next)
            cursors[unchecked: number] = cursor &+ 1
          }
        }
        next += 1
      }
    }
  }
}
