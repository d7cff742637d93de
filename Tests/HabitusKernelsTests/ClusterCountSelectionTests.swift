import Foundation
import HabitusKernels
import Testing

@Suite("Choice of the number of clusters")
struct ClusterCountSelectionTests {
  @Test("finds the number of well-separated groups, and reports the whole curve", arguments: [2, 3, 5])
  func findsGroups(groupCount: Int) throws {
    let points = groups(seed: 7, rows: 200, columns: 5, groupCount: groupCount, distance: 3)
    let selection = try ClusterCountSelection(clusterCounts: 2...7).selection(for: points)
    #expect(selection.clusterCount == groupCount)
    #expect(selection.model.clusterCount == groupCount)
    #expect(selection.candidates.map(\.clusterCount) == [2, 3, 4, 5, 6, 7])
    let best = try #require(selection.candidates.compactMap(\.silhouetteScore).max())
    #expect(selection.reason == .highestSilhouette(best))
    #expect(try silhouetteScore(of: selection.model.labels, in: points) == best)
    let groupOfRow = (0..<200).map { ClusterLabel($0 % groupCount) }
    #expect(try adjustedRandIndex(between: selection.model.labels, and: groupOfRow) == 1)
  }

  @Test("answers one group for an even cloud in many dimensions, and says why")
  func oneGroup() throws {
    let cloud = groups(seed: 3, rows: 200, columns: 12, groupCount: 1, distance: 0)
    let selection = try ClusterCountSelection(clusterCounts: 2...5).selection(for: cloud)
    #expect(selection.clusterCount == 1 && selection.model.clusterCount == 1)
    #expect(selection.model.labels.allSatisfy { $0 == 0 })
    let best = try #require(selection.candidates.compactMap(\.silhouetteScore).max())
    #expect(best < 0.25)
    #expect(selection.reason == .belowFloor(highestSilhouette: best, minimumSilhouette: 0.25))
  }

  @Test("answers one group for too few distinct points")
  func tooFewPoints() throws {
    for points in [
      Matrix(rows: [[1, 2]]), Matrix(rows: [[1], [2]]), Matrix(rowCount: 9, columnCount: 2, repeating: 4),
    ] {
      let selection = try ClusterCountSelection().selection(for: points)
      #expect(selection.clusterCount == 1 && selection.reason == .tooFewDistinctPoints)
      #expect(selection.model.labels.count == points.rowCount)
    }
  }

  @Test("stops at the number of distinct points")
  func stopsAtDistinctPoints() throws {
    let points = Matrix(rows: [[0], [0], [10], [10], [20], [20], [20]])
    let selection = try ClusterCountSelection().selection(for: points)
    #expect(selection.candidates.map(\.clusterCount) == [2, 3])
    #expect(selection.clusterCount == 3 && selection.reason == .highestSilhouette(1))
  }

  @Test("is the same on any number of threads, on a sample too")
  func threads() throws {
    let points = groups(seed: 4, rows: 1_500, columns: 3, groupCount: 3, distance: 4)
    let parameters = ClusterCountSelection(
      clusterCounts: 2...4, sampleSize: 150, clustering: KMeans(clusterCount: 1, restartCount: 1))
    let alone = try parameters.selection(for: points, threadCount: 1)
    #expect(try parameters.selection(for: points, threadCount: 2) == alone)
    #expect(alone.clusterCount == 3)
    #expect(try JSONDecoder().decode(ClusterCountSelection.Selection.self, from: JSONEncoder().encode(alone)) == alone)
  }

  @Test("refuses counts below 2 and samples without room, and ends where the checkpoint throws")
  func refuses() throws {
    let points = groups(seed: 4, rows: 30, columns: 2, groupCount: 2, distance: 2)
    #expect(throws: KernelError.parameter(name: "clusterCounts", value: 1, allowed: "counts of 2 or more")) {
      try ClusterCountSelection(clusterCounts: 1...3).selection(for: points)
    }
    #expect(throws: KernelError.parameter(name: "sampleSize", value: 2, allowed: "3 or more")) {
      try ClusterCountSelection(sampleSize: 2).selection(for: points)
    }
    #expect(throws: KernelError.noSamples) { try ClusterCountSelection().selection(for: Matrix(rows: [])) }
    #expect(throws: CancellationError.self) {
      try ClusterCountSelection().selection(for: points) { (_) throws(CancellationError) in throw CancellationError() }
    }
  }

  @Test("takes a lone outlier for a cluster only where clusters of one are allowed")
  func loneOutlier() throws {
    // A square of 5 × 5 points and one far away: two clusters, of 25 and 1, have by far the highest silhouette.
    let square = (0..<25).map { [Double($0 / 5), Double($0 % 5)] }
    let points = Matrix(rows: square + [[100, 100]])
    let lenient = try ClusterCountSelection(clusterCounts: 2...2).selection(for: points)
    #expect(lenient.clusterCount == 2 && lenient.candidates[0].smallestClusterSize == 1)
    let strict = try ClusterCountSelection(clusterCounts: 2...2, minimumClusterSize: 2).selection(for: points)
    #expect(strict.clusterCount == 1 && strict.reason == .clustersTooSmall(minimumClusterSize: 2))
    #expect(strict.candidates == lenient.candidates)
  }
}
