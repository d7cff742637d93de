extension ShallowTree.Plan {
  /// Grows the tree and derives its rule. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// O(columns · rows · (log rows + depth)) time and O(columns · rows) memory; `checkpoint` is called after sorting and
  /// after every level.
  public func fit(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> ShallowTree.Model {
    let columns = concurrentMap(count: points.columnCount, threadCount: threadCount) {
      SortedColumn(points.column($0))
    }
    try checkpoint(FitProgress(completedCount: 1, maximumCount: parameters.maximumDepth + 1))
    var nodes = [ShallowTree.Model.Node(sampleCount: target.count, positiveCount: target.count { $0 }, split: nil)]
    var nodeOfRow = Array(repeating: Int32(0), count: target.count)
    var level = 0..<1
    for depth in 0..<parameters.maximumDepth where !level.isEmpty {
      let (parents, nodesOfRow, candidates) = (nodes, nodeOfRow, level)
      let found = concurrentMap(count: columns.count, threadCount: threadCount) { column in
        bestSplits(of: candidates, at: columns[column], nodes: parents, nodeOfRow: nodesOfRow)
      }
      let start = nodes.count
      for index in level {
        var best: (column: Int, split: Candidate)?
        for (column, splits) in found.enumerated() {
          guard let split = splits[index - level.lowerBound] else { continue }
          if best.map({ split.impurity < $0.split.impurity }) ?? true { best = (column, split) }
        }
        if let best { Self.split(index, at: best.column, best.split, &nodes) }
      }
      moveRows(&nodeOfRow, nodes)
      level = start..<nodes.count
      try checkpoint(FitProgress(completedCount: depth + 2, maximumCount: parameters.maximumDepth + 1))
    }
    return ShallowTree.Model(
      nodes: nodes, columnCount: points.columnCount,
      rule: RuleSearch(points: points, target: target, nodes: nodes)
        .rule(
          maximumConjunctionCount: parameters.maximumConjunctionCount,
          tolerance: parameters.simplificationTolerance))
  }

  /// ``fit(threadCount:checkpoint:)`` without checkpoints.
  public func fit(threadCount: Int? = nil) -> ShallowTree.Model {
    do {
      return try fit(threadCount: threadCount) { (_) throws(CancellationError) in }
    } catch {
      preconditionFailure("a fit without checkpoints is never cancelled")
    }
  }

  /// A column's values, ascending, with their rows; the rows with missing values apart.
  private struct SortedColumn: Sendable {
    let values: [Double]
    let rows: [Int32]
    let missingRows: [Int32]

    init(_ column: [Double]) {
      let present = column.indices.filter { !column[$0].isNaN }.map { (value: column[$0], row: Int32($0)) }
      let sorted = present.sorted { $0.value < $1.value }
      values = sorted.map(\.value)
      rows = sorted.map(\.row)
      missingRows = column.indices.filter { column[$0].isNaN }.map { Int32($0) }
    }
  }

  /// Samples, and the positive ones.
  private struct Counts: Sendable {
    var samples = 0
    var positives = 0

    /// Gini's impurity times samples, halved; 0 without samples.
    var impurity: Double {
      samples > 0 ? Double(positives) * Double(samples - positives) / Double(samples) : 0
    }
    static func + (first: Counts, second: Counts) -> Counts {
      Counts(samples: first.samples + second.samples, positives: first.positives + second.positives)
    }
    static func - (first: Counts, second: Counts) -> Counts {
      Counts(samples: first.samples - second.samples, positives: first.positives - second.positives)
    }
    mutating func add(_ isPositive: Bool) {
      samples += 1
      if isPositive { positives += 1 }
    }
  }

  private struct Candidate: Sendable {
    let impurity: Double
    let gap: ShallowTree.Model.Gap?
    let missingGoesLeft: Bool
    let left, right: Counts
  }

  /// What is known of a node while a column is passed in ascending order.
  private struct Scan {
    let whole: Counts
    let minimumLeafSize: Int
    var missing = Counts()
    var left = Counts()
    var last = 0.0
    var best: Candidate?

    init(_ node: ShallowTree.Model.Node, minimumLeafSize: Int) {
      whole = Counts(samples: node.sampleCount, positives: node.positiveCount)
      self.minimumLeafSize = minimumLeafSize
    }

    mutating func take(_ value: Double, _ isPositive: Bool) {
      if left.samples > 0, value > last {
        let gap = ShallowTree.Model.Gap(lower: last, upper: value)
        if missing.samples > 0 {
          consider(left + missing, gap, missingGoesLeft: true)
          consider(left, gap, missingGoesLeft: false)
        } else {
          consider(left, gap, missingGoesLeft: left.samples > whole.samples - left.samples)
        }
      }
      left.add(isPositive)
      last = value
    }

    /// Missing values alone on the right.
    mutating func finish() {
      if missing.samples > 0 { consider(left, nil, missingGoesLeft: false) }
    }

    private mutating func consider(_ left: Counts, _ gap: ShallowTree.Model.Gap?, missingGoesLeft: Bool) {
      let right = whole - left
      guard min(left.samples, right.samples) >= minimumLeafSize else { return }
      let impurity = left.impurity + right.impurity
      // A split must lower the impurity by more than rounding.
      guard impurity < best?.impurity ?? (whole.impurity * (1 - 1e-12)) else { return }
      best = Candidate(impurity: impurity, gap: gap, missingGoesLeft: missingGoesLeft, left: left, right: right)
    }
  }

  /// For every node of a level its best split at one column.
  private func bestSplits(
    of level: Range<Int>, at column: SortedColumn, nodes: [ShallowTree.Model.Node], nodeOfRow: [Int32]
  ) -> [Candidate?] {
    var scans = level.map { Scan(nodes[$0], minimumLeafSize: parameters.minimumLeafSize) }
    for row in column.missingRows {
      let index = Int(nodeOfRow[Int(row)]) - level.lowerBound
      if index >= 0 { scans[index].missing.add(target[Int(row)]) }
    }
    for (value, row) in zip(column.values, column.rows) {
      let index = Int(nodeOfRow[Int(row)]) - level.lowerBound
      if index >= 0 { scans[index].take(value, target[Int(row)]) }
    }
    for index in scans.indices { scans[index].finish() }
    return scans.map(\.best)
  }

  private static func split(
    _ index: Int, at column: Int, _ candidate: Candidate, _ nodes: inout [ShallowTree.Model.Node]
  ) {
    nodes[index].split = ShallowTree.Model.Split(
      column: column, threshold: candidate.gap?.middle, missingGoesLeft: candidate.missingGoesLeft,
      left: nodes.count, right: nodes.count + 1, gap: candidate.gap)
    for side in [candidate.left, candidate.right] {
      nodes.append(
        ShallowTree.Model.Node(sampleCount: side.samples, positiveCount: side.positives, split: nil))
    }
  }

  /// Moves every row of a split node to a child.
  private func moveRows(_ nodeOfRow: inout [Int32], _ nodes: [ShallowTree.Model.Node]) {
    for row in nodeOfRow.indices {
      guard let split = nodes[Int(nodeOfRow[row])].split else { continue }
      nodeOfRow[row] = Int32(split.goesLeft(points[row, split.column]) ? split.left : split.right)
    }
  }
}
