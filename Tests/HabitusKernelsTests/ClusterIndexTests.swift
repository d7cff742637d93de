import HabitusKernels
import Testing

@Suite("Indices of clusterings")
struct ClusterIndexTests {
  let points = groups(seed: 7, rows: 300, columns: 4, groupCount: 5, distance: 1.5)

  @Test("two pairs on a line have the indices worked by hand")
  func byHand() throws {
    // Means 1 and 11 about 6: B = 2·25·2 = 100, W = 4; (100/1)/(4/2) = 50. Spreads 1 and 1, distance 10: 0.2.
    let line = Matrix(rows: [[0], [2], [10], [12]])
    #expect(try calinskiHarabaszIndex(of: [0, 0, 1, 1], in: line) == 50)
    #expect(try daviesBouldinIndex(of: [0, 0, 1, 1], in: line) == 0.2)
  }

  @Test("the indices equal scikit-learn's, noise left out", .tags(.reference))
  func equalsScikitLearn() throws {
    // Scripts/reference/validity.py
    let thirds = (0..<300).map { ClusterLabel($0 % 3) }
    #expect(
      try agree(#require(try calinskiHarabaszIndex(of: thirds, in: points)), 0.02576490992257636, tolerance: 1e-9))
    #expect(try agree(#require(try daviesBouldinIndex(of: thirds, in: points)), 127.64389675805175, tolerance: 1e-9))
    let noisy = (0..<300).map { $0 % 7 == 0 ? ClusterLabel.noise : ClusterLabel($0 % 5 * 3) }
    #expect(try agree(#require(try calinskiHarabaszIndex(of: noisy, in: points)), 2119.420680341545, tolerance: 1e-9))
    #expect(try agree(#require(try daviesBouldinIndex(of: noisy, in: points)), 0.4431886109971262, tolerance: 1e-9))
  }

  @Test("the indices keep their digits far from the origin")
  func farFromOrigin() throws {
    let labels = (0..<300).map { ClusterLabel($0 % 5) }
    let far = Matrix(rowCount: 300, columnCount: 4, values: points.values.map { $0 + 0x1p20 })
    let near = Matrix(rowCount: 300, columnCount: 4, values: far.values.map { $0 - 0x1p20 })
    #expect(
      try agree(
        #require(try calinskiHarabaszIndex(of: labels, in: far)),
        #require(try calinskiHarabaszIndex(of: labels, in: near)), tolerance: 1e-12))
  }

  @Test("the indices are nil where clusters cannot be compared, and infinite or 0 at the limits")
  func undefined() throws {
    let pair = Matrix(rows: [[0], [1]])
    for labels: [ClusterLabel] in [[0, 0], [0, 1], [.noise, .noise]] {
      #expect(try calinskiHarabaszIndex(of: labels, in: pair) == nil)
      #expect(try daviesBouldinIndex(of: labels, in: pair) == nil)
    }
    #expect(try calinskiHarabaszIndex(of: [], in: Matrix(rows: [])) == nil)
    let equal = Matrix(rowCount: 6, columnCount: 1, repeating: 0.1)
    #expect(try calinskiHarabaszIndex(of: [0, 0, 0, 1, 1, 1], in: equal) == nil)
    #expect(try daviesBouldinIndex(of: [0, 0, 0, 1, 1, 1], in: equal) == nil)
    let two = Matrix(rows: [[0.1], [0.1], [0.7], [0.7]])
    #expect(try calinskiHarabaszIndex(of: [0, 0, 1, 1], in: two) == .infinity)
    #expect(try daviesBouldinIndex(of: [0, 0, 1, 1], in: two) == 0)
    #expect(try daviesBouldinIndex(of: [0, 0, 1, 1], in: Matrix(rows: [[0], [2], [0], [2]])) == .infinity)
  }

  @Test("the indices refuse missing labels and missing values")
  func refuses() {
    #expect(throws: KernelError.sampleCount(expected: 300, found: 1)) { try calinskiHarabaszIndex(of: [0], in: points) }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try daviesBouldinIndex(of: [0, 1], in: Matrix(rows: [[1], [.nan]]))
    }
  }
}

@Suite("Normalised clustering accuracy")
struct NormalizedClusteringAccuracyTests {
  @Test("three clusters have the accuracy worked by hand, whatever their names")
  func byHand() throws {
    // Found shares 2/2, 1/2 and 2/4 with partners 5, 3, 1 in this order: (2 − 1)/(3 − 1).
    let reference: [ClusterLabel] = [0, 0, 1, 1, 2, 2, 2, 2]
    let found: [ClusterLabel] = [5, 5, 5, 3, 1, 1, 3, 3]
    #expect(try normalizedClusteringAccuracy(between: reference, and: found) == 0.5)
    #expect(
      try normalizedClusteringAccuracy(between: reference, and: reference.map { ClusterLabel(9 - $0.index!) }) == 1)
  }

  @Test(
    "it equals the definition solved by scipy", .tags(.reference),
    arguments: [
      (1, 4, 4, 0.514069264069264), (2, 3, 6, 0.38910256410256405), (3, 6, 3, 0.24394696482461783),
      (4, 9, 9, 0.48635297070079675),
    ] as [(UInt64, Int, Int, Double)])
  func equalsScipy(seed: UInt64, referenceCount: Int, foundCount: Int, expected: Double) throws {
    let (reference, found) = labels(seed, referenceCount, foundCount)
    #expect(try agree(#require(try normalizedClusteringAccuracy(between: reference, and: found)), expected))
  }

  @Test("no permutation of labels is better than the one it finds", .tags(.differential), arguments: 0..<UInt64(40))
  func matchesExhaustiveSearch(seed: UInt64) throws {
    let (reference, found) = labels(seed, 5, 5)
    var best = 0.0
    func search(_ row: Int, _ free: [Int], _ sum: Double) {
      guard row < 5 else {
        best = max(best, sum)
        return
      }
      let members = reference.indices.filter { reference[$0].index == row }
      for column in free {
        let share = Double(members.count { found[$0].index == column }) / Double(members.count)
        search(row + 1, free.filter { $0 != column }, sum + share)
      }
    }
    search(0, Array(0..<5), 0)
    #expect(try agree(#require(try normalizedClusteringAccuracy(between: reference, and: found)), (best - 1) / 4))
  }

  @Test("labels that say nothing have accuracy 0, and noise is left out or not found")
  func edges() throws {
    #expect(try normalizedClusteringAccuracy(between: [0, 0, 1, 1], and: [0, 0, 0, 0]) == 0)
    #expect(try normalizedClusteringAccuracy(between: [0, 0, 1, 1], and: [0, 1, 0, 1]) == 0)
    #expect(try normalizedClusteringAccuracy(between: [0, .noise, 1, 1], and: [0, 1, 1, 1]) == 1)
    #expect(try normalizedClusteringAccuracy(between: [0, 0, 1, 1], and: [0, 0, 1, .noise]) == 0.5)
    #expect(try normalizedClusteringAccuracy(between: [0, 1], and: [.noise, .noise]) == -1)
    #expect(try normalizedClusteringAccuracy(between: [0, 0], and: [0, 1]) == nil)
    #expect(try normalizedClusteringAccuracy(between: [], and: []) == nil)
    #expect(throws: KernelError.sampleCount(expected: 1, found: 2)) {
      try normalizedClusteringAccuracy(between: [0], and: [0, 1])
    }
  }

  private func labels(_ seed: UInt64, _ referenceCount: Int, _ foundCount: Int) -> ([ClusterLabel], [ClusterLabel]) {
    var generator = SplitMix64(seed: seed)
    var (reference, found) = ([ClusterLabel](), [ClusterLabel]())
    for _ in 0..<200 {
      let one = Int(generator.nextUnit() * Double(referenceCount))
      reference.append(ClusterLabel(one))
      found.append(
        ClusterLabel(
          generator.nextUnit() < 0.5 ? one * 5 % foundCount : Int(generator.nextUnit() * Double(foundCount))))
    }
    return (reference, found)
  }
}
