import Foundation
import HabitusKernels
import Testing

@Suite("DBSCAN")
struct DBSCANTests {
  @Test("labels points worked by hand")
  func byHand() throws {
    // Row 3 has itself, 1 and twice 3 near, rows 5 and 8 also 2 and 4, row 7 twice 3 and 5.
    let points = Matrix(rows: [[0], [1], [20], [2], [9], [3], [5], [4], [3]])
    let model = try DBSCAN(radius: 1, minimumNeighborCount: 4).fit(points)
    #expect(model.isCore == [false, false, false, true, false, true, false, true, true])
    #expect(model.labels == [.noise, 0, .noise, 0, .noise, 0, 0, 0, 0])
    let apart = try DBSCAN(radius: 1, minimumNeighborCount: 3).fit(
      Matrix(rows: [[5], [6], [7], [4], [1], [2], [3], [30]]))
    #expect(apart.labels == [0, 0, 0, 0, 0, 0, 0, .noise])
  }

  @Test("gives a point between clusters to the first of them")
  func borderPoint() throws {
    // Rows 1 and 5 have five points near, row 0 is near both, and row 1 is the lower.
    let points = Matrix(rows: [[3], [5], [5.5], [6], [6.2], [1], [0.5], [0], [-0.2]])
    let model = try DBSCAN(radius: 2, minimumNeighborCount: 5).fit(points)
    #expect(model.isCore == [false, true, false, false, false, true, false, false, false])
    #expect(model.labels == [0, 0, 0, 0, 0, 1, 1, 1, 1])
  }

  @Test("labels as scikit-learn does", .tags(.reference))
  func matchesScikitLearn() throws {
    for reference in try DensityReference.all() {
      let expected = reference.dbscan
      let model = try DBSCAN(radius: expected.radius, minimumNeighborCount: expected.minimumNeighborCount)
        .fit(Matrix(rows: reference.points))
      #expect(model.labels.map(\.rawValue) == expected.labels, "\(reference.name)")
      #expect(model.isCore.indices.filter { model.isCore[$0] } == expected.coreRows, "\(reference.name)")
    }
  }

  @Test("agrees with a search point by point", .tags(.differential), arguments: 0..<UInt64(15))
  func matchesSearch(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let rows = 1 + generator.nextIndex(below: 160)
    let columns = 1 + generator.nextIndex(below: 3)
    let points = scattered(&generator, rows: rows, columns: columns, gridSize: seed % 3 == 0 ? 12 : nil)
    let parameters = DBSCAN(
      radius: seed % 3 == 0 ? 1 : 0.02 + 0.2 * generator.nextUnit(),
      minimumNeighborCount: 1 + generator.nextIndex(below: 6))
    let squaredRadius = parameters.radius * parameters.radius
    let near = (0..<rows).map { row in
      (0..<rows).filter { squaredDistance(points, row, $0) <= squaredRadius }
    }
    var labels = Array(repeating: ClusterLabel.noise, count: rows)
    var clusterCount = 0
    for start in 0..<rows where labels[start].isNoise && near[start].count >= parameters.minimumNeighborCount {
      var waiting = [start]
      while let row = waiting.popLast() {
        guard labels[row].isNoise else { continue }
        labels[row] = ClusterLabel(clusterCount)
        if near[row].count >= parameters.minimumNeighborCount { waiting.append(contentsOf: near[row]) }
      }
      clusterCount += 1
    }
    let model = try parameters.fit(points)
    #expect(model.labels == labels)
    #expect(model.clusterCount == clusterCount)
    #expect(try model.predict(points) == labels)
    #expect(try parameters.fit(points, threadCount: 1) == model)
    #expect(try parameters.fit(points, threadCount: 3) == model)
  }

  @Test("predicts by core points within the radius, and survives coding")
  func predicts() throws {
    let model = try DBSCAN(radius: 1, minimumNeighborCount: 2).fit(Matrix(rows: [[0], [1], [10], [11], [20]]))
    #expect(model.labels == [0, 0, 1, 1, .noise])
    #expect(try model.predict(Matrix(rows: [[2], [2.1], [9], [20]])) == [0, .noise, 1, .noise])
    #expect(try JSONDecoder().decode(DBSCAN.Model.self, from: JSONEncoder().encode(model)) == model)
    let text = String(decoding: try JSONEncoder().encode(model), as: UTF8.self)
    let broken = text.replacing("\"coreLabels\":[0,", with: "\"coreLabels\":[1,")
    #expect(broken != text)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(DBSCAN.Model.self, from: Data(broken.utf8)) }
    #expect(throws: KernelError.columnCount(expected: 1, found: 2)) { try model.predict(Matrix(rows: [[1, 2]])) }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) { try model.predict(Matrix(rows: [[.nan]])) }
  }

  @Test("has answers for one point, identical points and points all apart")
  func edgeCases() throws {
    #expect(try DBSCAN(radius: 1, minimumNeighborCount: 2).fit(Matrix(rows: [[4]])).labels == [.noise])
    let alone = try DBSCAN(radius: 1, minimumNeighborCount: 1).fit(Matrix(rows: [[4], [9]]))
    #expect(alone.labels == [0, 1])
    let same = Matrix(rowCount: 300, columnCount: 2, repeating: 7)
    #expect(try DBSCAN(radius: 1e-300, minimumNeighborCount: 300).fit(same).clusterSizes == [300])
    let noise = try DBSCAN(radius: 1, minimumNeighborCount: 301).fit(same)
    #expect(noise.clusterCount == 0 && noise.labels.allSatisfy(\.isNoise))
    #expect(try noise.predict(same).allSatisfy(\.isNoise))
    #expect(try DBSCAN(radius: 1e200, minimumNeighborCount: 2).fit(Matrix(rows: [[0], [1e150]])).labels == [0, 0])
  }

  @Test("refuses what it cannot cluster")
  func refuses() {
    let points = Matrix(rows: [[0], [1]])
    #expect(throws: KernelError.noSamples) {
      try DBSCAN(radius: 1, minimumNeighborCount: 1).fit(Matrix(rowCount: 0, columnCount: 1, values: []))
    }
    #expect(throws: KernelError.parameter(name: "radius", value: 0, allowed: "above 0")) {
      try DBSCAN(radius: 0, minimumNeighborCount: 1).fit(points)
    }
    #expect(throws: KernelError.parameter(name: "minimumNeighborCount", value: 0, allowed: "1 or more")) {
      try DBSCAN(radius: 1, minimumNeighborCount: 0).fit(points)
    }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try DBSCAN(radius: 1, minimumNeighborCount: 1).fit(Matrix(rows: [[0], [.infinity]]))
    }
  }
}
