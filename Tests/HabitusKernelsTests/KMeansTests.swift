import Foundation
import HabitusKernels
import Testing

@Suite("k-means")
struct KMeansTests {
  /// Two squares of side 2 whose centres lie at (1, 1) and (11, 1), and a point at (11, 1).
  let squares = Matrix(rows: [[0, 0], [10, 0], [0, 2], [10, 2], [2, 0], [12, 0], [2, 2], [12, 2], [11, 1]])

  @Test("finds two squares: labels, centres and inertia worked by hand")
  func byHand() throws {
    let model = try KMeans(clusterCount: 2).fit(squares)
    #expect(model.labels == [1, 0, 1, 0, 1, 0, 1, 0, 0])
    #expect(model.centroids == Matrix(rows: [[11, 1], [1, 1]]))
    // Every corner lies √2 from its centre: eight times 2.
    #expect(model.inertia == 16)
    #expect(model.clusterSizes == [5, 4])
    #expect(model.members(of: 1) == [0, 2, 4, 6])
    #expect(model.diagnostics.isEmpty)
  }

  @Test(
    "reaches scikit-learn's best of 200 restarts", .tags(.reference),
    arguments: [(2, 1535.3471180205943), (5, 97.23480271368301), (9, 77.89289561295953)])
  func reachesScikitLearn(clusterCount: Int, inertia: Double) throws {
    let points = groups(seed: 7, rows: 300, columns: 4, groupCount: 5, distance: 1.5)
    let model = try KMeans(clusterCount: clusterCount, restartCount: 10, tolerance: 0).fit(points)
    // With nine clusters for five groups the best is hard to hit; without luck a little above it.
    #expect(model.inertia >= inertia * (1 - 1e-9) && model.inertia <= inertia * (clusterCount == 9 ? 1.02 : 1 + 1e-9))
  }

  @Test("keeps its invariants", .tags(.differential), arguments: 0..<UInt64(30))
  func keepsInvariants(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let columns = 1 + generator.nextIndex(below: 3)
    let rows = 1 + generator.nextIndex(below: 40)
    // A coarse grid makes ties and duplicates likely.
    let points = Matrix(
      rowCount: rows, columnCount: columns,
      values: (0..<rows * columns).map { _ in Double(generator.nextIndex(below: 5)) })
    let clusterCount = 1 + generator.nextIndex(below: min(rows, 10))
    let model = try KMeans(clusterCount: clusterCount, tolerance: 0, seed: seed).fit(points)

    let distinct = Set((0..<rows).map { Array(points.row($0)) }).count
    #expect(model.clusterCount == min(clusterCount, distinct), "seed \(seed)")
    #expect(model.clusterSizes.allSatisfy { $0 > 0 }, "seed \(seed)")
    #expect(try model.predict(points) == model.labels, "seed \(seed)")
    var inertia = 0.0
    for row in 0..<rows {
      let distances = (0..<model.clusterCount).map { cluster in
        zip(points.row(row), model.centroids.row(cluster)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let nearest = distances.firstIndex(of: distances.min() ?? .nan)
      #expect(model.labels[row].index == nearest, "seed \(seed)")
      inertia += distances.min() ?? .nan
    }
    #expect(agree(model.inertia, inertia), "seed \(seed)")
    // Converged without tolerance: every centroid is the mean of its members.
    for cluster in 0..<model.clusterCount where !model.diagnostics.contains(where: \.isNotConverged) {
      let members = model.members(of: ClusterLabel(cluster))
      for column in 0..<columns {
        let mean = members.reduce(0) { $0 + points[$1, column] } / Double(members.count)
        #expect(agree(model.centroids[cluster, column], mean), "seed \(seed)")
      }
    }
  }

  @Test("is never beaten by exhaustive search on tiny inputs", .tags(.differential), arguments: 0..<UInt64(10))
  func matchesExhaustiveSearch(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let points = Matrix(rowCount: 7, columnCount: 2, values: (0..<14).map { _ in generator.nextUnit() })
    var best = Double.infinity
    for code in 0..<2_187 {
      var rest = code
      let labels = (0..<7).map { _ in
        defer { rest /= 3 }
        return rest % 3
      }
      var inertia = 0.0
      for cluster in 0..<3 {
        let members = labels.indices.filter { labels[$0] == cluster }
        for column in 0..<2 {
          let moments = Moments(of: members.map { points[$0, column] })
          inertia += (moments.populationVariance ?? 0) * Double(members.count)
        }
      }
      best = min(best, inertia)
    }
    let model = try KMeans(clusterCount: 3, restartCount: 20, tolerance: 0, seed: seed).fit(points)
    #expect(agree(model.inertia, best), "seed \(seed)")
  }

  @Test("is the same to the bit on any number of threads, and for the same seed")
  func threads() throws {
    let points = groups(seed: 11, rows: 3_000, columns: 3, groupCount: 4, distance: 0.7)
    let parameters = KMeans(clusterCount: 4, restartCount: 1, seed: 9)
    let alone = try parameters.fit(points, threadCount: 1)
    #expect(try parameters.fit(points, threadCount: 2) == alone)
    #expect(try parameters.fit(points, threadCount: 3) == alone)
    #expect(try alone.predict(points, threadCount: 2) == alone.labels)
  }

  @Test("makes one cluster a distinct point where there are fewer of them, and says so")
  func fewerDistinctPoints() throws {
    let model = try KMeans(clusterCount: 4).fit(Matrix(rows: [[1, 1], [2, 2], [1, 1], [1, 1], [2, 2]]))
    #expect(model.centroids == Matrix(rows: [[1, 1], [2, 2]]))
    #expect(model.labels == [0, 1, 0, 0, 1])
    #expect(model.inertia == 0)
    #expect(model.diagnostics == [.fewerDistinctPoints(requested: 4, found: 2)])
  }

  @Test("fills empty clusters with the farthest points, worked by hand")
  func emptyClusters() throws {
    func fit(_ points: [Double], from centroids: [Double]) throws -> KMeans.Model {
      let start = KMeans.Start.centroids(Matrix(rows: centroids.map { [$0] }))
      return try KMeans(clusterCount: centroids.count, start: start).fit(Matrix(rows: points.map { [$0] }))
    }
    // All are nearest to 0; 10 is farthest from it.
    let one = try fit([0, 1, 2, 10], from: [0, 100])
    #expect(one.centroids.values == [1, 10] && one.inertia == 2 && one.labels == [0, 0, 0, 1])
    // Then 2, so that {0, 1}, {2} and {10} remain.
    let two = try fit([0, 1, 2, 10], from: [0, 100, 200])
    #expect(two.centroids.values == [0.5, 2, 10] && two.inertia == 0.5)
    // 0 lies farthest from its centroid, 3, but is its only point; 10.5 goes.
    let kept = try fit([0, 10, 10.5], from: [3, 10.25, 99])
    #expect(kept.centroids.values == [0, 10, 10.5] && kept.inertia == 0)
    // No point lies off its centroid: the cluster goes.
    let gone = try fit([0, 0, 0], from: [0, 5])
    #expect(gone.centroids.values == [0] && gone.diagnostics == [.fewerDistinctPoints(requested: 2, found: 1)])
  }

  @Test("starts at the centroids of an earlier model, and stays with them where they still fit")
  func startsAtCentroids() throws {
    let earlier = try KMeans(clusterCount: 2).fit(squares)
    let again = try KMeans(clusterCount: 2, start: .centroids(earlier.centroids)).fit(squares)
    #expect(again.centroids == earlier.centroids && again.labels == earlier.labels && again.iterationCount == 1)
    #expect(throws: KernelError.clusterCount(requested: 3, sampleCount: 2)) {
      try KMeans(clusterCount: 3, start: .centroids(earlier.centroids)).fit(squares)
    }
    #expect(throws: KernelError.columnCount(expected: 2, found: 1)) {
      try KMeans(clusterCount: 1, start: .centroids(Matrix(rows: [[1]]))).fit(squares)
    }
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) {
      try KMeans(clusterCount: 1, start: .centroids(Matrix(rows: [[1, .nan]]))).fit(squares)
    }
  }

  @Test("one point, one cluster, constant columns and no columns have their plain answers")
  func degenerate() throws {
    let single = try KMeans(clusterCount: 1).fit(Matrix(rows: [[3, 4]]))
    #expect(single.centroids == Matrix(rows: [[3, 4]]) && single.inertia == 0 && single.labels == [0])

    let mean = try KMeans(clusterCount: 1).fit(Matrix(rows: [[0], [1], [5]]))
    #expect(mean.centroids == Matrix(rows: [[2]]) && mean.inertia == 14)

    let constant = try KMeans(clusterCount: 2).fit(Matrix(rows: [[0, 7], [1, 7], [10, 7], [11, 7], [12, 7]]))
    #expect(constant.labels == [1, 1, 0, 0, 0])

    let empty = try KMeans(clusterCount: 2).fit(Matrix(rowCount: 3, columnCount: 0, repeating: 0))
    #expect(empty.labels == [0, 0, 0] && empty.clusterCount == 1)
  }

  @Test("separates groups far from the origin as well as near it")
  func farFromOrigin() throws {
    let points = Matrix(rows: [0, 0.25, 0.5, 10, 10.25, 10.5].map { [$0 + 1e9] })
    #expect(try KMeans(clusterCount: 2).fit(points).inertia == 0.25)
  }

  @Test("says that it did not converge where iterations run out")
  func notConverged() throws {
    let points = groups(seed: 2, rows: 200, columns: 2, groupCount: 1, distance: 0)
    let model = try KMeans(clusterCount: 8, restartCount: 1, maximumIterations: 1, tolerance: 0).fit(points)
    #expect(model.diagnostics == [.notConverged(iterationCount: 1)])
    #expect(try model.predict(points) == model.labels)
  }

  @Test("gives distances of the nearest and the second nearest centroid")
  func assignments() throws {
    let model = try KMeans(clusterCount: 2).fit(squares)
    let found = try model.assignments(of: Matrix(rows: [[1, 5], [6, 1]]))
    #expect(found[0].label == 1 && found[0].distance == 4 && found[0].runnerUp == 0)
    #expect(agree(found[0].runnerUpDistance ?? .nan, 116.0.squareRoot()))
    // In the middle: the lower label wins.
    #expect(found[1].label == 0 && found[1].distance == 5 && found[1].runnerUpDistance == 5)
    let single = try KMeans(clusterCount: 1).fit(squares).assignments(of: squares)
    #expect(single.allSatisfy { $0.runnerUp == nil && $0.runnerUpDistance == nil })
  }

  @Test("survives encoding")
  func survivesEncoding() throws {
    let model = try KMeans(clusterCount: 2).fit(squares)
    #expect(try JSONDecoder().decode(KMeans.Model.self, from: JSONEncoder().encode(model)) == model)
  }

  @Test("refuses what it cannot cluster")
  func refuses() throws {
    #expect(throws: KernelError.noSamples) { try KMeans(clusterCount: 1).fit(Matrix(rows: [])) }
    #expect(throws: KernelError.clusterCount(requested: 10, sampleCount: 9)) {
      try KMeans(clusterCount: 10).fit(squares)
    }
    #expect(throws: KernelError.clusterCount(requested: 0, sampleCount: 9)) { try KMeans(clusterCount: 0).fit(squares) }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try KMeans(clusterCount: 1).fit(Matrix(rows: [[1], [.nan]]))
    }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) {
      try KMeans(clusterCount: 1).fit(Matrix(rows: [[1e200], [1]]))
    }
    #expect(throws: KernelError.parameter(name: "restartCount", value: 0, allowed: "1 or more")) {
      try KMeans(clusterCount: 1, restartCount: 0).fit(squares)
    }
    #expect(throws: KernelError.parameter(name: "maximumIterations", value: 0, allowed: "1 or more")) {
      try KMeans(clusterCount: 1, maximumIterations: 0).fit(squares)
    }
    #expect(throws: KernelError.parameter(name: "tolerance", value: -1, allowed: "0 or more")) {
      try KMeans(clusterCount: 1, tolerance: -1).fit(squares)
    }
    let model = try KMeans(clusterCount: 2).fit(squares)
    #expect(throws: KernelError.columnCount(expected: 2, found: 1)) { try model.predict(Matrix(rows: [[1]])) }
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) { try model.predict(Matrix(rows: [[1, .nan]])) }
  }

  @Test("calls the checkpoint after every iteration, and ends where it throws")
  func checkpoints() throws {
    let plan = try KMeans(clusterCount: 2, restartCount: 2).validated(for: squares)
    var seen: [FitProgress] = []
    let model = try plan.fit { (progress) throws(CancellationError) in seen.append(progress) }
    #expect(seen.count >= 2 && model.iterationCount <= seen.count)
    #expect(seen.allSatisfy { $0.maximumCount == 600 })
    #expect(throws: CancellationError.self) {
      try plan.fit { (_) throws(CancellationError) in throw CancellationError() }
    }
  }
}

extension KMeans.Model.Diagnostic {
  /// Whether iterations ran out.
  var isNotConverged: Bool {
    if case .notConverged = self { true } else { false }
  }
}
