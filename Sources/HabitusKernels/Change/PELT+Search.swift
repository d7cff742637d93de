extension PELT.Penalty {
  /// What a change must gain in a series of `sampleCount` samples, apart from terms by length.
  func value(sampleCount: Int, parameterCount: Int) -> Double {
    let logarithm = Double.log(Double(sampleCount))
    return switch self {
    case .bayesianInformation: Double(parameterCount + 1) * logarithm
    case .modifiedBayesianInformation: Double(parameterCount + 2) * logarithm
    case .constant(let value): value
    }
  }

  /// Whether a segment also costs the logarithm of its length.
  var countsLengths: Bool { self == .modifiedBayesianInformation }
}

extension PELT.Plan {
  /// Cuts the series. O(*n*) to O(*n*²) time, O(*n*) memory.
  ///
  /// - Parameter checkpoint: called after every thousand samples.
  /// - Throws: what `checkpoint` throws.
  public func segmentation(checkpoint: Checkpoint) throws(CancellationError) -> Segmentation {
    var search = search()
    while search.advance(samples: 1000) {
      try checkpoint(FitProgress(completedCount: search.end, maximumCount: cost.sampleCount))
    }
    return search.segmentation()
  }

  /// Cuts the series. O(*n*) to O(*n*²) time, O(*n*) memory.
  public func segmentation() -> Segmentation {
    var search = search()
    while search.advance(samples: cost.sampleCount) {}
    return search.segmentation()
  }

  private func search() -> PELTSearch<Cost> {
    PELTSearch(
      cost: cost, minimumLength: max(parameters.minimumLength, cost.minimumLength),
      penalty: parameters.penalty.value(sampleCount: cost.sampleCount, parameterCount: cost.parameterCount),
      countsLengths: parameters.penalty.countsLengths)
  }
}

/// The state of the search after the samples before ``end``.
private struct PELTSearch<Cost: SegmentCost> {
  let cost: Cost
  let minimumLength: Int
  let penalty: Double
  let countsLengths: Bool
  /// The samples before it are cut.
  private(set) var end = 0
  /// By end of the prefix: the least penalised cost, where segments cost `penalty` each and the first gets it back.
  private var best: [Double]
  /// By end of the prefix: the start of its last segment.
  private var lastStart: [Int]
  /// Where the last segment may start, ascending.
  private var candidates: [Int] = []
  /// By candidate: the first end at which it can no longer be of use.
  private var expiries: [Int] = []
  private var costs: [Double] = []
  private let logarithms: [Double]
  /// How much a split may raise the sum of costs by terms of length: log(a) + log(b) − log(a + b) ≤ log(*n*/4).
  private let slack: Double

  init(cost: Cost, minimumLength: Int, penalty: Double, countsLengths: Bool) {
    self.cost = cost
    self.minimumLength = minimumLength
    self.penalty = penalty
    self.countsLengths = countsLengths
    best = Array(repeating: .infinity, count: cost.sampleCount + 1)
    best[0] = -penalty
    lastStart = Array(repeating: 0, count: cost.sampleCount + 1)
    logarithms = countsLengths ? (0...cost.sampleCount).map { Double.log(Double(max(1, $0))) } : []
    slack = countsLengths ? max(0, Double.log(Double(cost.sampleCount) / 4)) : 0
  }

  /// Takes up to `samples` more; `false` when there is none left.
  mutating func advance(samples: Int) -> Bool {
    let limit = min(cost.sampleCount, end + samples)
    while end < limit {
      end += 1
      if end >= minimumLength { extend() }
    }
    return end < cost.sampleCount
  }

  private mutating func extend() {
    let start = end - minimumLength
    if best[start] < .infinity {
      candidates.append(start)
      expiries.append(.max)
    }
    guard !candidates.isEmpty else { return }
    cost.writeCosts(from: candidates, to: end, into: &costs)
    let (least, leastStart) = leastCost()
    best[end] = least + penalty
    lastStart[end] = leastStart
    prune()
  }

  /// Adds to ``costs`` what goes before each candidate; the least sum and the first candidate that has it.
  private mutating func leastCost() -> (cost: Double, start: Int) {
    let (end, countsLengths, best, logarithms) = (end, countsLengths, best, logarithms)
    var (least, leastStart) = (Double.infinity, 0)
    // Unsafe access makes the search about twice as fast: these two loops run through all candidates for every sample.
    costs.withUnsafeMutableBufferPointer { costs in
      candidates.withUnsafeBufferPointer { candidates in
        for index in candidates.indices {
          let candidate = candidates[index]
          var sum = costs[index] + best[candidate]
          if countsLengths { sum += logarithms[end - candidate] }
          costs[index] = sum
          if sum < least { (least, leastStart) = (sum, candidate) }
        }
      }
    }
    return (least, leastStart)
  }

  /// Drops the candidates that a change at ``end`` beats by now. It may be made only once a segment from there on is
  /// long enough, so that is when they expire.
  private mutating func prune() {
    // A little room for rounding, without which equals would be lost.
    let bound = best[end] + slack + 1e-9 * max(1, abs(best[end]))
    let (expiry, next, count) = (end + minimumLength, end + 1, candidates.count)
    var kept = 0
    candidates.withUnsafeMutableBufferPointer { candidates in
      expiries.withUnsafeMutableBufferPointer { expiries in
        costs.withUnsafeBufferPointer { costs in
          for index in 0..<count {
            let own = costs[index] > bound ? min(expiries[index], expiry) : expiries[index]
            if own <= next { continue }
            candidates[kept] = candidates[index]
            expiries[kept] = own
            kept += 1
          }
        }
      }
    }
    candidates.removeSubrange(kept...)
    expiries.removeSubrange(kept...)
  }

  /// Follows the starts of the last segments back.
  func segmentation() -> Segmentation {
    var breakpoints: [Int] = []
    var start = lastStart[cost.sampleCount]
    while start > 0 {
      breakpoints.append(start)
      start = lastStart[start]
    }
    breakpoints.reverse()
    // A series shorter than a segment is one all the same, whose cost is not defined.
    let isLongEnough = cost.sampleCount >= minimumLength
    return Segmentation(
      sampleCount: cost.sampleCount, breakpoints: breakpoints,
      cost: isLongEnough ? cost.totalCost(breakpoints: breakpoints) : 0,
      penalizedCost: isLongEnough ? best[cost.sampleCount] : 0, penalty: penalty)
  }
}
