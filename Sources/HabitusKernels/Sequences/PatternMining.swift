/// What all searches have in common: how their results are put together, and how they are stopped.
struct PatternMining {
  let parameters: PrefixSpan
  let sequenceCount: Int
  let ownerCount: Int
  let minimumCount: Int
  /// Runs a search up to a length; set by ``searching(_:)`` and its sibling.
  private var run: Run = { (_, _, _) throws(CancellationError) in [] }
  /// Whether closed and maximal patterns are chosen from all frequent ones at the end.
  private var condensesAtEnd = false

  /// The longest patterns ever searched for: searches go a call deeper with every item, and a stack has an end.
  private static let greatestLength = 1000

  private typealias Run = (_ maximumLength: Int, Int?, Checkpoint) throws(CancellationError) -> [PatternCollection]

  init(parameters: PrefixSpan, sequenceCount: Int, ownerCount: Int, minimumCount: Int) {
    self.parameters = parameters
    self.sequenceCount = sequenceCount
    self.ownerCount = ownerCount
    self.minimumCount = minimumCount
  }

  /// Searches single items without limits on gaps.
  func searching(_ columns: SequenceColumns) -> PatternMining {
    var mining = self
    let (parameters, minimumCount, emptyCollection) = (parameters, minimumCount, emptyCollection(condensed: false))
    mining.run = { (maximumLength, threadCount, checkpoint) throws(CancellationError) in
      let stackLimit = Self.stackLimit(parameters, entrySize: 4, threadCount: threadCount)
      return try SearchPool.collections(
        roots: columns.rootsByFallingSupport, minimumCount: minimumCount, threadCount: threadCount,
        checkpoint: checkpoint
      ) { shared in
        LeftmostSearch(
          columns, parameters: parameters, maximumLength: maximumLength, collection: emptyCollection, shared: shared,
          stackLimit: stackLimit)
      }
    }
    return mining
  }

  /// Searches sets, or single items within limits.
  func searching(_ columns: ElementColumns, elements: Bool) -> PatternMining {
    var mining = self
    mining.condensesAtEnd = parameters.selection != .all
    let condensed = mining.condensesAtEnd
    let (parameters, minimumCount, emptyCollection) = (parameters, minimumCount, emptyCollection(condensed: condensed))
    mining.run = { (maximumLength, threadCount, checkpoint) throws(CancellationError) in
      let stackLimit = Self.stackLimit(parameters, entrySize: 8, threadCount: threadCount)
      // What is closed shows in patterns with one item more.
      let longest = condensed ? maximumLength + 1 : maximumLength
      return try SearchPool.collections(
        roots: columns.rootsByFallingSupport, minimumCount: minimumCount, threadCount: threadCount,
        checkpoint: checkpoint
      ) { shared in
        ElementSearch(
          columns, parameters: parameters, maximumLength: longest, reportsElements: elements,
          collection: emptyCollection, shared: shared, stackLimit: stackLimit)
      }
    }
    return mining
  }

  /// The result of a search to its end, or none.
  func outcome<Found>(
    threadCount: Int?, checkpoint: Checkpoint, _ convert: (FoundPattern) -> Found
  ) throws(CancellationError) -> PrefixSpan.Outcome<Found> {
    let collection = merged(try run(longest, threadCount, checkpoint))
    return outcome(collection, searchedLength: isCutShort(collection) ? longest : nil, convert)
  }

  /// The result of a search to its end that nobody can stop.
  func uncancelledOutcome<Found>(
    threadCount: Int?, _ convert: (FoundPattern) -> Found
  ) -> PrefixSpan.Outcome<Found> {
    do {
      return try outcome(threadCount: threadCount, checkpoint: { (_) throws(CancellationError) in }, convert)
    } catch {
      preconditionFailure("a search without checkpoints is never cancelled")
    }
  }

  /// The result of the longest search that came to its end, of lengths 1, 2, 4 and so on.
  func outcome<Found>(
    threadCount: Int?, until checkpoint: Checkpoint, _ convert: (FoundPattern) -> Found
  ) -> PrefixSpan.Outcome<Found> {
    var searched = 1
    var collection = emptyCollection(condensed: condensesAtEnd)
    do throws(CancellationError) {
      collection = merged(try run(1, threadCount) { (_) throws(CancellationError) in })
      while searched < longest {
        let next = searched > longest / 2 ? longest : 2 * searched
        let found = merged(try run(next, threadCount, checkpoint))
        (collection, searched) = (found, next)
        // Where no pattern of the greatest length is frequent, no longer one is.
        if found.deepestLength < next { break }
      }
    } catch {
      return outcome(collection, longest: searched, searchedLength: searched, convert)
    }
    return outcome(collection, searchedLength: isCutShort(collection) ? longest : nil, convert)
  }

  /// The longest patterns that a search goes to.
  private var longest: Int { min(parameters.maximumLength ?? .max, Self.greatestLength) }

  /// Whether a search came to patterns of the greatest length although longer ones were asked for.
  private func isCutShort(_ collection: PatternCollection) -> Bool {
    collection.deepestLength >= Self.greatestLength && (parameters.maximumLength ?? .max) > Self.greatestLength
  }

  private func merged(_ collections: [PatternCollection]) -> PatternCollection {
    var whole = emptyCollection(condensed: condensesAtEnd)
    for part in collections { whole.merge(part) }
    return whole
  }

  /// Chooses what was asked for and puts it in order.
  private func outcome<Found>(
    _ collection: PatternCollection, longest: Int? = nil, searchedLength: Int?, _ convert: (FoundPattern) -> Found
  ) -> PrefixSpan.Outcome<Found> {
    let longest = longest ?? self.longest
    var found = collection.patterns
    var least = collection.minimumCount
    let isTopList = parameters.topCount != nil && !condensesAtEnd
    let isCutByBudget = !isTopList && least > minimumCount
    if condensesAtEnd {
      let condensed = CondensedPatterns(found)
      found.removeAll { pattern in
        let length = pattern.items.count
        return length < parameters.minimumLength || length > longest
          || condensed.largestExtension(of: pattern) >= (parameters.selection == .closed ? pattern.support : least)
      }
    } else if parameters.selection == .maximal, !isTopList {
      found.removeAll { $0.largestExtension >= least }
    }
    if let topCount = parameters.topCount, found.count >= topCount {
      found = Array(found.prefix(topCount))
      least = max(least, found.last?.support ?? least)
    }
    return PrefixSpan.Outcome(
      patterns: found.map(convert), sequenceCount: sequenceCount, ownerCount: ownerCount,
      requestedMinimumCount: minimumCount, minimumCount: least, isCutByBudget: isCutByBudget,
      searchedLength: searchedLength)
  }

  private func emptyCollection(condensed: Bool) -> PatternCollection {
    if let topCount = parameters.topCount, !condensed {
      return PatternCollection(minimumCount: minimumCount, limit: .top(topCount))
    }
    return PatternCollection(
      minimumCount: minimumCount,
      limit: .budget(count: parameters.patternBudget, bytes: parameters.byteBudget / 2))
  }

  /// How many entries the projections of one thread may have.
  private static func stackLimit(_ parameters: PrefixSpan, entrySize: Int, threadCount: Int?) -> Int {
    parameters.byteBudget / 4 / entrySize / max(1, threadCount ?? availableProcessorCount)
  }
}
