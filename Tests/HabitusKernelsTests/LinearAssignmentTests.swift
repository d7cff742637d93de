import Foundation
import HabitusKernels
import Testing

@Suite("Linear assignment")
struct LinearAssignmentTests {
  @Test("pairs three workers with three tasks, worked by hand")
  func byHand() throws {
    let costs = Matrix(rows: [[4, 1, 3], [2, 0, 5], [3, 2, 2]])
    let cheapest = try LinearAssignment(of: costs)
    #expect(cheapest.columns == [1, 0, 2] && cheapest.total == 5)
    let dearest = try LinearAssignment(of: costs, .maximumValue)
    // 4 + 5 + 2; the other pairings have 6, 5, 9, 7 and 6.
    #expect(dearest.columns == [0, 2, 1] && dearest.total == 11)
    #expect(dearest.pairs.map(\.row) == [0, 1, 2] && dearest.pairs.map(\.column) == [0, 2, 1])
  }

  struct Reference: Decodable {
    let seed: UInt64
    let rows: Int
    let columns: Int
    let cost: Double
    let value: Double
    let pairedRows: [Int]
    let pairedColumns: [Int]
  }
  struct References: Decodable { let assignments: [Reference] }

  @Test("agrees with scipy's linear_sum_assignment (Scripts/reference/hierarchy.py)", .tags(.reference))
  func agreesWithScipy() throws {
    let references = try ReferenceData.read("hierarchy", as: References.self).assignments
    #expect(references.count == 4)
    for reference in references {
      var generator = SplitMix64(seed: reference.seed)
      let costs = Matrix(
        rowCount: reference.rows, columnCount: reference.columns,
        values: (0..<reference.rows * reference.columns).map { _ in generator.nextUnit() })
      let cheapest = try LinearAssignment(of: costs)
      #expect(agree(cheapest.total, reference.cost))
      #expect(cheapest.pairs.map(\.row) == reference.pairedRows)
      #expect(cheapest.pairs.map(\.column) == reference.pairedColumns)
      #expect(agree(try LinearAssignment(of: costs, .maximumValue).total, reference.value))
    }
  }

  @Test("is never beaten by another pairing", .tags(.differential), arguments: 0..<UInt64(60))
  func matchesExhaustiveSearch(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (rows, columns) = (1 + generator.nextIndex(below: 5), 1 + generator.nextIndex(below: 5))
    // Small whole numbers, some below 0, make ties likely and sums exact.
    let values = Matrix(
      rowCount: rows, columnCount: columns,
      values: (0..<rows * columns).map { _ in Double(generator.nextIndex(below: 7) - 3) })
    let sums = totals(values, row: 0, free: Set(0..<columns), skipping: max(0, rows - columns))
    for (objective, best) in [(LinearAssignment.Objective.minimumCost, sums.min()), (.maximumValue, sums.max())] {
      let found = try LinearAssignment(of: values, objective)
      #expect(found.total == best, "seed \(seed)")
      #expect(found.pairs.count == min(rows, columns), "seed \(seed)")
      #expect(Set(found.pairs.map(\.column)).count == found.pairs.count, "seed \(seed)")
      #expect(found.pairs.reduce(0) { $0 + values[$1.row, $1.column] } == found.total, "seed \(seed)")
      #expect(try LinearAssignment(of: values, objective) == found, "seed \(seed)")
    }
  }

  /// The sums of all pairings from `row` on, of which `skipping` rows get no column.
  func totals(_ values: Matrix, row: Int, free: Set<Int>, skipping: Int) -> [Double] {
    guard row < values.rowCount else { return [0] }
    var sums = free.flatMap { column in
      totals(values, row: row + 1, free: free.subtracting([column]), skipping: skipping).map {
        $0 + values[row, column]
      }
    }
    if skipping > 0 { sums += totals(values, row: row + 1, free: free, skipping: skipping - 1) }
    return sums
  }

  @Test("equal costs pair rows and columns in order")
  func ties() throws {
    let square = try LinearAssignment(of: Matrix(rowCount: 4, columnCount: 4, repeating: 2))
    #expect(square.columns == [0, 1, 2, 3] && square.total == 8)
    #expect(try LinearAssignment(of: Matrix(rowCount: 3, columnCount: 2, repeating: 1)).columns == [0, 1, nil])
    #expect(try LinearAssignment(of: Matrix(rowCount: 2, columnCount: 3, repeating: 1)).columns == [0, 1])
  }

  @Test("nothing to pair costs nothing, and values that are not finite are refused")
  func degenerate() throws {
    let empty = try LinearAssignment(of: Matrix(rows: []))
    #expect(empty.columns.isEmpty && empty.total == 0)
    let columnless = try LinearAssignment(of: Matrix(rowCount: 2, columnCount: 0, repeating: 0))
    #expect(columnless.columns == [nil, nil] && columnless.pairs.isEmpty)
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) {
      try LinearAssignment(of: Matrix(rows: [[1, .infinity]]))
    }
    let found = try LinearAssignment(of: Matrix(rows: [[1, 2]]))
    #expect(try JSONDecoder().decode(LinearAssignment.self, from: JSONEncoder().encode(found)) == found)
  }
}
