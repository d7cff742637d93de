import Foundation
import HabitusKernels
import Testing

@Suite("Shallow classification tree")
struct ShallowTreeTests {
  @Test("one split of four samples is that worked by hand")
  func byHand() throws {
    // Column 0 in order: 0 no, 1 no, 2 yes, 7 yes; midway between 1 and 2 both sides are pure.
    let model = try ShallowTree(maximumDepth: 1, minimumLeafSize: 1)
      .fit(Matrix(rows: [[1, 3], [2, 3], [0, 3], [7, 3]]), target: [false, true, false, true])
    let split = try #require(model.nodes[0].split)
    #expect(split.column == 0 && split.threshold == 1.5)
    #expect(model.nodes.map(\.sampleCount) == [4, 2, 2] && model.nodes.map(\.positiveCount) == [2, 0, 2])
    #expect(try model.positiveShares(Matrix(rows: [[1.5, 0], [1.6, 0]])) == [0, 1])
    #expect(try #require(model.rule).description(columnNames: ["visits", "x"]) == "visits > 1")
  }

  @Test(
    "splits equal scikit-learn's, with missing values and without", .tags(.reference),
    arguments: [
      Expected(
        seed: 2, missingShare: 0, columns: [2, 0, 2, -2, -2, 1, -2, -2, 0, 3, -2, -2, -2],
        thresholds: [
          0.9024429321289062, 0.5999374389648438, 0.089111328125, 0.5052108764648438, 0.8851470947265625,
          0.10961151123046875,
        ],
        samples: [400, 357, 227, 11, 216, 130, 66, 64, 43, 38, 5, 33, 5],
        positives: [119, 79, 12, 3, 9, 67, 61, 6, 40, 37, 4, 33, 3], missingLeft: [1, 1, 0, 1, 1, 0]),
      Expected(
        seed: 6, missingShare: 0, columns: [0, 2, 2, -2, -2, 3, -2, -2, 1, 0, -2, -2, 2, -2, -2],
        thresholds: [
          0.6016082763671875, 0.8983688354492188, 0.7085952758789062, 0.34062957763671875, 0.4937744140625,
          0.6440582275390625, 0.9103546142578125,
        ],
        samples: [400, 249, 227, 171, 56, 22, 7, 15, 151, 78, 9, 69, 73, 64, 9],
        positives: [113, 29, 10, 2, 8, 19, 4, 15, 84, 72, 6, 66, 12, 3, 9], missingLeft: [1, 1, 1, 0, 1, 0, 1]),
      Expected(
        seed: 4, missingShare: 0.2, columns: [2, 1, 0, -2, -2, 2, -2, -2, 4, 2, -2, -2, -2],
        thresholds: [
          0.8999176025390625, 0.48490142822265625, 0.590728759765625, 0.49652099609375, 0.6251220703125,
          0.9743881225585938,
        ],
        samples: [400, 361, 168, 77, 91, 193, 105, 88, 39, 26, 19, 7, 13],
        positives: [122, 88, 72, 4, 68, 16, 14, 2, 34, 21, 14, 7, 13], missingLeft: [1, 0, 0, 1, 1, 1]),
      Expected(
        seed: 6, missingShare: 0.2, columns: [2, 0, 0, -2, -2, 1, -2, -2, 1, -2, 4, -2, -2],
        thresholds: [
          0.8986282348632812, 0.599853515625, .infinity, 0.4937744140625, 0.17708587646484375, 0.18985748291015625,
        ],
        samples: [400, 360, 256, 189, 67, 104, 56, 48, 40, 9, 31, 8, 23],
        positives: [113, 78, 24, 9, 15, 54, 52, 2, 35, 6, 29, 6, 23], missingLeft: [1, 1, 0, 1, 0, 0]),
      Expected(
        seed: 10, missingShare: 0.2, columns: [2, 0, 0, -2, -2, 1, -2, -2, 0, -2, -2],
        thresholds: [0.9023361206054688, 0.6009292602539062, .infinity, 0.4949798583984375, 0.8629074096679688],
        samples: [400, 356, 238, 161, 77, 118, 60, 58, 44, 39, 5],
        positives: [124, 81, 21, 5, 16, 60, 57, 3, 43, 39, 4], missingLeft: [1, 1, 0, 1, 1]),
    ])
  func equalsScikitLearn(expected: Expected) throws {
    // Scripts/reference/shallow_tree.py
    let (points, target) = data(seed: expected.seed, missingShare: expected.missingShare)
    let model = try ShallowTree().fit(points, target: target)
    let nodes = depthFirst(model, 0)
    #expect(nodes.map { $0.split?.column ?? -2 } == expected.columns)
    let splits = nodes.compactMap(\.split)
    #expect(splits.map { $0.threshold ?? .infinity } == expected.thresholds)
    #expect(nodes.map(\.sampleCount) == expected.samples && nodes.map(\.positiveCount) == expected.positives)
    #expect(splits.map { $0.missingGoesLeft ? 1 : 0 } == expected.missingLeft)
  }

  @Test("no split of a column lowers the impurity more", .tags(.differential), arguments: 0..<UInt64(20))
  func matchesExhaustiveSearch(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let rows = (0..<25).map { _ in
      (0..<3).map { _ in
        generator.nextIndex(below: 6) == 0 ? Double.nan : Double(generator.nextIndex(below: 8))
      }
    }
    let target = rows.map { ($0[0] > 3) != (generator.nextIndex(below: 4) == 0) }
    let model = try ShallowTree(maximumDepth: 1, minimumLeafSize: 3).fit(Matrix(rows: rows), target: target)
    func impurity(_ isLeft: ([Double]) -> Bool) -> Double? {
      let sides = [rows.indices.filter { isLeft(rows[$0]) }, rows.indices.filter { !isLeft(rows[$0]) }]
      guard sides.allSatisfy({ $0.count >= 3 }) else { return nil }
      return sides.reduce(0) { sum, side in
        let positives = Double(side.count { target[$0] })
        return sum + positives * (Double(side.count) - positives) / Double(side.count)
      }
    }
    var best = Double.infinity
    for column in 0..<3 {
      for threshold in 0..<9 {
        for missingLeft in [true, false] {
          let found = impurity { $0[column].isNaN ? missingLeft : $0[column] < Double(threshold) }
          best = min(best, found ?? .infinity)
        }
      }
    }
    let split = try #require(model.nodes[0].split)
    let own = try #require(
      impurity { row in model.nodes[0].split.map { _ in model.leaf(of: row) == split.left } ?? false })
    #expect(agree(own, best), "seed \(seed)")
  }

  @Test("samples end in the leaves that counted them, on any number of threads")
  func invariants() throws {
    let (points, target) = data(seed: 3, missingShare: 0.2)
    let model = try ShallowTree(maximumDepth: 5, minimumLeafSize: 2).fit(points, target: target, threadCount: 1)
    let leaves = (0..<400).map { model.leaf(of: points.row($0)) }
    for (index, node) in model.nodes.enumerated() where node.split == nil {
      #expect(leaves.count { $0 == index } == node.sampleCount && node.sampleCount >= 2)
      #expect(zip(leaves, target).count { $0 == index && $1 } == node.positiveCount)
    }
    for count in [2, 3] {
      #expect(
        try ShallowTree(maximumDepth: 5, minimumLeafSize: 2).fit(points, target: target, threadCount: count) == model)
    }
    let stored = try JSONDecoder().decode(ShallowTree.Model.self, from: JSONEncoder().encode(model))
    #expect(stored == model)
  }

  @Test("one class, equal samples and too few samples make a single leaf without a rule")
  func edges() throws {
    let line = Matrix(rows: [[1], [2], [3], [4]])
    for target in [[true, true, true, true], [false, false, false, false]] {
      let model = try ShallowTree(minimumLeafSize: 1).fit(line, target: target)
      #expect(model.nodes.count == 1 && model.rule == nil)
    }
    let mixed = [true, false, true, false]
    #expect(
      try ShallowTree(minimumLeafSize: 1).fit(Matrix(rowCount: 4, columnCount: 2, repeating: 7), target: mixed).rule
        == nil)
    #expect(try ShallowTree(minimumLeafSize: 3).fit(line, target: mixed).nodes.count == 1)
    #expect(try ShallowTree().fit(Matrix(rows: [[1]]), target: [true]).nodes.count == 1)
    #expect(try ShallowTree().fit(Matrix(rowCount: 2, columnCount: 0, values: []), target: [true, false]).rule == nil)
    let missing = Matrix(rows: [[.nan], [.nan], [.nan], [.nan]])
    #expect(try ShallowTree(minimumLeafSize: 1).fit(missing, target: mixed).nodes.count == 1)
  }

  @Test("parameters out of range and unfit data are refused, and a checkpoint can end the fit")
  func refuses() throws {
    let line = Matrix(rows: [[1], [2]])
    #expect(throws: KernelError.noSamples) { try ShallowTree().fit(Matrix(rows: []), target: []) }
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) { try ShallowTree().fit(line, target: [true]) }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try ShallowTree().fit(Matrix(rows: [[1], [.infinity]]), target: [true, false])
    }
    #expect(throws: KernelError.parameter(name: "maximumDepth", value: 7, allowed: "1 to 6")) {
      try ShallowTree(maximumDepth: 7).fit(line, target: [true, false])
    }
    #expect(throws: KernelError.parameter(name: "minimumLeafSize", value: 0, allowed: "1 or more")) {
      try ShallowTree(minimumLeafSize: 0).fit(line, target: [true, false])
    }
    #expect(throws: KernelError.parameter(name: "maximumConjunctionCount", value: 0, allowed: "1 or more")) {
      try ShallowTree(maximumConjunctionCount: 0).fit(line, target: [true, false])
    }
    #expect(throws: KernelError.parameter(name: "simplificationTolerance", value: 2, allowed: "0 to 1")) {
      try ShallowTree(simplificationTolerance: 2).fit(line, target: [true, false])
    }
    #expect(throws: KernelError.columnCount(expected: 1, found: 2)) {
      try ShallowTree().fit(line, target: [true, false]).positiveShares(Matrix(rows: [[1, 2]]))
    }
    #expect(throws: CancellationError.self) {
      try ShallowTree().validated(for: line, target: [true, false]).fit { (_) throws(CancellationError) in
        throw CancellationError()
      }
    }
  }

  struct Expected: Sendable {
    let seed: UInt64
    let missingShare: Double
    let columns: [Int]
    let thresholds: [Double]
    let samples, positives, missingLeft: [Int]
  }

  private func depthFirst(_ model: ShallowTree.Model, _ index: Int) -> [ShallowTree.Model.Node] {
    let node = model.nodes[index]
    guard let split = node.split else { return [node] }
    return [node] + depthFirst(model, split.left) + depthFirst(model, split.right)
  }
}

@Suite("Rules of shallow trees")
struct RuleTests {
  @Test("a rule that made the data is found again, in round numbers", arguments: [0, 0.2])
  func recovers(missingShare: Double) throws {
    let (points, _) = data(seed: 5, missingShare: missingShare)
    let target = (0..<400).map { (points[$0, 0] > 0.6 && points[$0, 1] <= 0.5) || points[$0, 2] > 0.9 }
    let rule = try #require(try ShallowTree(minimumLeafSize: 1).fit(points, target: target).rule)
    #expect(rule.quality.precision > 0.985 && rule.quality.recall > 0.985 && rule.quality.f1Score > 0.985)
    #expect(rule.conjunctions.count == 2 && rule.conjunctions.flatMap(\.conditions).count == 3)
    let text = rule.description(columnNames: ["a", "b", "c", "d", "e"])
    #expect(text.count <= 34 && text.contains(" and ") && text.contains(" or "), "\(text)")
  }

  @Test("a rule's quality is that of its matches", arguments: 0..<UInt64(12))
  func quality(seed: UInt64) throws {
    let (points, target) = data(seed: seed, missingShare: seed.isMultiple(of: 2) ? 0 : 0.3)
    let rule = try #require(try ShallowTree(simplificationTolerance: 0).fit(points, target: target).rule)
    let matches = (0..<400).map { rule.matches(points.row($0)) }
    #expect(rule.quality.matchedCount == matches.count { $0 })
    #expect(rule.quality.matchedPositiveCount == zip(matches, target).count { $0 && $1 })
    #expect(rule.quality.positiveCount == target.count { $0 })
    #expect(rule.conjunctions.count <= 3 && rule.quality.precision > 0.7 && rule.quality.recall > 0.6, "seed \(seed)")
    for conjunction in rule.conjunctions {
      let columns = conjunction.conditions.map(\.column)
      #expect(!columns.isEmpty && columns == Set(columns).sorted())
    }
    // Nothing is left that could go: a rule with one condition less matches other samples worse.
    for (place, conjunction) in rule.conjunctions.enumerated() where conjunction.conditions.count > 1 {
      for dropped in conjunction.conditions.indices {
        let wider = (0..<400).filter { row in
          matches[row]
            || rule.conjunctions[place].conditions.enumerated().allSatisfy { position, condition in
              position == dropped || holds(condition, points[row, condition.column])
            }
        }
        let precision = Double(wider.count { target[$0] }) / Double(wider.count)
        #expect(precision < rule.quality.precision, "seed \(seed)")
      }
    }
  }

  @Test("bounds on one column are merged, and missing values are told when they matter")
  func merged() throws {
    let inside = Matrix(rows: (0..<60).map { [Double($0)] })
    let model = try ShallowTree().fit(inside, target: (0..<60).map { (20..<40).contains($0) })
    #expect(model.rule?.description(columnNames: ["hour"]) == "19 < hour ≤ 39")
    let points = Matrix(rows: (0..<60).map { [$0 < 20 ? .nan : Double($0)] })
    let missing = try ShallowTree().fit(points, target: (0..<60).map { $0 < 20 })
    #expect(missing.rule?.description(columnNames: ["recency"]) == "recency is missing")
    #expect(missing.rule?.matches([.nan]) == true && missing.rule?.matches([3]) == false)
    let present = try ShallowTree().fit(points, target: (0..<60).map { $0 >= 20 })
    #expect(present.rule?.description(columnNames: ["recency"]) == "recency is present")
    let both = try ShallowTree().fit(points, target: (0..<60).map { $0 < 30 })
    #expect(both.rule?.description(columnNames: ["recency"]) == "(recency ≤ 29 or recency is missing)")
    #expect(both.rule?.quality.f1Score == 1 && both.rule?.matches([.nan]) == true)
  }

  @Test("a rare class has a rule though no leaf has a majority of it")
  func rare() throws {
    var generator = SplitMix64(seed: 8)
    let points = Matrix(rows: (0..<1000).map { _ in [generator.nextUnit(), generator.nextUnit()] })
    let target = (0..<1000).map { points[$0, 0] > 0.9 && generator.nextUnit() < 0.4 }
    let rule = try #require(try ShallowTree(maximumDepth: 1).fit(points, target: target).rule)
    #expect(rule.conjunctions.count == 1 && rule.quality.recall == 1 && rule.quality.precision < 0.5)
    #expect(rule.description(columnNames: ["share", "x"]).hasPrefix("share > 0.9"))
  }

  private func holds(_ condition: Rule.Condition, _ value: Double) -> Bool {
    if value.isNaN { return condition.matchesMissing }
    return switch condition.test {
    case .atMost(let bound): value <= bound
    case .above(let bound): value > bound
    case .between(let above, let atMost): value > above && value <= atMost
    case .isPresent: true
    case .isMissing: false
    }
  }
}

/// 400 samples of which those with column 0 above 0.6 and column 1 at most 0.5, or column 2 above 0.9, are positive,
/// but for 5 % of errors; as in Scripts/reference/shallow_tree.py.
private func data(seed: UInt64, missingShare: Double) -> (Matrix, [Bool]) {
  var generator = SplitMix64(seed: seed)
  var points = Matrix(rowCount: 400, columnCount: 5, repeating: 0)
  for row in 0..<400 {
    for column in 0..<5 { points[row, column] = (generator.nextUnit() * 65536).rounded(.down) / 65536 }
  }
  let target = (0..<400).map { row in
    let positive = (points[row, 0] > 0.6 && points[row, 1] <= 0.5) || points[row, 2] > 0.9
    return positive != (generator.nextUnit() < 0.05)
  }
  for row in 0..<400 where generator.nextUnit() < missingShare { points[row, 0] = .nan }
  return (points, target)
}
