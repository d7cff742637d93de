import HabitusKernels
import Testing

@Suite("Cluster validity")
struct ClusterValidityTests {
  let points = groups(seed: 7, rows: 300, columns: 4, groupCount: 5, distance: 1.5)

  @Test("the silhouette of three points on a line is that worked by hand")
  func byHand() throws {
    // 0 and 1 together, 5 alone: (5 − 1)/5, (4 − 1)/4, and 0 for the single one.
    let line = Matrix(rows: [[0], [1], [5]])
    #expect(try silhouetteValues(of: [0, 0, 1], in: line) == [0.8, 0.75, 0])
    #expect(try agree(#require(try silhouetteScore(of: [0, 0, 1], in: line)), 1.55 / 3))
  }

  @Test("silhouettes equal scikit-learn's", .tags(.reference))
  func equalsScikitLearn() throws {
    let model = try KMeans(clusterCount: 5, restartCount: 10, tolerance: 0).fit(points)
    #expect(try agree(#require(try silhouetteScore(of: model.labels, in: points)), 0.7032615304515749))
    let labels = (0..<300).map { ClusterLabel($0 % 3) }
    #expect(try agree(#require(try silhouetteScore(of: labels, in: points)), -0.012170282069224955))
    let expected = [-0.011568567766999108, -0.012597159249473463, -0.01719839824140699, -0.00798430038213266]
    let values = try #require(try silhouetteValues(of: labels, in: points))
    #expect(zip(values, expected).allSatisfy { agree($0, $1) })
  }

  /// Printed by Scripts/reference/kmeans.py: rows, columns, groups, the score, the silhouettes of rows 0, 50 and 105.
  static let silhouettes: [(Int, Int, Int, Double, [Double])] = [
    (203, 3, 3, 0.3889175150831136, [0.2256472263457838, 0.6153029551456217, -0.580181207318883]),
    (150, 16, 8, 0.34232949614860303, [0.11134292788313718, 0.16607139216969297, -0.6097156751144387]),
    (120, 1, 2, 0.5899167536385854, [0.32829896474579967, 0.6462105778759936, 0.6244347663348871]),
  ]

  @Test("silhouettes of grouped labels equal scikit-learn's", .tags(.reference), arguments: 0..<3)
  func equalsScikitLearnOnGroups(index: Int) throws {
    let (rows, columns, groupCount, score, expected) = Self.silhouettes[index]
    var points = groups(seed: 31, rows: rows, columns: columns, groupCount: groupCount, distance: 0.9)
    for row in 0..<10 { for column in 0..<columns { points[100 + row, column] = points[row, column] } }
    let labels = (0..<rows).map { ClusterLabel($0 % groupCount) }
    #expect(try agree(#require(try silhouetteScore(of: labels, in: points)), score, tolerance: 1e-9))
    let values = try #require(try silhouetteValues(of: labels, in: points))
    #expect(zip([0, 50, 105], expected).allSatisfy { agree(values[$0], $1, tolerance: 1e-9) })
  }

  @Test("silhouettes equal their definition", .tags(.differential), arguments: 0..<UInt64(12))
  func equalsDefinition(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (rows, columns) = (2 + generator.nextIndex(below: 80), generator.nextIndex(below: 20))
    let points = Matrix(
      rowCount: rows, columnCount: columns,
      values: (0..<rows * columns).map { _ in Double(generator.nextIndex(below: 3)) })
    // Gaps among the labels, and noise.
    let labels = (0..<rows).map { _ in ClusterLabel(rawValue: Int32(generator.nextIndex(below: 5)) * 7 - 7) }
      .map { $0.rawValue < 0 ? ClusterLabel.noise : $0 }
    func distance(_ first: Int, _ second: Int) -> Double {
      zip(points.row(first), points.row(second)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let clusters = Set(labels.filter { !$0.isNoise }).map { label in labels.indices.filter { labels[$0] == label } }
    let values = try silhouetteValues(of: labels, in: points)
    guard clusters.count >= 2, clusters.contains(where: { $0.count >= 2 }) else {
      #expect(values == nil)
      return
    }
    for (row, value) in try #require(values).enumerated() {
      guard !labels[row].isNoise else {
        #expect(value.isNaN)
        continue
      }
      var (within, between) = (0.0, Double.infinity)
      for cluster in clusters {
        let sum = cluster.reduce(0) { $0 + distance(row, $1) }
        if cluster.contains(row) {
          within = cluster.count > 1 ? sum / Double(cluster.count - 1) : .nan
        } else {
          between = min(between, sum / Double(cluster.count))
        }
      }
      let expected = within.isNaN || max(within, between) == 0 ? 0 : (between - within) / max(within, between)
      #expect(agree(value, expected), "seed \(seed), row \(row)")
    }
  }

  @Test("silhouettes are the same to the bit on any number of threads")
  func threads() throws {
    let labels = (0..<300).map { ClusterLabel($0 % 4) }
    #expect(
      try silhouetteValues(of: labels, in: points, threadCount: 1)
        == silhouetteValues(of: labels, in: points, threadCount: 3))
    #expect(
      try silhouetteValues(of: labels, in: points, threadCount: 1)
        == silhouetteValues(of: labels, in: points, threadCount: 2))
  }

  @Test("silhouettes are nil for one cluster, for single samples only, and without samples")
  func undefined() throws {
    let pair = Matrix(rows: [[0], [1]])
    #expect(try silhouetteScore(of: [0, 0], in: pair) == nil)
    #expect(try silhouetteScore(of: [0, 1], in: pair) == nil)
    #expect(try silhouetteScore(of: [], in: Matrix(rows: [])) == nil)
    #expect(try silhouetteScore(of: [.noise, .noise], in: pair) == nil)
  }

  @Test("noise counts nowhere, unused labels neither, and equal points have silhouette 0")
  func noiseAndTies() throws {
    let line = Matrix(rows: [[0], [1], [100], [5]])
    let values = try #require(try silhouetteValues(of: [0, 0, .noise, 3], in: line))
    #expect(values[0] == 0.8 && values[1] == 0.75 && values[2].isNaN && values[3] == 0)
    #expect(try agree(#require(try silhouetteScore(of: [0, 0, .noise, 3], in: line)), 1.55 / 3))
    let equal = Matrix(rowCount: 4, columnCount: 2, repeating: 3)
    #expect(try silhouetteScore(of: [0, 0, 1, 1], in: equal) == 0)
  }

  @Test("a sample of all rows is exact; a smaller one comes near it, and the same seed gives the same")
  func sampled() throws {
    let labels = (0..<300).map { ClusterLabel($0 % 5) }
    let exact = try #require(try silhouetteScore(of: labels, in: points))
    #expect(try silhouetteScore(of: labels, in: points, sampleSize: 300, seed: 1) == exact)
    let sampled = try #require(try silhouetteScore(of: labels, in: points, sampleSize: 150, seed: 1))
    #expect(sampled != exact && abs(sampled - exact) < 0.1)
    #expect(try silhouetteScore(of: labels, in: points, sampleSize: 150, seed: 1) == sampled)
  }

  @Test("silhouettes refuse missing labels and missing values")
  func refuses() {
    #expect(throws: KernelError.sampleCount(expected: 300, found: 1)) { try silhouetteScore(of: [0], in: points) }
    #expect(throws: KernelError.sampleCount(expected: 300, found: 1)) {
      try silhouetteScore(of: [0], in: points, sampleSize: 9, seed: 0)
    }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try silhouetteScore(of: [0, 1], in: Matrix(rows: [[1], [.nan]]))
    }
  }

  @Test("a label is an index or noise, and says so")
  func labels() {
    let labels: [ClusterLabel] = [3, .noise]
    #expect(labels.map(\.index) == [3, nil] && labels.map(\.isNoise) == [false, true])
    #expect(labels.map(\.description) == ["3", "noise"])
  }

  @Test("the adjusted Rand index equals scikit-learn's", .tags(.reference))
  func adjustedRand() throws {
    let first: [ClusterLabel] = [0, 0, 1, 1, 2, 2, 2, 3, 3, 0]
    let second: [ClusterLabel] = [0, 0, 1, 2, 2, 2, 2, 1, 1, 3]
    #expect(try agree(adjustedRandIndex(between: first, and: second), 0.4461538461538462))
    #expect(try agree(adjustedRandIndex(between: second, and: first), 0.4461538461538462))
  }

  @Test(
    "the adjusted Rand index of made labels equals scikit-learn's", .tags(.reference),
    arguments: [
      // Printed by Scripts/reference/kmeans.py.
      (1000, [2, 2], [-0.0007432947714438768, 0.4350347534448635]),
      (1000, [8, 3], [0.0004431749709352246, 0.40977878039302545]),
      (5000, [20, 40], [-9.706581459327216e-05, 0.5094307156516329]),
      (60, [50, 50], [-0.019350380096751902, 0.42730802415875757]),
    ])
  func adjustedRandOfMadeLabels(rows: Int, counts: [Int], expected: [Double]) throws {
    func drawn(seed: UInt64, count: Int) -> [ClusterLabel] {
      var generator = SplitMix64(seed: seed)
      return (0..<rows).map { _ in ClusterLabel(Int(generator.nextUnit() * Double(count))) }
    }
    let first = drawn(seed: 41, count: counts[0])
    let second = drawn(seed: 42, count: counts[1])
    // Every third label is redrawn.
    let mixed = first.indices.map { $0 % 3 == 0 ? second[$0] : first[$0] }
    #expect(try agree(adjustedRandIndex(between: first, and: second), expected[0], tolerance: 1e-9))
    #expect(try agree(adjustedRandIndex(between: first, and: mixed), expected[1], tolerance: 1e-9))
  }

  @Test("the adjusted Rand index ignores names, takes noise for a cluster, and is 1 where nothing can differ")
  func adjustedRandEdges() throws {
    #expect(try adjustedRandIndex(between: [0, 0, 1, .noise], and: [2, 2, 0, 1]) == 1)
    #expect(try adjustedRandIndex(between: [0, 0, 0], and: [1, 1, 1]) == 1)
    #expect(try adjustedRandIndex(between: [], and: []) == 1)
    #expect(try adjustedRandIndex(between: [0], and: [0]) == 1)
    // One trivial labeling says nothing about the other.
    #expect(try adjustedRandIndex(between: [0, 0, 0, 0], and: [0, 0, 1, 1]) == 0)
    // Crossed labels agree less than chance: 0 pairs together, 2/3 expected of at most 2.
    #expect(try agree(adjustedRandIndex(between: [0, 0, 1, 1], and: [0, 1, 0, 1]), -0.5))
    #expect(throws: KernelError.sampleCount(expected: 1, found: 2)) {
      try adjustedRandIndex(between: [0], and: [0, 1])
    }
  }
}
