extension NextEvent.Model {
  /// An item that may come next.
  public struct Candidate: Hashable, Sendable, Codable {
    /// The item.
    public let item: Int32
    /// Its probability.
    public let probability: Double
  }

  /// The probability of every one of ``items`` to come after a history; with that of any other item, they sum to 1.
  ///
  /// O(items · order + history). An item in the history that is not among ``items`` ends the context.
  ///
  /// - Parameter history: the sequence so far, the latest item last; may be empty.
  public func probabilities(after history: [Int32]) -> [Double] {
    probabilities(after: history[...], own: own(of: history))
  }

  /// The likeliest items to come after a history, at most `count`, likeliest first, of equal ones the least item.
  ///
  /// - Parameters:
  ///   - history: the sequence so far, the latest item last; may be empty.
  ///   - excluded: items that are not asked for; the probabilities of the others stay as they are.
  /// - Precondition: `count` is not negative.
  public func likeliest(_ count: Int, after history: [Int32], excluding excluded: Set<Int32> = []) -> [Candidate] {
    precondition(count >= 0, "a number of items is not negative")
    let candidates = zip(items, probabilities(after: history)).map { Candidate(item: $0, probability: $1) }
    return Array(
      candidates.filter { !excluded.contains($0.item) }
        .sorted { ($0.probability, $1.item) > ($1.probability, $0.item) }.prefix(count))
  }

  /// The estimate by each link of the chain, for the items of the fit.
  func probabilities(after history: ArraySlice<Int32>, own: OwnSuccessions) -> [Double] {
    var estimate = Array(repeating: 1 / Double(items.count + 1), count: items.count)
    for (node, strength) in zip(nodes(after: history), parameters.strengths) {
      let total = tree.total(of: node) + strength
      for index in estimate.indices { estimate[index] *= strength / total }
      for (item, count) in tree.successions(of: node) { estimate[item] += count / total }
    }
    for (order, strength) in parameters.ownStrengths.enumerated() {
      let (counts, sum) = own.successions(after: order == 0 ? nil : history.last)
      guard sum > 0 else { continue }
      for index in estimate.indices { estimate[index] *= strength / (sum + strength) }
      for (item, count) in counts {
        if let index = number(of: item) { estimate[index] += count / (sum + strength) }
      }
    }
    return estimate
  }

  /// The nodes of the tree whose contexts end the history, the shortest first.
  func nodes(after history: ArraySlice<Int32>) -> [Int] {
    var found = [SuccessionTree.root]
    var place = history.endIndex
    while found.count < parameters.strengths.count {
      var item = Int32(items.count)
      if place > history.startIndex {
        guard let number = number(of: history[place - 1]) else { break }
        item = Int32(number)
      } else if place < history.startIndex || !parameters.marksBeginnings {
        break
      }
      guard let node = tree.child(of: found[found.count - 1], item) else { break }
      found.append(node)
      place -= 1
    }
    return found
  }

  private func own(of history: [Int32]) -> OwnSuccessions {
    var own = OwnSuccessions()
    guard !parameters.ownStrengths.isEmpty else { return own }
    for (index, item) in history.enumerated() { own.add(item, after: index > 0 ? history[index - 1] : nil) }
    return own
  }

  /// The place of an item in ``items``.
  func number(of item: Int32) -> Int? {
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle] < item { low = middle + 1 } else { high = middle }
    }
    return low < items.count && items[low] == item ? low : nil
  }
}

/// What came how often in one sequence so far, and after which item.
struct OwnSuccessions {
  private var counts: [Int32: Double] = [:]
  private var sum = 0.0
  private var after: [Int32: [Int32: Double]] = [:]
  private var sums: [Int32: Double] = [:]

  /// Takes the next item. O(1).
  mutating func add(_ item: Int32, after previous: Int32?) {
    counts[item, default: 0] += 1
    sum += 1
    guard let previous else { return }
    after[previous, default: [:]][item, default: 0] += 1
    sums[previous, default: 0] += 1
  }

  /// What came after `previous` (`nil`: anywhere), how often, and how often in all.
  func successions(after previous: Int32?) -> (counts: [Int32: Double], sum: Double) {
    guard let previous else { return (counts, sum) }
    return (after[previous] ?? [:], sums[previous] ?? 0)
  }
}
