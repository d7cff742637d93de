extension ShuffleTest.Plan {
  /// The patterns of every owner, by rising owner. The result does not depend on `threadCount` (`nil`: one a
  /// processor).
  ///
  /// O(shuffles) minings of all sequences; `checkpoint` is called with the number of owners done.
  public func findings(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> [ShuffleTest.Findings] {
    let owned = ownedSequences()
    let batchLength = 64
    var findings: [ShuffleTest.Findings] = []
    for start in stride(from: 0, to: owned.count, by: batchLength) {
      let batch = owned[start..<min(owned.count, start + batchLength)]
      findings += concurrentMap(count: batch.count, threadCount: threadCount) { index in
        self.findings(of: batch[start + index])
      }
      try checkpoint(FitProgress(completedCount: findings.count, maximumCount: owned.count))
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

  private struct OwnedSequences: Sendable {
    let owner: Int32
    let items: [Int32]
    let offsets: [Int]
  }

  private func ownedSequences() -> [OwnedSequences] {
    let owners = database.owners ?? Array(repeating: 0, count: database.sequenceCount)
    let order = owners.indices.sorted { (owners[$0], $0) < (owners[$1], $1) }
    var all: [OwnedSequences] = []
    var start = 0
    while start < order.count {
      let owner = owners[order[start]]
      var items: [Int32] = []
      var offsets = [0]
      while start < order.count, owners[order[start]] == owner {
        items += database.sequence(order[start])
        offsets.append(items.count)
        start += 1
      }
      all.append(OwnedSequences(owner: owner, items: items, offsets: offsets))
    }
    return all
  }

  private func findings(of owned: OwnedSequences) -> ShuffleTest.Findings {
    let observed = SequenceDatabase(items: owned.items, offsets: owned.offsets)
    let patterns = frequentPatterns(in: observed)
    guard !patterns.isEmpty else { return ShuffleTest.Findings(owner: owned.owner, surprises: []) }
    var tests = CachedTests(model: IndependenceModel(fittedTo: observed))
    let found = patterns.map { tests.test($0) }
    // Equal but for rounding counts as equal.
    let limits = found.map { $0.pValue * (1 + 1e-9) }
    let smallest = smallestPValues(of: owned, &tests).sorted()
    let surprises = patterns.indices.map { index in
      let pattern = patterns[index]
      let asSmall = smallest.partitioningIndex { $0 > limits[index] }
      return PatternSurprise(
        pattern: pattern, expectedSupport: found[index].expected,
        lift: Double(pattern.support) / found[index].expected, pValue: found[index].pValue,
        qValue: Double(1 + asSmall) / Double(parameters.shuffleCount + 1))
    }
    let order = surprises.indices.sorted {
      (surprises[$0].qValue, surprises[$0].pValue, $0) < (surprises[$1].qValue, surprises[$1].pValue, $1)
    }
    return ShuffleTest.Findings(owner: owned.owner, surprises: order.map { surprises[$0] })
  }

  /// The smallest p-value of any pattern in each shuffle; 1 where none is frequent.
  private func smallestPValues(of owned: OwnedSequences, _ tests: inout CachedTests) -> [Double] {
    // Owners' shuffles do not depend on each other: mixed with the owner, the seed gives every one its own.
    var mixer = SplitMix64(seed: parameters.seed)
    var generator = SplitMix64(seed: mixer.next() ^ UInt64(UInt32(bitPattern: owned.owner)))
    generator = SplitMix64(seed: generator.next())
    var items = owned.items
    return (0..<parameters.shuffleCount).map { _ in
      for last in stride(from: items.count - 1, to: 0, by: -1) {
        items.swapAt(last, generator.nextIndex(below: last + 1))
      }
      return frequentPatterns(in: SequenceDatabase(items: items, offsets: owned.offsets))
        .reduce(1) { min($0, tests.test($1).pValue) }
    }
  }

  private func frequentPatterns(in database: SequenceDatabase) -> [PrefixSpan.Pattern] {
    let mining = PrefixSpan(
      minimumSupport: .count(parameters.minimumSupport), minimumLength: parameters.minimumLength,
      maximumLength: parameters.maximumLength, patternBudget: parameters.patternBudget)
    guard let plan = try? mining.validated(for: database) else {
      preconditionFailure("a test's plan has parameters that mining accepts")
    }
    return plan.patterns(threadCount: 1).patterns
  }
}

/// P-values under an owner's independence model, each computed once.
private struct CachedTests {
  let model: IndependenceModel
  private var probabilities: [[Int32]: [Double]] = [:]
  private var tests: [PrefixSpan.Pattern: (expected: Double, pValue: Double)] = [:]

  init(model: IndependenceModel) { self.model = model }

  mutating func test(_ pattern: PrefixSpan.Pattern) -> (expected: Double, pValue: Double) {
    if let known = tests[pattern] { return known }
    let chances = probabilities[pattern.items] ?? model.probabilitiesByLength(of: pattern.items)
    probabilities[pattern.items] = chances
    let test = model.trials.test(support: pattern.support, probabilities: chances)
    tests[pattern] = test
    return test
  }
}

extension [Double] {
  /// In a rising array the first place whose element meets a condition that all later ones meet too.
  fileprivate func partitioningIndex(where isAfter: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
