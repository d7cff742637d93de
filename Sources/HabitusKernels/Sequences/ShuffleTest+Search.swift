internal import Dispatch
internal import Synchronization

extension ShuffleTest.Plan {
  /// The patterns of every owner, by rising owner. The result does not depend on `threadCount` (`nil`: one a
  /// processor).
  ///
  /// Up to ``ShuffleTest/shuffleCount`` searches of all sequences, each of which takes, for patterns of up to n items,
  /// about as many steps as sequences contain different patterns of n − 1 items (of paths, n steps an item); memory is
  /// O(items of an owner) a thread, and the result. `checkpoint` is called with the number of owners done.
  public func findings(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> [ShuffleTest.Findings] {
    let owning = SequenceOwners(
      sequenceCount: database.sequenceCount,
      owners: database.owners ?? Array(repeating: 0, count: database.sequenceCount))
    let owners = OwnerSlices(owning, in: database)
    var findings = Array(
      repeating: ShuffleTest.Findings(owner: 0, sequenceCount: 0, shuffleCount: 0, surprises: []), count: owners.count)
    var doneCount = 0
    for batch in owners.batches {
      for (owner, found) in self.findings(of: batch, owning, owners, threadCount: threadCount) {
        findings[owner] = found
      }
      doneCount += batch.count
      try checkpoint(FitProgress(completedCount: doneCount, maximumCount: owners.count))
    }
    return findings
  }

  /// ``findings(threadCount:checkpoint:)`` without checkpoints.
  public func findings(threadCount: Int? = nil) -> [ShuffleTest.Findings] {
    do {
      return try findings(threadCount: threadCount) { (_) throws(CancellationError) in }
    } catch {
      preconditionFailure("a test without checkpoints is never cancelled")
    }
  }

  /// Judges some owners; every thread takes the next one when it is done with one.
  private func findings(
    of batch: ArraySlice<Int>, _ owning: SequenceOwners, _ owners: OwnerSlices, threadCount: Int?
  ) -> [(owner: Int, findings: ShuffleTest.Findings)] {
    let next = Atomic(batch.startIndex)
    let all = Mutex<[(owner: Int, findings: ShuffleTest.Findings)]>([])
    let workerCount = min(batch.count, max(1, threadCount ?? availableProcessorCount))
    DispatchQueue.concurrentPerform(iterations: workerCount) { _ in
      var shuffles = OwnerShuffles(parameters: parameters)
      var own: [(owner: Int, findings: ShuffleTest.Findings)] = []
      while true {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < batch.endIndex else { break }
        let sequences = owning.order[owners.sequences(of: batch[place])]
        let number = sequences.first.flatMap { database.owners?[$0] } ?? 0
        own.append((batch[place], shuffles.findings(of: number, sequences: sequences, in: database)))
      }
      all.withLock { $0 += own }
    }
    return all.withLock { $0 }
  }
}

/// Where every owner's sequences stand in ``SequenceOwners/order``, and in which order owners are judged.
private struct OwnerSlices: Sendable {
  private let starts: [Int]
  /// Owners by falling number of items, in parts of about as many items and not too few owners.
  let batches: [ArraySlice<Int>]

  var count: Int { starts.count - 1 }

  init(_ owning: SequenceOwners, in database: SequenceDatabase) {
    var starts: [Int] = []
    var itemCounts: [Int] = []
    for (place, sequence) in owning.order.enumerated() {
      if owning.numbers[sequence] == Int32(starts.count) {
        starts.append(place)
        itemCounts.append(0)
      }
      itemCounts[starts.count - 1] += database.sequence(sequence).count
    }
    self.starts = starts + [owning.order.count]
    // The largest first, so that threads end at about the same time.
    let order = itemCounts.indices.sorted { (-itemCounts[$0], $0) < (-itemCounts[$1], $1) }
    let batchLength = database.items.count / 128 + 1
    var batches: [ArraySlice<Int>] = []
    var (start, length) = (0, 0)
    for place in order.indices {
      length += itemCounts[order[place]] + 1
      guard length >= batchLength && place - start >= 15 || place + 1 == order.count else { continue }
      batches.append(order[start...place])
      (start, length) = (place + 1, 0)
    }
    self.batches = batches
  }

  func sequences(of owner: Int) -> Range<Int> { starts[owner]..<starts[owner + 1] }
}
