import Foundation
import HabitusKernels
import Testing

@Suite("Bootstrap stability of clusters")
struct BootstrapStabilityTests {
  let points = groups(seed: 3, rows: 120, columns: 2, groupCount: 2, distance: 4)

  private func kMeansLabels(_ count: Int) -> (Matrix) throws -> [ClusterLabel] {
    { try KMeans(clusterCount: count, restartCount: 2).fit($0, threadCount: 1).labels }
  }

  @Test("groups that are far apart come back every time; a group cut in two does not")
  func separates() throws {
    let clear = try KMeans(clusterCount: 2).fit(points).labels
    let stable = try BootstrapStability(resampleCount: 10).meanClusterJaccard(
      of: clear, in: points, clustering: kMeansLabels(2))
    #expect(stable.map(\.label) == [0, 1] && stable.allSatisfy { $0.meanJaccard == 1 && $0.recoveredCount == 10 })
    let cut = try KMeans(clusterCount: 5).fit(points).labels
    let unstable = try BootstrapStability(resampleCount: 10).meanClusterJaccard(
      of: cut, in: points, clustering: kMeansLabels(5))
    #expect(unstable.count == 5 && unstable.contains { ($0.meanJaccard ?? 1) < 0.85 })
  }

  @Test("the similarity is that worked by hand: members of the drawn rows over the union")
  func byHand() throws {
    // One cluster is found for two of equal size: each shares its drawn members with all drawn rows.
    let line = Matrix(rows: (0..<40).map { [Double($0)] })
    let halves = (0..<40).map { ClusterLabel($0 / 20) }
    var shares: [Double] = []
    let found = try BootstrapStability(resampleCount: 7, seed: 5).meanClusterJaccard(of: halves, in: line) { drawn in
      #expect(Set(drawn.values).count == drawn.rowCount && drawn.rowCount < 40)
      shares.append(Double(drawn.values.count { $0 < 20 }) / Double(drawn.rowCount))
      return Array(repeating: 3, count: drawn.rowCount)
    }
    #expect(try agree(#require(found[0].meanJaccard), shares.reduce(0, +) / 7))
    #expect(try agree(#require(found[1].meanJaccard), 1 - shares.reduce(0, +) / 7))
    #expect(found[0].dissolvedCount == shares.count { $0 <= 0.5 } && found[0].resampleCount == 7)
  }

  @Test("noise is no cluster on either side, and a cluster that is never drawn has no similarity")
  func noise() throws {
    let line = Matrix(rows: [[0], [1], [2], [3]])
    let none = try BootstrapStability(resampleCount: 3).meanClusterJaccard(of: [0, 0, .noise, .noise], in: line) {
      Array(repeating: .noise, count: $0.rowCount)
    }
    #expect(none.map(\.meanJaccard) == [0] && none[0].dissolvedCount == none[0].resampleCount)
    let empty = try BootstrapStability().meanClusterJaccard(of: [], in: Matrix(rows: [])) { _ in [] }
    #expect(empty.isEmpty)
    let once = try BootstrapStability(resampleCount: 1, seed: 1).meanClusterJaccard(of: [0, 1, 2, 3], in: line) {
      (0..<$0.rowCount).map { ClusterLabel($0) }
    }
    #expect(once.contains { $0.meanJaccard == nil && $0.resampleCount == 0 })
    #expect(once.contains { $0.meanJaccard == 1 })
  }

  @Test("the same seed draws the same rows, errors pass through, and a checkpoint can end it")
  func contract() throws {
    func drawn(_ seed: UInt64) throws -> [[Double]] {
      var seen: [[Double]] = []
      _ = try BootstrapStability(resampleCount: 2, seed: seed).meanClusterJaccard(
        of: Array(repeating: 0, count: 120), in: points
      ) {
        seen.append($0.values)
        return Array(repeating: 0, count: $0.rowCount)
      }
      return seen
    }
    #expect(try drawn(1) == drawn(1))
    #expect(try drawn(1) != drawn(2))
    let labels = Array(repeating: ClusterLabel(0), count: 120)
    #expect(throws: KernelError.noSamples) {
      try BootstrapStability().meanClusterJaccard(of: labels, in: points) { _ in throw KernelError.noSamples }
    }
    #expect(throws: KernelError.self) {
      try BootstrapStability().meanClusterJaccard(of: labels, in: points) { _ in [0] }
    }
    #expect(throws: KernelError.sampleCount(expected: 120, found: 1)) {
      try BootstrapStability().meanClusterJaccard(of: [0], in: points) { _ in [] }
    }
    #expect(throws: KernelError.parameter(name: "resampleCount", value: 0, allowed: "1 or more")) {
      try BootstrapStability(resampleCount: 0).meanClusterJaccard(of: labels, in: points) { _ in [] }
    }
    var calls = 0
    #expect(throws: CancellationError.self) {
      try BootstrapStability().meanClusterJaccard(
        of: labels, in: points,
        checkpoint: { (progress) throws(CancellationError) in
          if progress.completedCount == 3 { throw CancellationError() }
        },
        clustering: {
          calls += 1
          return Array(repeating: 0, count: $0.rowCount)
        })
    }
    #expect(calls == 3)
  }
}

@Suite("Gap statistic")
struct GapStatisticTests {
  @Test("it finds three groups, and one where points are spread evenly")
  func finds() throws {
    let three = groups(seed: 5, rows: 90, columns: 3, groupCount: 3, distance: 3)
    let gap = GapStatistic(clusterCounts: 1...5, referenceCount: 8)
    let curve = try gap.curve(for: three)
    #expect(curve.clusterCount == 3 && curve.candidates.map(\.clusterCount) == [1, 2, 3, 4, 5])
    #expect(curve.candidates.allSatisfy { $0.standardError > 0 })
    let one = groups(seed: 6, rows: 90, columns: 2, groupCount: 1, distance: 0)
    #expect(try gap.curve(for: one).clusterCount == 1)
    #expect(try gap.curve(for: three, threadCount: 1) == gap.curve(for: three, threadCount: 3))
  }

  @Test("the dispersion of one cluster is the sum of squares, of the data and of the reference", .tags(.differential))
  func oneCluster() throws {
    let line = Matrix(rows: [[0], [1], [2], [5]])
    let gap = GapStatistic(clusterCounts: 1...1, referenceCount: 2, seed: 9)
    let candidate = try #require(try gap.curve(for: line).candidates.first)
    // Mean 2: squares 4 + 1 + 0 + 9.
    #expect(agree(candidate.logDispersion, 2.6390573296152584))
    var generator = SplitMix64(seed: 9)
    let logs = (0..<2).map { _ in
      let values = (0..<4).map { _ in generator.nextUnit() * 5 }
      let mean = values.reduce(0, +) / 4
      return log(values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) })
    }
    #expect(agree(candidate.referenceLogDispersion, (logs[0] + logs[1]) / 2))
    #expect(agree(candidate.standardError, abs(logs[0] - logs[1]) / 2 * 1.5.squareRoot()))
  }

  @Test("the curve ends where no dispersion is left; equal points are one cluster")
  func edges() throws {
    let equal = Matrix(rowCount: 5, columnCount: 2, repeating: 0.3)
    let curve = try GapStatistic().curve(for: equal)
    #expect(curve.clusterCount == 1 && curve.candidates.isEmpty)
    let two = Matrix(rows: [[0, 0], [0, 0], [9, 9], [9, 9], [9, 9]])
    let pair = try GapStatistic(clusterCounts: 1...4).curve(for: two)
    #expect(pair.clusterCount == 2 && pair.candidates.count == 1)
    #expect(try GapStatistic().curve(for: Matrix(rows: [[4]])).clusterCount == 1)
  }

  @Test("it refuses parameters out of range and missing values")
  func refuses() {
    let line = Matrix(rows: [[0], [1]])
    #expect(throws: KernelError.parameter(name: "clusterCounts", value: 0, allowed: "counts of 1 or more")) {
      try GapStatistic(clusterCounts: 0...2).curve(for: line)
    }
    #expect(throws: KernelError.parameter(name: "referenceCount", value: 1, allowed: "2 or more")) {
      try GapStatistic(referenceCount: 1).curve(for: line)
    }
    #expect(throws: KernelError.clusterCount(requested: 3, sampleCount: 2)) {
      try GapStatistic(clusterCounts: 3...4).curve(for: line)
    }
    #expect(throws: KernelError.noSamples) { try GapStatistic().curve(for: Matrix(rows: [])) }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try GapStatistic().curve(for: Matrix(rows: [[0], [.nan]]))
    }
    #expect(throws: CancellationError.self) {
      try GapStatistic().curve(for: Matrix(rows: [[0], [1], [3]])) { (_) throws(CancellationError) in
        throw CancellationError()
      }
    }
  }
}
