/// Turns the leaves of a tree into a short rule for its positive samples.
///
/// Leaves with a larger share of positives than the whole are taken one by one, each time the one that raises F1 most,
/// while it rises. Then what can go goes: bounds, whole conditions, the acceptance of missing values and conjunctions
/// without which neither precision nor recall falls by more than the tolerance. Thresholds have the fewest digits that
/// part the same samples.
struct RuleSearch {
  let points: Matrix
  let target: [Bool]
  let nodes: [ShallowTree.Model.Node]

  /// What a path of splits asks of one column.
  private struct Bounds {
    var above = -Double.infinity
    var atMost = Double.infinity
    var matchesMissing = true

    var isOpen: Bool { above == -.infinity && atMost == .infinity }
    /// No value is above ∞; only missing ones are left.
    var isMissing: Bool { above == .infinity }

    func matches(_ value: Double) -> Bool { value.isNaN ? matchesMissing : value > above && value <= atMost }
  }
  private typealias Path = [Int: Bounds]

  /// The rule; `nil` where no leaf has a larger share of positives than the whole.
  func rule(maximumConjunctionCount: Int, tolerance: Double) -> Rule? {
    var paths = chosenPaths(atMost: maximumConjunctionCount)
    guard !paths.isEmpty else { return nil }
    simplify(&paths, tolerance: tolerance)
    return Rule(conjunctions: paths.map(Self.conjunction), quality: quality(of: paths))
  }

  /// The paths to the leaves that together have the largest F1, found greedily.
  private func chosenPaths(atMost limit: Int) -> [Path] {
    let whole = nodes[0]
    var leaves = self.leaves(below: 0, path: [:]).filter { $0.node.positiveShare > whole.positiveShare }
    var chosen: [Path] = []
    var (samples, positives, score) = (0, 0, 0.0)
    while chosen.count < limit {
      var best: (place: Int, score: Double)?
      for (place, leaf) in leaves.enumerated() {
        let sum = Rule.Quality(
          matchedCount: samples + leaf.node.sampleCount,
          matchedPositiveCount: positives + leaf.node.positiveCount, positiveCount: whole.positiveCount)
        if sum.f1Score > best?.score ?? score { best = (place, sum.f1Score) }
      }
      guard let best else { break }
      let leaf = leaves.remove(at: best.place)
      chosen.append(leaf.path)
      samples += leaf.node.sampleCount
      positives += leaf.node.positiveCount
      score = best.score
    }
    return chosen
  }

  private func leaves(below index: Int, path: Path) -> [(node: ShallowTree.Model.Node, path: Path)] {
    guard let split = nodes[index].split else { return [(nodes[index], path)] }
    let threshold = split.gap.map { shortestNumber(from: $0.lower, below: $0.upper) } ?? .infinity
    var (left, right) = (path, path)
    var bounds = path[split.column] ?? Bounds()
    let matchesMissing = bounds.matchesMissing
    bounds.atMost = min(bounds.atMost, threshold)
    bounds.matchesMissing = matchesMissing && split.missingGoesLeft
    left[split.column] = bounds
    bounds = path[split.column] ?? Bounds()
    bounds.above = max(bounds.above, threshold)
    bounds.matchesMissing = matchesMissing && !split.missingGoesLeft
    right[split.column] = bounds
    return leaves(below: split.left, path: left) + leaves(below: split.right, path: right)
  }

  /// Drops things one by one, each time what costs least, while precision and recall stay near those of the start.
  private func simplify(_ paths: inout [Path], tolerance: Double) {
    let start = quality(of: paths)
    while true {
      var best: (paths: [Path], score: Double)?
      for simpler in Self.simplifications(of: paths) {
        let quality = quality(of: simpler)
        guard quality.precision >= start.precision - tolerance, quality.recall >= start.recall - tolerance else {
          continue
        }
        if quality.f1Score > best?.score ?? -1 { best = (simpler, quality.f1Score) }
      }
      guard let best else { return }
      paths = best.paths
    }
  }

  /// All rules with one thing less: a conjunction, a condition, the acceptance of missing values, or a bound.
  private static func simplifications(of paths: [Path]) -> [[Path]] {
    var simpler: [[Path]] = []
    func add(_ place: Int, _ column: Int, _ bounds: Bounds?) {
      var changed = paths
      changed[place][column] = bounds
      simpler.append(changed)
    }
    for place in paths.indices where paths.count > 1 {
      var changed = paths
      changed.remove(at: place)
      simpler.append(changed)
    }
    for (place, path) in paths.enumerated() {
      for (column, bounds) in path.sorted(by: { $0.key < $1.key }) {
        if path.count > 1 { add(place, column, nil) }
        if bounds.matchesMissing, !bounds.isMissing {
          var changed = bounds
          changed.matchesMissing = false
          add(place, column, changed)
        }
        if bounds.above.isFinite, bounds.atMost.isFinite {
          var changed = bounds
          changed.above = -.infinity
          add(place, column, changed)
          changed = bounds
          changed.atMost = .infinity
          add(place, column, changed)
        }
      }
    }
    return simpler
  }

  private func quality(of paths: [Path]) -> Rule.Quality {
    let conditions = paths.map { path in path.map { (column: $0.key, bounds: $0.value) } }
    var (matched, positives) = (0, 0)
    for row in 0..<points.rowCount {
      let start = row * points.columnCount
      guard conditions.contains(where: { $0.allSatisfy { $0.bounds.matches(points.values[start + $0.column]) } })
      else { continue }
      matched += 1
      if target[row] { positives += 1 }
    }
    return Rule.Quality(
      matchedCount: matched, matchedPositiveCount: positives, positiveCount: nodes[0].positiveCount)
  }

  private static func conjunction(of path: Path) -> Rule.Conjunction {
    Rule.Conjunction(
      conditions: path.sorted { $0.key < $1.key }.map { column, bounds in
        let test: Rule.Test =
          if bounds.isMissing {
            .isMissing
          } else if bounds.isOpen {
            .isPresent
          } else if bounds.above == -.infinity {
            .atMost(bounds.atMost)
          } else if bounds.atMost == .infinity {
            .above(bounds.above)
          } else {
            .between(above: bounds.above, atMost: bounds.atMost)
          }
        return Rule.Condition(column: column, test: test, matchesMissing: bounds.matchesMissing)
      })
  }
}

/// The number with the fewest decimal places (or most trailing zeros) in `lower..<upper`; of several the one nearest
/// the middle.
///
/// - Precondition: both are finite, and `lower` is less than `upper`.
func shortestNumber(from lower: Double, below upper: Double) -> Double {
  if lower <= 0, upper > 0 { return 0 }
  let middle = lower / 2 + upper / 2
  for exponent in stride(from: 15, through: -17, by: -1) {
    // Powers of ten up to 10²² are exact, so that quotients are the doubles nearest to decimal numbers.
    let power = powerOfTen(abs(exponent))
    let scaled = exponent >= 0 ? middle / power : middle * power
    for digits in [scaled.rounded(), scaled.rounded(.down)] {
      let candidate = exponent >= 0 ? digits * power : digits / power
      if candidate >= lower, candidate < upper { return candidate }
    }
  }
  return middle >= lower && middle < upper ? middle : lower
}

private func powerOfTen(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { power, _ in power * 10 } }
