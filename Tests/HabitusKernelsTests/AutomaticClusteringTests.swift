import Foundation
import HabitusKernels
import Testing

@Suite("The automatic choice of groups")
struct AutomaticClusteringTests {
  /// Less work than by default, for the tests of a debug build.
  private func parameters(_ counts: ClosedRange<Int> = 2...6) -> AutomaticClustering {
    AutomaticClustering(
      clusterCounts: counts, sampleSize: 150, drawCount: 5, resampleCount: 5,
      clustering: KMeans(clusterCount: 1, restartCount: 2, seed: 42))
  }

  /// Half circles that hold each other, with some width.
  private func moons(_ count: Int) -> (points: Matrix, labels: [ClusterLabel]) {
    var generator = SplitMix64(seed: 5)
    var rows: [[Double]] = []
    for index in 0..<count {
      let angle = generator.nextUnit() * Double.pi
      let (x, y) = index % 2 == 0 ? (cos(angle), sin(angle)) : (1 - cos(angle), 0.4 - sin(angle))
      rows.append([x + 0.1 * generator.nextUnit(), y + 0.1 * generator.nextUnit()])
    }
    return (Matrix(rows: rows), (0..<count).map { ClusterLabel($0 % 2) })
  }

  @Test("finds planted groups, and how many there are", arguments: [2, 3, 4])
  func planted(count: Int) throws {
    let points = groups(seed: 3, rows: 150, columns: 4, groupCount: count, distance: 4)
    let result = try parameters().result(for: points)
    guard case .compact(let model) = result.partition else { return #expect(Bool(false), "\(result.reason)") }
    #expect(result.reason == .compactClusters)
    let truth = (0..<150).map { ClusterLabel($0 % count) }
    #expect(model.clusterCount == count)
    #expect(try adjustedRandIndex(between: truth, and: model.labels) == 1)
    #expect(result.judgedCount == count)
    #expect(result.stability.count == count && result.stability.allSatisfy { $0 > 0.9 })
    #expect(result.evidence?.isGenuine == true)
    #expect(result.curve.candidates.map(\.clusterCount) == [2, 3, 4, 5, 6])
  }

  @Test("finds none in a cube, a bell, and a heavy tail")
  func structureless() throws {
    var generator = SplitMix64(seed: 8)
    func normal() -> Double { NormalDistribution.quantile(max(generator.nextUnit(), 0x1p-54)) }
    for draw in 0..<4 {
      let samples: [Matrix] = [
        Matrix(rowCount: 120, columnCount: 2, values: (0..<240).map { _ in generator.nextUnit() }),
        Matrix(rowCount: 120, columnCount: 3, values: (0..<360).map { _ in normal() }),
        Matrix(rowCount: 120, columnCount: 2, values: (0..<240).map { _ in normal() / max(0.05, abs(normal())) }),
      ]
      for (kind, points) in samples.enumerated() {
        let result = try parameters().result(for: points)
        guard case .oneGroup(let model) = result.partition else {
          #expect(Bool(false), "draw \(draw), kind \(kind): \(result.reason)")
          continue
        }
        #expect(result.reason == .noEvidence && model.clusterCount == 1)
        #expect(result.partition.labels == Array(repeating: 0, count: 120))
      }
    }
  }

  @Test("takes density where round groups would cut through")
  func moons() throws {
    let (points, truth) = moons(400)
    let result = try parameters().result(for: points)
    guard case .dense(let model) = result.partition else { return #expect(Bool(false), "\(result.reason)") }
    #expect(model.clusterCount == 2)
    #expect(try adjustedRandIndex(between: truth, and: model.labels) > 0.95)
  }

  @Test("keeps the number of an earlier fit where it is as good, and leaves it where it is not")
  func previousCount() throws {
    let points = groups(seed: 3, rows: 150, columns: 4, groupCount: 3, distance: 4)
    let first = try KMeans(clusterCount: 3, seed: 1).fit(points)
    var kept = parameters()
    kept.previousCentroids = first.centroids
    let again = try kept.result(for: points)
    #expect(again.reason == .previousCount && again.partition.labels == first.labels)
    var poor = parameters()
    poor.previousCentroids = try KMeans(clusterCount: 6, seed: 1).fit(points).centroids
    #expect(try poor.result(for: points).reason == .compactClusters)
    #expect(try poor.result(for: points).judgedCount == 3)
  }

  @Test("gives the same answer on any number of threads, and on a sample of many points")
  func threads() throws {
    let points = groups(seed: 3, rows: 150, columns: 4, groupCount: 3, distance: 4)
    let one = try parameters().result(for: points, threadCount: 1)
    let three = try parameters().result(for: points, threadCount: 3)
    #expect(one.partition.labels == three.partition.labels)
    #expect(one.evidence == three.evidence && one.densityEvidence == three.densityEvidence)
    #expect(one.curve == three.curve && one.stability == three.stability)
    var sampled = parameters()
    sampled.choiceSampleSize = 90
    let fromSample = try sampled.result(for: points)
    #expect(try adjustedRandIndex(between: fromSample.partition.labels, and: one.partition.labels) == 1)
  }

  @Test("answers one group for points that do not differ, a single one, and constant columns")
  func edges() throws {
    for points in [
      Matrix(rowCount: 20, columnCount: 2, repeating: 1), Matrix(rows: [[1, 2]]), Matrix(rows: [[1, 2], [3, 4]]),
      Matrix(rowCount: 12, columnCount: 0, values: []),
    ] {
      let result = try parameters().result(for: points)
      #expect(result.reason == .tooFewDistinctPoints)
      #expect(result.partition.labels.allSatisfy { $0 == 0 } && result.partition.labels.count == points.rowCount)
    }
    let planted = groups(seed: 3, rows: 60, columns: 2, groupCount: 2, distance: 4)
    let widened = Matrix(rows: (0..<60).map { Array(planted.row($0)) + [7] })
    #expect(try parameters().result(for: widened).judgedCount == 2)
  }

  @Test("refuses what cannot be compared")
  func refusals() throws {
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try parameters().result(for: Matrix(rows: [[1], [.nan], [2], [3], [4]]))
    }
    #expect(throws: KernelError.noSamples) {
      try parameters().result(for: Matrix(rowCount: 0, columnCount: 2, values: []))
    }
    #expect(throws: KernelError.self) { try parameters(1...3).result(for: Matrix(rows: [[1]])) }
    var tooFew = parameters()
    tooFew.drawCount = 1
    #expect(throws: KernelError.parameter(name: "drawCount", value: 1, allowed: "2 or more")) {
      try tooFew.result(for: Matrix(rows: [[1]]))
    }
  }
}
