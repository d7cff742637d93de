extension NextEvent {
  /// Strengths under which sequences that were not counted are likeliest, given counts of others.
  ///
  /// Found one after the other, to about 1 % each, over 0.001…1,000,000 observations, until the log-likelihood rises by
  /// less than 10⁻⁵ of itself, at most six times round. Where an order does not help, the estimate before it gets so
  /// much strength that the order no longer counts.
  ///
  /// - Parameters:
  ///   - order: the most items to go by, 0 to 8.
  ///   - usesOwn: whether the past of a sequence itself counts.
  ///   - marksBeginnings: see ``marksBeginnings``.
  ///   - training: sequences to count.
  ///   - heldOut: other sequences, best later ones of the same kind.
  ///   - firstPlaces: for each of these, the index of the first item that is to be predicted, as what comes before is
  ///     known already; `nil`: 0.
  /// - Throws: ``KernelError``: `noSamples` where there is nothing to count or to predict, `sampleCount` for another
  ///   number of places than sequences, `parameter` for an order or a place out of range.
  public static func fitted(
    order: Int, usesOwn: Bool = false, marksBeginnings: Bool = false, training: SequenceDatabase,
    heldOut: SequenceDatabase, from firstPlaces: [Int]? = nil
  ) throws(KernelError) -> NextEvent {
    guard (0...8).contains(order) else { throw .parameter(name: "order", value: Double(order), allowed: "0 to 8") }
    let start = NextEvent(
      strengths: Array(repeating: 5, count: order + 1), ownStrengths: usesOwn ? [20, 20] : [],
      marksBeginnings: marksBeginnings)
    let model = try start.fit(training)
    var chains = EstimateChains(linkCount: order + 1 + start.ownStrengths.count, itemCount: model.items.count)
    try model.visit(heldOut, from: firstPlaces) { sequence, place, own in
      chains.add(model.links(to: sequence[place], after: sequence[..<place], own: own))
    }
    guard chains.count > 0 else { throw .noSamples }
    let found = chains.likeliestStrengths(from: start.strengths + start.ownStrengths)
    return NextEvent(
      strengths: Array(found[...order]), ownStrengths: Array(found[(order + 1)...]), marksBeginnings: marksBeginnings)
  }
}

extension NextEvent.Model {
  /// Calls `body` with every sequence, each place in it to be predicted, and what the sequence has shown before.
  func visit(
    _ sequences: SequenceDatabase, from firstPlaces: [Int]?,
    _ body: (ArraySlice<Int32>, _ place: Int, OwnSuccessions) -> Void
  ) throws(KernelError) {
    if let firstPlaces, firstPlaces.count != sequences.sequenceCount {
      throw .sampleCount(expected: sequences.sequenceCount, found: firstPlaces.count)
    }
    if let wrong = firstPlaces?.first(where: { $0 < 0 }) {
      throw .parameter(name: "firstPlaces", value: Double(wrong), allowed: "0 or more")
    }
    for index in 0..<sequences.sequenceCount {
      let sequence = sequences.sequence(index)
      let first = firstPlaces?[index] ?? 0
      var own = OwnSuccessions()
      for place in sequence.indices {
        if place - sequence.startIndex >= first { body(sequence, place, own) }
        guard !parameters.ownStrengths.isEmpty else { continue }
        own.add(sequence[place], after: place > sequence.startIndex ? sequence[place - 1] : nil)
      }
    }
  }

  /// Of every link of the chain of estimates, how often the item, and how often anything, was seen; 0 and 0 where the
  /// context is unknown.
  fileprivate func links(to item: Int32, after history: ArraySlice<Int32>, own: OwnSuccessions) -> [Double] {
    var links: [Double] = []
    let nodes = nodes(after: history)
    let number = number(of: item).map { Int32($0) }
    for order in parameters.strengths.indices {
      let node = order < nodes.count ? nodes[order] : nil
      links.append(node.flatMap { node in number.map { tree.count(of: $0, after: node) } } ?? 0)
      links.append(node.map(tree.total(of:)) ?? 0)
    }
    for order in parameters.ownStrengths.indices {
      let (counts, sum) = own.successions(after: order == 0 ? nil : history.last)
      links += [number == nil ? 0 : counts[item] ?? 0, sum]
    }
    return links
  }
}

/// Chains of counts that lead to probabilities, equal ones counted together.
private struct EstimateChains {
  let linkCount: Int
  let itemCount: Int
  private var weights: [[Double]: Double] = [:]

  init(linkCount: Int, itemCount: Int) {
    self.linkCount = linkCount
    self.itemCount = itemCount
  }

  var count: Double { weights.values.reduce(0, +) }

  mutating func add(_ links: [Double]) { weights[links, default: 0] += 1 }

  /// Coordinate ascent from some strengths.
  func likeliestStrengths(from start: [Double]) -> [Double] {
    let sorted = weights.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    let (links, weights) = (sorted.flatMap(\.key), sorted.map(\.value))
    func logLikelihood(_ strengths: [Double]) -> Double {
      var sum = 0.0
      for (index, weight) in weights.enumerated() {
        var estimate = 1 / Double(itemCount + 1)
        for link in 0..<linkCount {
          let place = 2 * (index * linkCount + link)
          guard links[place + 1] > 0 else { continue }
          estimate = (links[place] + strengths[link] * estimate) / (links[place + 1] + strengths[link])
        }
        sum += weight * Double.log(estimate)
      }
      return sum
    }
    var strengths = start
    var best = logLikelihood(strengths)
    for _ in 0..<6 {
      let before = best
      for link in strengths.indices {
        var tried = strengths
        let (logarithm, value) = maximum(in: Double.log(1e-3)...Double.log(1e6), width: 0.01) {
          tried[link] = Double.exp($0)
          return logLikelihood(tried)
        }
        if value > best {
          best = value
          strengths[link] = Double.exp(logarithm)
        }
      }
      if best - before <= 1e-5 * abs(best) { break }
    }
    return strengths
  }
}

/// The place and value of the greatest maximum that a grid of 13 points shows, refined to within `width` by
/// golden-section search between its neighbours.
private func maximum(
  in range: ClosedRange<Double>, width: Double, of function: (Double) -> Double
) -> (place: Double, value: Double) {
  let step = (range.upperBound - range.lowerBound) / 12
  let grid = (0...12).map { index in
    let place = range.lowerBound + Double(index) * step
    return (place: place, value: function(place))
  }
  let peak = grid.max { $0.value < $1.value } ?? grid[0]
  let golden = (5.0.squareRoot() - 1) / 2
  var (low, high) = (max(range.lowerBound, peak.place - step), min(range.upperBound, peak.place + step))
  var left = (place: high - golden * (high - low), value: 0.0)
  var right = (place: low + golden * (high - low), value: 0.0)
  (left.value, right.value) = (function(left.place), function(right.place))
  while high - low > width {
    if left.value >= right.value {
      (high, right) = (right.place, left)
      left.place = high - golden * (high - low)
      left.value = function(left.place)
    } else {
      (low, left) = (left.place, right)
      right.place = low + golden * (high - low)
      right.value = function(right.place)
    }
  }
  return [peak, left, right].max { $0.value < $1.value } ?? peak
}
