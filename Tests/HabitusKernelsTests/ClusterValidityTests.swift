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

  @Test("silhouettes are the same to the bit on any number of threads")
  func threads() throws {
    let labels = (0..<300).map { ClusterLabel($0 % 4) }
    #expect(
      try silhouetteValues(of: labels, in: points, threadCount: 1)
        == silhouetteValues(of: labels, in: points, threadCount: 3))
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
