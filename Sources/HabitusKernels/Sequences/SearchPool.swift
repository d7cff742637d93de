internal import Dispatch
internal import Synchronization

/// A search for patterns that can be cut into independent parts, one for every first item.
protocol PartitionedSearch: Sendable, SendableMetatype {
  /// What was found so far.
  var collection: PatternCollection { get }
  /// Finds all patterns that start with item number `root`.
  ///
  /// - Returns: whether it came to its end; it may stop early once `pulse` returns false, which it calls whenever it
  ///   has looked at ``SearchPool/pulseWork`` entries of projections.
  mutating func grow(root: Int, pulse: () -> Bool) -> Bool
}

/// What the threads of a search share: which part is next, whether to stop, and the minimum support, which rises for
/// all once it does for one.
final class SearchPool: Sendable {
  /// How much work there is between two pulses: some milliseconds.
  static let pulseWork = 1 << 16

  private struct State {
    var workerCount = 0
    var isClosed = false
    var collections: [PatternCollection] = []
  }

  private let roots: [Int]
  private let nextPlace = Atomic(0)
  private let finishedCount = Atomic(0)
  private let isStopped = Atomic(false)
  private let state = Mutex(State())
  private let pulses = DispatchSemaphore(value: 0)
  let sharedMinimum: SharedMinimum

  private init(roots: [Int], minimumCount: Int) {
    self.roots = roots
    sharedMinimum = SharedMinimum(minimumCount)
  }

  /// Searches all parts, in about the order of `roots`, on `threadCount` threads, of which the calling one is one and
  /// the only one to call `checkpoint`. Parts are dealt out one by one, so that threads end at about the same time.
  ///
  /// Once `checkpoint` throws, all threads stop and what they found is dropped.
  static func collections<Search: PartitionedSearch>(
    roots: [Int], minimumCount: Int, threadCount: Int?, checkpoint: Checkpoint,
    makeSearch: @escaping @Sendable (SharedMinimum) -> Search
  ) throws(CancellationError) -> [PatternCollection] {
    let pool = SearchPool(roots: roots, minimumCount: minimumCount)
    let helperCount = min(roots.count, max(1, threadCount ?? availableProcessorCount)) - 1
    for _ in 0..<max(0, helperCount) {
      DispatchQueue.global().async {
        guard pool.enter() else { return }
        let pulse = {
          pool.pulses.signal()
          return !pool.isStopped.load(ordering: .relaxed)
        }
        pool.leave(pool.work(makeSearch(pool.sharedMinimum), pulse: pulse))
        pool.pulses.signal()
      }
    }
    try pool.workAndWait(makeSearch(pool.sharedMinimum), checkpoint: checkpoint)
    return pool.state.withLock { $0.collections }
  }

  /// Works on parts in the calling thread, then waits for the helpers that have started; those that have not, as all
  /// threads may be busy elsewhere, find the pool closed.
  private func workAndWait(
    _ search: some PartitionedSearch, checkpoint: Checkpoint
  ) throws(CancellationError) {
    var cancellation: CancellationError?
    func pulse() -> Bool {
      guard cancellation == nil else { return false }
      let progress = FitProgress(
        completedCount: finishedCount.load(ordering: .relaxed), maximumCount: roots.count)
      do throws(CancellationError) {
        try checkpoint(progress)
      } catch {
        cancellation = error
        isStopped.store(true, ordering: .relaxed)
      }
      return cancellation == nil
    }
    let collection = work(search, pulse: pulse)
    state.withLock { state in
      state.isClosed = true
      state.collections.append(collection)
    }
    while state.withLock({ $0.workerCount }) > 0 {
      pulses.wait()
      _ = pulse()
    }
    _ = pulse()
    if let cancellation { throw cancellation }
  }

  private func work<Search: PartitionedSearch>(_ search: Search, pulse: () -> Bool) -> PatternCollection {
    var search = search
    while !isStopped.load(ordering: .relaxed) {
      let place = nextPlace.wrappingAdd(1, ordering: .relaxed).oldValue
      guard place < roots.count else { break }
      guard search.grow(root: roots[place], pulse: pulse) else { break }
      finishedCount.wrappingAdd(1, ordering: .relaxed)
      guard pulse() else { break }
    }
    return search.collection
  }

  private func enter() -> Bool {
    state.withLock { state in
      guard !state.isClosed else { return false }
      state.workerCount += 1
      return true
    }
  }

  private func leave(_ collection: PatternCollection) {
    state.withLock { state in
      state.workerCount -= 1
      state.collections.append(collection)
    }
  }
}

/// The highest minimum support that any thread of a search has come to.
///
/// Every one of them is one that the whole comes to as well, since a part's patterns are among the whole's; so what a
/// thread leaves out for it would be left out in the end.
final class SharedMinimum: Sendable {
  private let value: Atomic<Int>

  init(_ minimum: Int) { value = Atomic(minimum) }

  /// Raises the collection's minimum support to the shared one, or the other way round.
  func join(_ collection: inout PatternCollection) {
    let shared = value.load(ordering: .relaxed)
    if shared > collection.minimumCount {
      collection.raise(to: shared)
    } else if shared < collection.minimumCount {
      value.max(collection.minimumCount, ordering: .relaxed)
    }
  }
}
