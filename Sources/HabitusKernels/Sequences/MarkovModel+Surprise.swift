internal import CKernels

extension MarkovModel {
  /// Probability that a random sequence of `length` items contains `pattern` as a subsequence, gaps allowed.
  ///
  /// O(`length` · pattern · (transitions + items)).
  ///
  /// - Parameter firstItem: the first item of the sequence; `nil`: drawn by the share of first items.
  public func containmentProbability(of pattern: [Int32], length: Int, firstItem: Int32? = nil) -> Double {
    guard !pattern.isEmpty else { return 1 }
    guard length > 0 else { return 0 }
    let all = items.indices.map { SequenceClass(length: length, first: Int32($0)) }
    if let firstItem {
      guard let number = number(of: firstItem) else { return 0 }
      return probabilities(of: [pattern], classes: [all[number]])[0][0]
    }
    return zip(startProbabilities, probabilities(of: [pattern], classes: all)[0]).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Expected number of sequences that contain `pattern`, given every sequence's length and first item; of owners with
  /// such a sequence, where sequences have some. O(longest sequence · pattern · (transitions + items)).
  public func expectedSupport(of pattern: [Int32]) -> Double {
    trials.expectedSupport(probabilities: probabilities(of: [pattern], classes: classes)[0])
  }

  /// Expected support, lift, p-value and q-value of every pattern, in the order given; see
  /// ``IndependenceModel/surprises(of:family:threadCount:)``.
  ///
  /// O(distinct endings of patterns · longest sequence · (transitions + items)).
  ///
  /// - Precondition: patterns consist of items of the sequences fitted to, and are supported by at most all of them.
  public func surprises(
    of patterns: [PrefixSpan.Pattern], family: IndependenceModel.HypothesisFamily = .allCandidates,
    threadCount: Int? = nil
  ) -> [PatternSurprise] {
    for pattern in patterns {
      precondition(pattern.support <= trials.count, "no pattern has more support than there are sequences or owners")
      precondition(
        pattern.items.allSatisfy { number(of: $0) != nil }, "patterns consist of items of the sequences")
    }
    // Neighbours by their endings share work; a batch holds so many that its vectors fit about 4 MB.
    let order = patterns.indices.sorted {
      patterns[$0].items.reversed().lexicographicallyPrecedes(patterns[$1].items.reversed())
    }
    let longest = patterns.map(\.items.count).max() ?? 1
    let batch = max(1, min(64, (1 << 18) / max(1, items.count * longest)))
    let batchCount = (patterns.count + batch - 1) / batch
    let parts = concurrentMap(count: batchCount, threadCount: threadCount) { index in
      let members = order[index * batch..<min(order.count, (index + 1) * batch)]
      let found = probabilities(of: members.map { patterns[$0].items }, classes: classes)
      return zip(members, found).map { trials.test(support: patterns[$0].support, probabilities: $1) }
    }
    var tests = Array(repeating: (expected: 0.0, pValue: 1.0), count: patterns.count)
    for (member, test) in zip(order, parts.joined()) { tests[member] = test }
    return PatternSurprise.surprises(patterns, tests: tests, family: family, itemCount: items.count)
  }

  /// For every pattern the probability that a sequence of each class contains it.
  ///
  /// Backwards: what remains to be matched of a pattern is one of its endings. For every ending, every number of items
  /// still to come and every item last seen, the probability of a match; an ending depends on itself and the one that
  /// is an item shorter. All endings go on together, so that each transition is read once a step.
  private func probabilities(of patterns: [[Int32]], classes: [SequenceClass]) -> [[Double]] {
    let endings = PatternEndings(patterns, numberOf: number(of:))
    // Whole vectors of eight; what is beyond the endings stays 0.
    let (itemCount, width) = (items.count, (endings.count + 7) / 8 * 8)
    var result = Array(repeating: Array(repeating: 0.0, count: classes.count), count: patterns.count)
    // ahead[a, v]: the probability that ending v is matched within the items to come after a.
    var ahead = Array(repeating: 0.0, count: itemCount * width)
    for item in 0..<itemCount { ahead[item * width] = 1 }
    var next = ahead
    var place = 0
    while place < classes.count, classes[place].length == 0 {
      for (index, pattern) in patterns.enumerated() { result[index][place] = pattern.isEmpty ? 1 : 0 }
      place += 1
    }
    var length = 1
    while place < classes.count {
      // Now with the item itself: next[b, v], the probability that ending v is matched from b on.
      next = ahead
      for ending in 1..<max(1, endings.count) {
        let item = Int(endings.firstItems[ending])
        if item >= 0 { next[item * width + ending] = ahead[item * width + endings.rests[ending]] }
      }
      while place < classes.count, classes[place].length == length {
        for (index, ending) in endings.ofPatterns.enumerated() {
          result[index][place] = min(1, next[Int(classes[place].first) * width + ending])
        }
        place += 1
      }
      guard place < classes.count else { break }
      step(next, into: &ahead, width: width)
      length += 1
    }
    return result
  }

  /// ahead[a, v] = Σ over b of P(b after a) · next[b, v].
  private func step(_ next: [Double], into ahead: inout [Double], width: Int) {
    var base = Array(repeating: 0.0, count: width)
    for item in items.indices {
      for ending in 0..<width { base[ending] += shares[item] * next[item * width + ending] }
    }
    for item in items.indices {
      for ending in 0..<width { ahead[item * width + ending] = smoothedPart[item] * base[ending] }
    }
    ahead.withUnsafeMutableBufferPointer { ahead in
      habitus_add_sparse_product(rowStarts, followers, excesses, items.count, next, width, ahead.baseAddress)
    }
    for item in items.indices { ahead[item * width] = 1 }
  }
}

/// The distinct endings of some patterns; number 0 is the empty one.
private struct PatternEndings {
  /// For every ending its first item, −1 for the empty one and for unknown items, and the ending after that item.
  private(set) var firstItems: [Int32] = [-1]
  private(set) var rests = [0]
  /// For every pattern the number of the whole.
  private(set) var ofPatterns: [Int] = []

  var count: Int { rests.count }

  init(_ patterns: [[Int32]], numberOf: (Int32) -> Int?) {
    struct Key: Hashable {
      let item: Int32
      let rest: Int
    }
    var known: [Key: Int] = [:]
    for pattern in patterns {
      var ending = 0
      for item in pattern.reversed() {
        let key = Key(item: item, rest: ending)
        if let seen = known[key] {
          ending = seen
          continue
        }
        known[key] = rests.count
        firstItems.append(numberOf(item).map { Int32($0) } ?? -1)
        rests.append(ending)
        ending = rests.count - 1
      }
      ofPatterns.append(ending)
    }
  }
}
