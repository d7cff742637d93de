internal import Dispatch

/// A range of rows cut into chunks that depend on the number of rows alone, never on the number of threads.
///
/// A kernel gets one partial result a chunk and joins them in the order of the chunks, so that its result is the same
/// to the bit on any number of threads.
struct Chunks: Sendable {
  /// Number of rows in all.
  let rowCount: Int
  /// Rows in a chunk; the last may hold fewer.
  let length: Int
  /// Number of chunks.
  let count: Int

  /// Cuts `rowCount` rows into at most 256 chunks of at least `minimumLength` rows (the last may be shorter).
  init(rowCount: Int, minimumLength: Int = 1024) {
    self.rowCount = rowCount
    length = max(minimumLength, (rowCount + 255) / 256)
    count = (rowCount + length - 1) / length
  }

  /// The rows of chunk `index`.
  func rows(of index: Int) -> Range<Int> {
    index * length..<min(rowCount, (index + 1) * length)
  }

  /// What `body` makes of every chunk's rows, in the order of the chunks.
  func map<Partial: Sendable>(threadCount: Int?, _ body: @Sendable (Range<Int>) -> Partial) -> [Partial] {
    concurrentMap(count: count, threadCount: threadCount) { body(rows(of: $0)) }
  }
}

/// What `body` makes of every index in `0..<count`, in the order of the indices, on `threadCount` threads (`nil`: one a
/// processor). Indices are dealt out in turn.
func concurrentMap<Result: Sendable>(
  count: Int, threadCount: Int?, _ body: @Sendable (Int) -> Result
) -> [Result] {
  let workers = min(count, max(1, threadCount ?? availableProcessorCount))
  guard workers > 1 else { return (0..<count).map(body) }
  return Array(unsafeUninitializedCapacity: count) { buffer, initializedCount in
    // Every index writes its own element and nothing else, and no element is read before all are written.
    nonisolated(unsafe) let results = buffer
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for index in stride(from: worker, to: count, by: workers) {
        results.initializeElement(at: index, to: body(index))
      }
    }
    initializedCount = count
  }
}
