import HabitusKernels
import Testing

@Suite("Nearest neighbors")
struct NearestNeighborsTests {
  @Test("finds neighbors worked by hand, ties by row", arguments: [NearestNeighbors.Method.tree, .bruteForce])
  func byHand(method: NearestNeighbors.Method) throws {
    let index = try NearestNeighbors(Matrix(rows: [[0, 3], [0, -3], [4, 0], [3, 0], [0, 3]]), method: method)
    let found = try index.neighbors(of: [0, 0], count: 4)
    #expect(found.map(\.row) == [0, 1, 3, 4])
    #expect(found.map(\.distance) == [3, 3, 3, 3])
    #expect(try index.neighbors(of: [0, 3], count: 2, excludingRow: 0).map(\.row) == [4, 3])
    #expect(try index.neighbors(of: [0, 0], within: 3).map(\.row) == [0, 1, 3, 4])
    #expect(try index.neighbors(of: [4, 0], within: 1).map(\.distance) == [0, 1])
    let all = try index.neighborsOfRows(count: 1)
    #expect(all.rows == [4, 3, 3, 2, 0])
    #expect(all.distances(of: 2) == [1])
  }

  @Test("agrees with sorting all distances", .tags(.differential), arguments: 0..<UInt64(12))
  func matchesSorting(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let columns = [1, 2, 3, 8, 9, 17][Int(seed % 6)]
    let rows = 1 + generator.nextIndex(below: 90)
    let points = scattered(&generator, rows: rows, columns: columns, gridSize: seed % 2 == 0 ? 3 : nil)
    let queries = scattered(&generator, rows: 6, columns: columns, gridSize: seed % 2 == 0 ? 3 : nil)
    let count = 1 + generator.nextIndex(below: 12)
    let both = Matrix(
      rowCount: rows + 6, columnCount: columns, values: points.values + queries.values)
    func sorted(from row: Int, excluding: Int?) -> [Int] {
      let distances = (0..<rows).map { squaredDistance(both, row, $0) }
      return (0..<rows).filter { $0 != excluding }.sorted { (distances[$0], $0) < (distances[$1], $1) }
    }
    for method in [NearestNeighbors.Method.tree, .bruteForce] {
      let index = try NearestNeighbors(points, method: method)
      let others = try index.neighborsOfRows(count: count)
      let selves = try index.neighborsOfRows(count: count, includesSelf: true)
      for row in 0..<rows {
        #expect(others.rows(of: row).map(Int.init) == Array(sorted(from: row, excluding: row).prefix(count)))
        #expect(selves.rows(of: row).map(Int.init) == Array(sorted(from: row, excluding: nil).prefix(count)))
      }
      let found = try index.neighbors(of: queries, count: count)
      for query in 0..<6 {
        let expected = sorted(from: rows + query, excluding: nil)
        #expect(found.rows(of: query).map(Int.init) == Array(expected.prefix(count)))
        let point = queries.row(query)
        #expect(try index.neighbors(of: point, count: count).map(\.row) == Array(expected.prefix(count)))
        let radius = squaredDistance(both, rows + query, expected[expected.count / 2]).squareRoot()
        let near = expected.filter { squaredDistance(both, rows + query, $0).squareRoot() <= radius * 0.999 }
        #expect(try index.neighbors(of: point, within: radius * 0.999).map(\.row) == near)
      }
    }
  }

  @Test("gives the same on any number of threads")
  func threads() throws {
    let points = groups(seed: 3, rows: 600, columns: 5, groupCount: 4, distance: 2)
    let index = try NearestNeighbors(points)
    let one = try index.neighborsOfRows(count: 7, threadCount: 1)
    #expect(try index.neighborsOfRows(count: 7, threadCount: 2) == one)
    #expect(try index.neighborsOfRows(count: 7, threadCount: 3) == one)
    let queries = try index.neighbors(of: points, count: 7, threadCount: 1)
    #expect(try index.neighbors(of: points, count: 7, threadCount: 3) == queries)
  }

  @Test("has answers without points, columns or others, and for many identical points")
  func edgeCases() throws {
    let none = try NearestNeighbors(Matrix(rowCount: 0, columnCount: 2, values: []))
    #expect(try none.neighbors(of: [1, 2], count: 3).isEmpty)
    #expect(try none.neighbors(of: [1, 2], within: 3).isEmpty)
    #expect(try none.neighborsOfRows(count: 3).count == 0)
    let one = try NearestNeighbors(Matrix(rows: [[5]]))
    #expect(try one.neighborsOfRows(count: 3).rows.isEmpty)
    #expect(try one.neighborsOfRows(count: 3, includesSelf: true).rows == [0])
    #expect(try one.neighbors(of: [7], count: 0).isEmpty)
    #expect(try one.neighbors(of: [5], count: 1, excludingRow: 0).isEmpty)
    let flat = try NearestNeighbors(Matrix(rowCount: 3, columnCount: 0, values: []))
    #expect(try flat.neighborsOfRows(count: 2).rows == [1, 2, 0, 2, 0, 1])
    let same = try NearestNeighbors(Matrix(rowCount: 1_000, columnCount: 3, repeating: 0.1))
    #expect(try same.neighborsOfRows(count: 2).rows.suffix(4) == [0, 1, 0, 1])
  }

  @Test("refuses what is not finite or does not fit")
  func refuses() throws {
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try NearestNeighbors(Matrix(rows: [[0, 1], [.nan, 1]]))
    }
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) { try NearestNeighbors(Matrix(rows: [[0, 1e160]])) }
    let index = try NearestNeighbors(Matrix(rows: [[0, 1], [2, 3]]))
    #expect(throws: KernelError.columnCount(expected: 2, found: 1)) { try index.neighbors(of: [1], count: 1) }
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) {
      try index.neighbors(of: [1, .infinity], count: 1)
    }
    #expect(throws: KernelError.parameter(name: "count", value: -1, allowed: "0 or more")) {
      try index.neighborsOfRows(count: -1)
    }
    #expect(throws: KernelError.parameter(name: "radius", value: -1, allowed: "0 or more")) {
      try index.neighbors(of: [1, 1], within: -1)
    }
  }
}
