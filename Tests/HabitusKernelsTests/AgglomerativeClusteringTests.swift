import Foundation
import HabitusKernels
import Testing

@Suite("Agglomerative clustering")
struct AgglomerativeClusteringTests {
  typealias Linkage = AgglomerativeClustering.Linkage

  @Test("joins four points on a line, worked by hand")
  func byHand() throws {
    let points = Matrix(rows: [[0], [1], [4], [6]])
    func heights(_ linkage: Linkage) throws -> [Double] {
      try AgglomerativeClustering(linkage: linkage).fit(points).merges.map(\.height)
    }
    #expect(try heights(.single) == [1, 2, 3])
    #expect(try heights(.complete) == [1, 2, 6])
    // 4, 6, 3 and 5 apart.
    #expect(try heights(.average) == [1, 2, 4.5])
    // Means 0.5 and 5: √(2·2·2/4) · 4.5.
    #expect(agree(try heights(.ward)[2], 2.0.squareRoot() * 4.5))
    let model = try AgglomerativeClustering().fit(points)
    #expect(model.merges.map(\.first) == [0, 2, 4] && model.merges.map(\.second) == [1, 3, 5])
    #expect(model.merges.map(\.size) == [2, 2, 4])
    #expect(try model.labels(clusterCount: 1) == [0, 0, 0, 0])
    #expect(try model.labels(clusterCount: 2) == [0, 0, 1, 1])
    #expect(try model.labels(clusterCount: 3) == [0, 0, 1, 2])
    #expect(try model.labels(clusterCount: 4) == [0, 1, 2, 3])
    #expect(model.labels(cutAt: 1.99) == [0, 0, 1, 2] && model.labels(cutAt: 2) == [0, 0, 1, 1])
    #expect(model.labels(cutAt: -1) == [0, 1, 2, 3] && model.labels(cutAt: .infinity) == [0, 0, 0, 0])
    // The larger cluster comes first.
    let later = try AgglomerativeClustering().fit(Matrix(rows: [[9], [0], [1]]))
    #expect(try later.labels(clusterCount: 2) == [1, 0, 0])
  }

  struct Reference: Decodable {
    let linkage: Linkage
    let seed: UInt64
    let rows: Int
    let columns: Int
    let distance: Double
    let merges: [[Double]]
    let labels: [Int]
  }
  struct References: Decodable { let trees: [Reference] }

  @Test("agrees with scipy's trees (Scripts/reference/hierarchy.py)", .tags(.reference))
  func agreesWithScipy() throws {
    let references = try ReferenceData.read("hierarchy", as: References.self).trees
    #expect(references.count == 12)
    for reference in references {
      let name = Comment(rawValue: "\(reference.linkage) \(reference.seed)")
      let points = groups(
        seed: reference.seed, rows: reference.rows, columns: reference.columns, groupCount: 4,
        distance: reference.distance)
      let model = try AgglomerativeClustering(linkage: reference.linkage).fit(points)
      #expect(model.merges.count == reference.merges.count, name)
      for (merge, expected) in zip(model.merges, reference.merges) {
        #expect(
          [merge.first, merge.second, merge.size].map(Double.init) == [expected[0], expected[1], expected[3]], name)
        #expect(agree(merge.height, expected[2], tolerance: 1e-10), name)
      }
      let pairs = Set(zip(try model.labels(clusterCount: 4), reference.labels).map { "\($0) \($1)" })
      #expect(pairs.count == 4, name)
    }
  }

  @Test("joins the nearest pair at every step", .tags(.differential), arguments: Linkage.allCases, 0..<UInt64(8))
  func matchesExhaustiveSearch(linkage: Linkage, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (rows, columns) = (1 + generator.nextIndex(below: 24), 1 + generator.nextIndex(below: 4))
    let isCoarse = seed % 2 == 1
    let points = Matrix(
      rowCount: rows, columnCount: columns,
      values: (0..<rows * columns).map { _ in
        isCoarse ? Double(generator.nextIndex(below: 4)) : generator.nextUnit()
      })
    let model = try AgglomerativeClustering(linkage: linkage).fit(points)
    #expect(model.merges.count == rows - 1 && model.merges.last.map { $0.size == rows } ?? true)
    var clusters = Dictionary(uniqueKeysWithValues: (0..<rows).map { ($0, [$0]) })
    for (index, merge) in model.merges.enumerated() {
      let least = clusters.keys.flatMap { one in
        clusters.keys.filter { $0 < one }.map { distance(clusters[one]!, clusters[$0]!, in: points, linkage) }
      }.min()
      let (first, second) = (try #require(clusters[merge.first]), try #require(clusters[merge.second]))
      let height = distance(first, second, in: points, linkage)
      #expect(agree(merge.height, height, tolerance: 1e-10) && merge.first < merge.second, "seed \(seed)")
      // With ties a chain may join another pair, which changes what comes later, but never the least distance first.
      if !isCoarse || index == 0 { #expect(agree(height, least ?? .nan, tolerance: 1e-10), "seed \(seed)") }
      #expect(merge.size == first.count + second.count, "seed \(seed)")
      clusters[merge.first] = nil
      clusters[merge.second] = nil
      clusters[rows + index] = first + second
    }
    #expect(zip(model.merges, model.merges.dropFirst()).allSatisfy { $0.height <= $1.height })
  }

  func distance(_ first: [Int], _ second: [Int], in points: Matrix, _ linkage: Linkage) -> Double {
    func euclidean(_ one: some Sequence<Double>, _ other: some Sequence<Double>) -> Double {
      zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    let pairs = first.flatMap { one in second.map { euclidean(points.row(one), points.row($0)) } }
    switch linkage {
    case .single: return pairs.min() ?? .nan
    case .complete: return pairs.max() ?? .nan
    case .average: return pairs.reduce(0, +) / Double(pairs.count)
    case .ward:
      func mean(_ members: [Int]) -> [Double] {
        (0..<points.columnCount).map { column in
          members.reduce(0) { $0 + points[$1, column] } / Double(members.count)
        }
      }
      let product = Double(2 * first.count * second.count) / Double(first.count + second.count)
      return product.squareRoot() * euclidean(mean(first), mean(second))
    }
  }

  @Test("is the same to the bit on any number of threads, also where places are closed up", arguments: Linkage.allCases)
  func threads(linkage: Linkage) throws {
    let points = groups(seed: 11, rows: 300, columns: 5, groupCount: 4, distance: 0.7)
    let parameters = AgglomerativeClustering(linkage: linkage)
    let alone = try parameters.fit(points, threadCount: 1)
    #expect(try parameters.fit(points, threadCount: 2) == alone)
    #expect(try parameters.fit(points, threadCount: 3) == alone)
    #expect(try JSONDecoder().decode(AgglomerativeClustering.Model.self, from: JSONEncoder().encode(alone)) == alone)
  }

  @Test(
    "one sample, duplicates, constant columns and points far off have their plain answers", arguments: Linkage.allCases)
  func degenerate(linkage: Linkage) throws {
    let parameters = AgglomerativeClustering(linkage: linkage)
    let single = try parameters.fit(Matrix(rows: [[3, 4]]))
    #expect(single.merges.isEmpty && single.labels(cutAt: 0) == [0])
    #expect(try single.labels(clusterCount: 1) == [0])
    let equal = try parameters.fit(Matrix(rowCount: 100, columnCount: 2, repeating: 5))
    #expect(equal.merges.allSatisfy { $0.height == 0 } && equal.merges.last?.size == 100)
    #expect(equal.labels(cutAt: 0).allSatisfy { $0 == 0 })
    let plain = groups(seed: 3, rows: 90, columns: 2, groupCount: 3, distance: 1)
    let constant = Matrix(rows: (0..<90).map { Array(plain.row($0)) + [1e9] })
    let heights = try parameters.fit(plain).merges.map(\.height)
    #expect(try parameters.fit(constant).merges.map(\.height) == heights)
    let far = try parameters.fit(Matrix(rows: [[1e150, 0], [-1e150, 0], [0, 0], [1, 0]]))
    #expect(far.merges.allSatisfy { $0.height.isFinite })
    #expect(far.merges[0].first == 2 && far.merges[0].second == 3 && far.merges[0].height == 1)
  }

  @Test("calls the checkpoint after every join, and ends where it throws", arguments: Linkage.allCases)
  func checkpoints(linkage: Linkage) throws {
    let plan = try AgglomerativeClustering(linkage: linkage).validated(for: Matrix(rows: [[0], [1], [5], [7]]))
    var seen: [FitProgress] = []
    _ = try plan.fit { (progress) throws(CancellationError) in seen.append(progress) }
    #expect(seen == (1...3).map { FitProgress(completedCount: $0, maximumCount: 3) })
    #expect(throws: CancellationError.self) {
      try plan.fit { (_) throws(CancellationError) in throw CancellationError() }
    }
  }

  @Test("refuses what it cannot join")
  func refuses() throws {
    #expect(throws: KernelError.noSamples) { try AgglomerativeClustering().fit(Matrix(rows: [])) }
    #expect(throws: KernelError.parameter(name: "columnCount", value: 0, allowed: "1 or more")) {
      try AgglomerativeClustering().fit(Matrix(rowCount: 2, columnCount: 0, repeating: 0))
    }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try AgglomerativeClustering().fit(Matrix(rows: [[1], [.nan]]))
    }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) {
      try AgglomerativeClustering().fit(Matrix(rows: [[1e200], [1]]))
    }
    let many = Matrix(rowCount: AgglomerativeClustering.maximumCondensedCount + 1, columnCount: 1, repeating: 0)
    let allowed = "1 to 22000 with complete linkage"
    #expect(throws: KernelError.parameter(name: "rowCount", value: 22_001, allowed: allowed)) {
      try AgglomerativeClustering(linkage: .complete).validated(for: many)
    }
    let model = try AgglomerativeClustering().fit(Matrix(rows: [[0], [1]]))
    for count in [0, 3] {
      #expect(throws: KernelError.clusterCount(requested: count, sampleCount: 2)) {
        try model.labels(clusterCount: count)
      }
    }
  }
}
