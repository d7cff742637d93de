extension IndependenceModel {
  /// Probability that a random sequence of `length` items contains `path` as neighbours. O(`length` · path).
  ///
  /// Exact, also for paths that overlap themselves, such as 1 2 1; see ``PathChance``.
  public func containmentProbability(ofPath path: [Int32], length: Int) -> Double {
    PathChance(path: path) { itemProbabilities[$0] ?? 0 }.containmentProbabilities(upTo: length)[length]
  }
}

/// What the chance of a path in independent draws depends on.
///
/// The probability that it is complete for the first time with draw n is that of the path standing there and not
/// before its start, less that of being complete for the first time within it, which needs an overlap with itself:
/// a renewal argument; Feller, "An introduction to probability theory and its applications" 1, Wiley 1968, XIII.
struct PathChance: Hashable, Sendable {
  /// A shift by which a path overlaps itself.
  struct Overlap: Hashable, Sendable {
    let shift: Int
    /// Probability of the items after the overlap, as many as the shift.
    let chance: Double
  }

  /// Number of items.
  let length: Int
  /// Probability of all items.
  let chance: Double
  let overlaps: [Overlap]

  init(length: Int, chance: Double, overlaps: [Overlap] = []) {
    self.length = length
    self.chance = chance
    self.overlaps = overlaps
  }

  init(path: [Int32], itemProbability: (Int32) -> Double) {
    self.init(
      length: path.count, chance: path.reduce(1) { $0 * itemProbability($1) },
      overlaps: (1..<max(1, path.count)).filter { path.dropFirst($0).elementsEqual(path.dropLast($0)) }
        .map { shift in Overlap(shift: shift, chance: path.suffix(shift).reduce(1) { $0 * itemProbability($1) }) })
  }

  /// For every length of a sequence from 0 to `longest` the probability of containing the path.
  func containmentProbabilities(upTo longest: Int) -> [Double] {
    guard length > 0 else { return Array(repeating: 1, count: longest + 1) }
    var complete = Array(repeating: 0.0, count: longest + 1)
    guard longest >= length else { return complete }
    for end in length...longest {
      var first = chance * (1 - complete[end - length])
      for overlap in overlaps {
        let before = end - overlap.shift
        first -= (complete[before] - complete[before - 1]) * overlap.chance
      }
      complete[end] = min(1, complete[end - 1] + max(0, first))
    }
    return complete
  }
}
