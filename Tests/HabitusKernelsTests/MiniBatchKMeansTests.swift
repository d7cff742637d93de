import Foundation
import HabitusKernels
import Testing

@Suite("Mini-batch k-means")
struct MiniBatchKMeansTests {
  /// Two squares of side 2 whose centres lie at (1, 1) and (11, 1), and a point at (11, 1).
  let squares = Matrix(rows: [[0, 0], [10, 0], [0, 2], [10, 2], [2, 0], [12, 0], [2, 2], [12, 2], [11, 1]])

  @Test("finds two squares: labels worked by hand, centroids near the centres")
  func byHand() throws {
    let model = try MiniBatchKMeans(clusterCount: 2).fit(squares)
    #expect(model.labels == [1, 0, 1, 0, 1, 0, 1, 0, 0])
    #expect(zip(model.centroids.values, [11, 1, 1, 1]).allSatisfy { abs($0 - $1) < 0.1 })
    // 16 at the very centres; the sum of squares rises by nine times the squared offsets.
    #expect(model.inertia >= 16 && model.inertia < 16.2)
    #expect(try model.predict(squares) == model.labels)
  }

  @Test("reaches about the inertia of scikit-learn's mini-batches", .tags(.reference), arguments: 0..<5)
  func reachesScikitLearn(index: Int) throws {
    let (seed, rows, columns, groupCount, distance, clusterCount, _) = KMeansBoundsTests.references[index]
    // The median of 20 seeds, printed by Scripts/reference/kmeans.py.
    let medians = [392.9690780693798, 94.47678704343858, 2128.816541746313, 653.6044683928914, 178.95006405513283]
    let points = groups(seed: seed, rows: rows, columns: columns, groupCount: groupCount, distance: distance)
    let found = try (0..<UInt64(5)).map {
      try MiniBatchKMeans(clusterCount: clusterCount, batchSize: 256, seed: $0).fit(points).inertia
    }.sorted()
    #expect(found[2] <= medians[index] * 1.02, "\(found) against \(medians[index])")
  }

  @Test("is never better than its centroids allow, and labels are those of the nearest", .tags(.differential))
  func keepsInvariants() throws {
    for seed in 0..<UInt64(10) {
      var generator = SplitMix64(seed: seed)
      // A coarse grid makes ties, duplicates and starved centroids likely.
      let points = Matrix(
        rowCount: 40, columnCount: 2, values: (0..<80).map { _ in Double(generator.nextIndex(below: 4)) })
      let parameters = MiniBatchKMeans(
        clusterCount: 9, batchSize: 5, seedingSampleSize: 9, restartCount: 1, maximumEpochs: 5, seed: seed)
      let model = try parameters.fit(points)
      #expect(model.clusterSizes.allSatisfy { $0 > 0 }, "seed \(seed)")
      #expect(model.clusterCount == 9, "seed \(seed)")
      var inertia = 0.0
      for row in 0..<40 {
        let distances = (0..<9).map { cluster in
          zip(points.row(row), model.centroids.row(cluster)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let least = try #require(distances.min())
        #expect(agree(distances[model.labels[row].index ?? 0], least), "seed \(seed)")
        inertia += least
      }
      #expect(agree(model.inertia, inertia), "seed \(seed)")
      #expect(try parameters.fit(points) == model, "seed \(seed)")
    }
  }

  @Test("is the same to the bit on one, two and three threads")
  func threads() throws {
    let points = groups(seed: 13, rows: 4_000, columns: 5, groupCount: 4, distance: 1)
    let parameters = MiniBatchKMeans(clusterCount: 4, batchSize: 100, seed: 8)
    let alone = try parameters.fit(points, threadCount: 1)
    #expect(try parameters.fit(points, threadCount: 2) == alone)
    #expect(try parameters.fit(points, threadCount: 3) == alone)
  }

  @Test("a centroid is the mean of all points it was given where nothing else moves it")
  func runningMean() throws {
    // One cluster, one batch: the mean of the points drawn; all are equal.
    let equal = try MiniBatchKMeans(clusterCount: 1, maximumEpochs: 1).fit(
      Matrix(rowCount: 6, columnCount: 2, repeating: 3))
    #expect(equal.centroids == Matrix(rows: [[3, 3]]) && equal.inertia == 0)
    // Batches of about all points again and again: the mean of very many draws.
    let mean = try MiniBatchKMeans(clusterCount: 1, batchSize: 5_000, maximumEpochs: 10_000).fit(
      Matrix(rows: [[0], [1], [5]]))
    #expect(abs(mean.centroids[0, 0] - 2) < 0.1)
  }

  @Test("has its plain answers for few points, few distinct points and no columns")
  func degenerate() throws {
    let single = try MiniBatchKMeans(clusterCount: 1).fit(Matrix(rows: [[3, 4]]))
    #expect(single.centroids == Matrix(rows: [[3, 4]]) && single.inertia == 0 && single.labels == [0])
    let few = try MiniBatchKMeans(clusterCount: 4).fit(Matrix(rows: [[1, 1], [2, 2], [1, 1], [1, 1], [2, 2]]))
    #expect(few.centroids == Matrix(rows: [[1, 1], [2, 2]]) && few.labels == [0, 1, 0, 0, 1])
    #expect(few.diagnostics.contains(.fewerDistinctPoints(requested: 4, found: 2)))
    let empty = try MiniBatchKMeans(clusterCount: 2).fit(Matrix(rowCount: 3, columnCount: 0, repeating: 0))
    #expect(empty.labels == [0, 0, 0] && empty.clusterCount == 1)
    // A sample of two hardly ever holds the single different point; all points do.
    let rare = Matrix(rows: (0..<200).map { [$0 == 77 ? 9 : 0] })
    let found = try MiniBatchKMeans(clusterCount: 2, batchSize: 4, seedingSampleSize: 2, restartCount: 1).fit(rare)
    #expect(found.clusterCount == 2 && found.clusterSizes == [199, 1])
  }

  @Test("says that it did not converge where its batches run out")
  func notConverged() throws {
    let points = groups(seed: 2, rows: 300, columns: 2, groupCount: 1, distance: 0)
    let model = try MiniBatchKMeans(clusterCount: 5, batchSize: 100, maximumEpochs: 1).fit(points)
    #expect(model.diagnostics == [.notConverged(iterationCount: 3)] && model.iterationCount == 3)
  }

  @Test("calls the checkpoint after every batch, and ends where it throws")
  func checkpoints() throws {
    let plan = try MiniBatchKMeans(clusterCount: 2, batchSize: 3, maximumEpochs: 4).validated(for: squares)
    var seen: [FitProgress] = []
    let model = try plan.fit { (progress) throws(CancellationError) in seen.append(progress) }
    #expect(seen.map(\.completedCount) == Array(1...model.iterationCount))
    #expect(seen.allSatisfy { $0.maximumCount == 12 })
    #expect(throws: CancellationError.self) {
      try plan.fit { (_) throws(CancellationError) in throw CancellationError() }
    }
  }

  @Test("refuses what it cannot cluster")
  func refuses() throws {
    #expect(throws: KernelError.noSamples) { try MiniBatchKMeans(clusterCount: 1).fit(Matrix(rows: [])) }
    #expect(throws: KernelError.clusterCount(requested: 10, sampleCount: 9)) {
      try MiniBatchKMeans(clusterCount: 10).fit(squares)
    }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try MiniBatchKMeans(clusterCount: 1).fit(Matrix(rows: [[1], [.infinity]]))
    }
    func refuse(_ name: String, _ value: Double, allowed: String = "1 or more", _ parameters: MiniBatchKMeans) {
      #expect(throws: KernelError.parameter(name: name, value: value, allowed: allowed)) {
        try parameters.fit(squares)
      }
    }
    refuse("batchSize", 0, MiniBatchKMeans(clusterCount: 1, batchSize: 0))
    refuse("restartCount", 0, MiniBatchKMeans(clusterCount: 1, restartCount: 0))
    refuse("maximumEpochs", 0, MiniBatchKMeans(clusterCount: 1, maximumEpochs: 0))
    refuse("patience", 0, MiniBatchKMeans(clusterCount: 1, patience: 0))
    refuse("tolerance", -1, allowed: "0 or more", MiniBatchKMeans(clusterCount: 1, tolerance: -1))
    refuse("reassignmentRatio", 2, allowed: "0 to 1", MiniBatchKMeans(clusterCount: 1, reassignmentRatio: 2))
    refuse(
      "seedingSampleSize", 1, allowed: "the number of clusters or more",
      MiniBatchKMeans(clusterCount: 2, seedingSampleSize: 1))
  }
}
