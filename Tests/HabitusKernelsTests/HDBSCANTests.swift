import Foundation
import HabitusKernels
import Testing

@Suite("HDBSCAN")
struct HDBSCANTests {
  /// Two groups 8 apart and a point 18 from them.
  let line = Matrix(rows: [[10], [0], [1], [30], [2], [11], [12]])

  @Test("finds two groups and an outlier: everything worked by hand")
  func byHand() throws {
    let model = try HDBSCAN(minimumClusterSize: 3, minimumSampleCount: 1).fit(line)
    #expect(model.labels == [0, 1, 1, .noise, 1, 0, 0])
    #expect(model.coreDistances == [1, 1, 1, 18, 1, 1, 1])
    #expect(model.probabilities == [1, 1, 1, 0, 1, 1, 1])
    // The outlier leaves at density 1/18; the densest there is has density 1.
    #expect(agree(model.outlierScores[3], 1 - 1 / 18.0))
    #expect(model.outlierScores.enumerated().allSatisfy { $0 == 3 || $1 == 0 })
    // From density 1/8 to 1, for three points each.
    #expect(model.persistences == [0.875, 0.875])
    let tree = try #require(model.condensedTree)
    #expect(tree.clusters.map(\.parent) == [nil, 0, 0])
    #expect(tree.clusters.map(\.birthDensity) == [0, 0.125, 0.125])
    #expect(tree.clusters.map(\.size) == [7, 3, 3])
    #expect(tree.lastClusters == [1, 2, 2, 0, 2, 1, 1])
    #expect(model.chosenClusters == [1, 2])
    #expect(model.diagnostics.isEmpty)
  }

  @Test("joins clusters that part below epsilon, and all points where that is allowed")
  func epsilon() throws {
    let points = Matrix(rows: [[0], [1], [2], [10], [11], [12], [100], [101], [102]])
    func labels(epsilon: Double, single: Bool = false) throws -> [Int32] {
      try HDBSCAN(
        minimumClusterSize: 3, minimumSampleCount: 1, selection: .leaf, allowsSingleCluster: single, epsilon: epsilon
      ).fit(points).labels.map(\.rawValue)
    }
    #expect(try labels(epsilon: 8) == [0, 0, 0, 1, 1, 1, 2, 2, 2])
    #expect(try labels(epsilon: 8.5) == [0, 0, 0, 0, 0, 0, 1, 1, 1])
    #expect(try labels(epsilon: 500) == [0, 0, 0, 0, 0, 0, 1, 1, 1])
    #expect(try labels(epsilon: 500, single: true) == Array(repeating: 0, count: 9))
  }

  @Test("agrees with hdbscan and fast_hdbscan", .tags(.reference))
  func matchesPackages() throws {
    for reference in try DensityReference.all() {
      for expected in reference.hdbscan {
        let model = try HDBSCAN(
          minimumClusterSize: expected.minimumClusterSize, minimumSampleCount: expected.minimumSampleCount,
          selection: expected.isLeaf ? .leaf : .excessOfMass
        ).fit(Matrix(rows: reference.points))
        let labels = expected.labels.map(ClusterLabel.init(rawValue:))
        let scores = zip(model.outlierScores, expected.outlierScores)
        let probabilities = zip(model.probabilities, expected.probabilities)
        if expected.minimumSampleCount == 1 {
          // Without ties between core distances there is one tree.
          #expect(try adjustedRandIndex(between: model.labels, and: labels) == 1, "\(reference.name)")
          #expect(probabilities.allSatisfy { agree($0, $1, tolerance: 1e-9) }, "\(reference.name)")
          #expect(scores.allSatisfy { agree($0, $1, tolerance: 1e-9) }, "\(reference.name)")
          let persistences = zip(model.persistences.sorted(), expected.persistences.sorted())
          #expect(model.persistences.count == expected.persistences.count)
          #expect(persistences.allSatisfy { agree($0, $1, tolerance: 1e-9) }, "\(reference.name)")
        } else {
          let fastLabels = expected.fastLabels.map(ClusterLabel.init(rawValue:))
          #expect(try adjustedRandIndex(between: model.labels, and: labels) >= 0.99, "\(reference.name)")
          #expect(try adjustedRandIndex(between: model.labels, and: fastLabels) >= 0.99, "\(reference.name)")
          // The packages put points between parts of equal distance into one of them.
          let count = Double(labels.count)
          #expect(Double(scores.count { agree($0, $1, tolerance: 1e-9) }) >= 0.97 * count, "\(reference.name)")
          #expect(Double(probabilities.count { agree($0, $1, tolerance: 1e-9) }) >= 0.97 * count, "\(reference.name)")
        }
      }
    }
  }

  @Test("has the tree and the choice that definitions give", .tags(.differential), arguments: 0..<UInt64(24))
  func matchesDefinition(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let rows = 8 + generator.nextIndex(below: seed % 12 == 0 ? 100 : 25)
    let points = scattered(
      &generator, rows: rows, columns: 1 + generator.nextIndex(below: 3), gridSize: seed % 2 == 0 ? 6 : nil)
    let parameters = HDBSCAN(
      minimumClusterSize: 2 + generator.nextIndex(below: 4), minimumSampleCount: 1 + generator.nextIndex(below: 4),
      selection: seed % 5 == 0 ? .leaf : .excessOfMass, allowsSingleCluster: seed % 3 == 0)
    let model = try parameters.fit(points)
    let tree = try #require(model.condensedTree)
    let twin = HierarchyTwin(points, parameters)
    #expect(tree.clusters.map(\.parent) == twin.parents)
    #expect(tree.clusters.map(\.size) == twin.sizes)
    #expect(tree.lastClusters == twin.lastClusters)
    #expect(zip(tree.departureDensities, twin.departures).allSatisfy { agree($0, $1) })
    #expect(zip(tree.clusters.map(\.birthDensity), twin.births).allSatisfy { agree($0, $1) })
    if parameters.selection == .excessOfMass {
      let chosen = model.chosenClusters.reduce(0) { $0 + twin.stability(of: $1) }
      #expect(agree(chosen, twin.bestTotalStability(allowsRoot: parameters.allowsSingleCluster), tolerance: 1e-9))
    }
    for (row, label) in model.labels.enumerated() {
      #expect((model.probabilities[row] > 0) == !label.isNoise)
      #expect(model.outlierScores[row] >= 0 && model.outlierScores[row] < 1)
    }
    #expect(model.clusterSizes.allSatisfy { $0 > 0 })
    #expect(model.clusterSizes == model.clusterSizes.sorted(by: >))

    let again = try model.classifier().memberships(of: points)
    #expect(again.map(\.label) == model.labels)
    #expect(zip(again, model.probabilities).allSatisfy { agree($0.probability, $1) })
    #expect(try parameters.fit(points, threadCount: 1) == model)
    #expect(try parameters.fit(points, threadCount: 3) == model)
  }

  @Test("does not depend on the order of rows", arguments: 0..<UInt64(6))
  func isIndependentOfOrder(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let points = scattered(&generator, rows: 120, columns: 2, gridSize: seed % 2 == 0 ? 15 : nil)
    let order = (0..<120).map { $0 * 7 % 120 }
    let parameters = HDBSCAN(minimumClusterSize: 4, minimumSampleCount: 3)
    let model = try parameters.fit(points)
    let permuted = try parameters.fit(points.selectingRows(order))
    #expect(try adjustedRandIndex(between: permuted.labels, and: order.map { model.labels[$0] }) == 1)
    for (place, row) in order.enumerated() {
      #expect(agree(permuted.outlierScores[place], model.outlierScores[row]))
      #expect(agree(permuted.probabilities[place], model.probabilities[row]))
    }
  }

  @Test("gives the same bits on any number of threads")
  func threads() throws {
    let points = groups(seed: 11, rows: 1_200, columns: 4, groupCount: 4, distance: 2)
    let parameters = HDBSCAN(minimumClusterSize: 10)
    let model = try parameters.fit(points, threadCount: 1)
    #expect(model.clusterCount == 4)
    #expect(try parameters.fit(points, threadCount: 2) == model)
    #expect(try parameters.fit(points, threadCount: 3) == model)
  }

  @Test("classifies new points")
  func predicts() throws {
    let model = try HDBSCAN(minimumClusterSize: 3, minimumSampleCount: 1).fit(line)
    let found = try model.classifier().memberships(of: Matrix(rows: [[11.5], [5], [50], [-3]]))
    // Core distances are those of the second nearest: 0.5, 4, 38 and 4. The groups join at 8.
    #expect(found.map(\.label) == [0, 1, .noise, 1])
    #expect(found.map(\.probability) == [1, 0.25, 0, 0.25])
    #expect(try model.predict(line) == model.labels)
    #expect(throws: KernelError.columnCount(expected: 1, found: 2)) { try model.predict(Matrix(rows: [[1, 2]])) }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) { try model.predict(Matrix(rows: [[.nan]])) }
  }

  @Test("survives coding, and refuses what does not fit together")
  func coding() throws {
    for model in [
      try HDBSCAN(minimumClusterSize: 3, minimumSampleCount: 1).fit(line), try HDBSCAN(minimumClusterSize: 8).fit(line),
    ] {
      #expect(try JSONDecoder().decode(HDBSCAN.Model.self, from: JSONEncoder().encode(model)) == model)
    }
    let data = try JSONEncoder().encode(try HDBSCAN(minimumClusterSize: 3, minimumSampleCount: 1).fit(line))
    let text = String(decoding: data, as: UTF8.self)
    #expect(text.contains("\"chosenClusters\":[1,2]"))
    let broken = text.replacing("\"chosenClusters\":[1,2]", with: "\"chosenClusters\":[1,9]")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(HDBSCAN.Model.self, from: Data(broken.utf8))
    }
  }

  @Test("has answers for few, identical and evenly spread points")
  func edgeCases() throws {
    let one = try HDBSCAN(minimumClusterSize: 2).fit(Matrix(rows: [[5]]))
    #expect(one.labels == [.noise] && one.outlierScores == [0] && one.clusterCount == 0)
    #expect(one.diagnostics == [.fewerPointsThanCluster(minimumClusterSize: 2, found: 1)])
    #expect(try one.predict(Matrix(rows: [[5]])) == [.noise])

    let same = Matrix(rowCount: 200, columnCount: 3, repeating: 0.3)
    #expect(try HDBSCAN(minimumClusterSize: 5).fit(same).labels.allSatisfy(\.isNoise))
    let single = try HDBSCAN(minimumClusterSize: 5, allowsSingleCluster: true).fit(same)
    #expect(single.clusterSizes == [200])
    #expect(single.probabilities.allSatisfy { $0 == 1 } && single.outlierScores.allSatisfy { $0 == 0 })

    // Two places with many points each are two clusters, as dense as each other.
    let places = Matrix(rows: (0..<40).map { [$0 % 2 == 0 ? 0 : 7, 1] })
    let two = try HDBSCAN(minimumClusterSize: 10).fit(places)
    #expect(two.labels == (0..<40).map { ClusterLabel($0 % 2) })

    let few = try HDBSCAN(minimumClusterSize: 2, minimumSampleCount: 9).fit(Matrix(rows: [[0], [1], [5]]))
    #expect(few.coreDistances == [5, 4, 5])
    #expect(few.diagnostics == [.fewerOthersThanSamples(requested: 9, found: 2)])
    let flat = try HDBSCAN(minimumClusterSize: 2, allowsSingleCluster: true).fit(
      Matrix(rowCount: 4, columnCount: 0, values: []))
    #expect(flat.clusterSizes == [4])
  }

  @Test("suggests larger clusters for more points")
  func suggestion() {
    #expect([0, 50, 120, 1_000, 100_000].map(HDBSCAN.suggestedMinimumClusterSize) == [5, 5, 8, 22, 221])
  }

  @Test("refuses what it cannot cluster")
  func refuses() {
    #expect(throws: KernelError.noSamples) {
      try HDBSCAN(minimumClusterSize: 2).fit(Matrix(rowCount: 0, columnCount: 1, values: []))
    }
    #expect(throws: KernelError.parameter(name: "minimumClusterSize", value: 1, allowed: "2 or more")) {
      try HDBSCAN(minimumClusterSize: 1).fit(line)
    }
    #expect(throws: KernelError.parameter(name: "minimumSampleCount", value: 0, allowed: "1 or more")) {
      try HDBSCAN(minimumClusterSize: 2, minimumSampleCount: 0).fit(line)
    }
    #expect(throws: KernelError.parameter(name: "epsilon", value: -1, allowed: "0 or more")) {
      try HDBSCAN(minimumClusterSize: 2, epsilon: -1).fit(line)
    }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try HDBSCAN(minimumClusterSize: 2).fit(Matrix(rows: [[0], [.nan]]))
    }
  }

  @Test("ends when a checkpoint says so")
  func cancellation() throws {
    let plan = try HDBSCAN(minimumClusterSize: 3, minimumSampleCount: 1).validated(for: line)
    var last: FitProgress?
    _ = try plan.fit { (progress) throws(CancellationError) in last = progress }
    #expect(last == FitProgress(completedCount: 6, maximumCount: 6))
    #expect(throws: CancellationError.self) {
      try plan.fit { (_) throws(CancellationError) in throw CancellationError() }
    }
  }

  @Test(
    "finds the groups of published sets", .tags(.reference),
    .enabled(if: SharedData.exists("clustering/fcps"), "the published data are not beside the repository"),
    arguments: [("fcps/hepta", 0.99), ("fcps/lsun", 0.99), ("fcps/target", 0.99), ("wut/smile", 0.98)])
  func publishedSets(name: String, least: Double) throws {
    let points = Matrix(
      rows: try SharedData.lines("clustering/\(name).data.gz").map { line in
        line.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      })
    let labels = try SharedData.lines("clustering/\(name).labels0.gz").map { line in
      // 0 stands for noise.
      ClusterLabel(rawValue: try #require(Int32(line)) - 1)
    }
    let size = HDBSCAN.suggestedMinimumClusterSize(sampleCount: points.rowCount)
    let model = try HDBSCAN(minimumClusterSize: size).fit(points)
    #expect(try adjustedRandIndex(between: model.labels, and: labels) >= least)
  }
}
