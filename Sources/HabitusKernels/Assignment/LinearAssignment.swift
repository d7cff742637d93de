/// Pairs rows with columns so that the pairs' values add up to the least cost, or the greatest value.
///
/// Every row of a matrix with no more rows than columns gets a column of its own, and the other way round. By shortest
/// augmenting paths (Kuhn, Naval Res. Logist. Q. 2, 1955; Jonker and Volgenant, Computing 38, 1987; for rectangles
/// Crouse, IEEE Trans. Aerosp. Electron. Syst. 52, 2016).
///
/// Defined cases: of several best pairings always the same one, which rows taken in order and the lowest of equally
/// near columns lead to; a matrix without rows or without columns has no pairs and costs 0.
public struct LinearAssignment: Hashable, Sendable, Codable {
  /// What a pairing is best at.
  public enum Objective: String, Hashable, Sendable, Codable {
    /// Values are costs; their sum is as small as can be.
    case minimumCost
    /// Values are gains; their sum is as great as can be.
    case maximumValue
  }

  /// One a row: its column, or `nil` where there are more rows than columns and it has none.
  public let columns: [Int?]
  /// The sum of the values of all pairs.
  public let total: Double

  /// The rows and columns that are paired, by row.
  public var pairs: [(row: Int, column: Int)] {
    columns.enumerated().compactMap { row, column in column.map { (row, $0) } }
  }

  /// Finds the best pairing. O(s² · l), where s is the smaller and l the larger of rows and columns.
  ///
  /// - Throws: ``KernelError/notFinite(row:column:)`` for a value that is NaN, infinite, or above 1e150 in size.
  public init(of values: Matrix, _ objective: Objective = .minimumCost) throws(KernelError) {
    try values.requireFiniteSquares()
    let isWide = values.rowCount <= values.columnCount
    let sign = objective == .minimumCost ? 1.0 : -1.0
    let (rowCount, columnCount) = isWide ? (values.rowCount, values.columnCount) : (values.columnCount, values.rowCount)
    var costs = Array(repeating: 0.0, count: rowCount * columnCount)
    for row in 0..<rowCount {
      for column in 0..<columnCount {
        costs[row * columnCount + column] = sign * (isWide ? values[row, column] : values[column, row])
      }
    }
    let found = Self.shortestPaths(costs, rowCount: rowCount, columnCount: columnCount)
    var columns: [Int?] = Array(repeating: nil, count: values.rowCount)
    for (row, column) in found.enumerated() {
      if isWide { columns[row] = column } else { columns[column] = row }
    }
    self.columns = columns
    total = columns.enumerated().reduce(0) { sum, pair in sum + (pair.1.map { values[pair.0, $0] } ?? 0) }
  }

  /// One column a row; rows are added one by one, each along the shortest path to a free column.
  private static func shortestPaths(_ costs: [Double], rowCount: Int, columnCount: Int) -> [Int] {
    var rowPrices = Array(repeating: 0.0, count: rowCount)
    var columnPrices = Array(repeating: 0.0, count: columnCount)
    var columns = Array(repeating: -1, count: rowCount)
    var rows = Array(repeating: -1, count: columnCount)
    var distances = Array(repeating: 0.0, count: columnCount)
    var predecessors = Array(repeating: -1, count: columnCount)
    // Columns that the path has not reached come first, ascending.
    var remaining: [Int] = []
    for start in 0..<rowCount {
      for column in 0..<columnCount { distances[column] = .infinity }
      remaining = Array(0..<columnCount)
      var reached: [Int] = []
      var (row, length, sink) = (start, 0.0, -1)
      while sink < 0 {
        var (nearest, least) = (0, Double.infinity)
        let (offset, base) = (row * columnCount, length - rowPrices[row])
        do {
          let (open, values, prices, owners) = (remaining.span, costs.span, columnPrices.span, rows.span)
          var known = distances.mutableSpan
          var sources = predecessors.mutableSpan
          var isFree = false
          // All indices are those of columns, which every one of these arrays has.
          for place in open.indices {
            let column = open[unchecked: place]
            let distance = base + values[unchecked: offset + column] - prices[unchecked: column]
            if distance < known[unchecked: column] {
              known[unchecked: column] = distance
              sources[unchecked: column] = row
            }
            // Of equally near columns one without a row ends the path; otherwise the lowest is taken.
            let shortest = known[unchecked: column]
            if shortest < least || (shortest == least && !isFree && owners[unchecked: column] < 0) {
              (nearest, least, isFree) = (place, shortest, owners[unchecked: column] < 0)
            }
          }
        }
        length = least
        let column = remaining.remove(at: nearest)
        if rows[column] < 0 {
          sink = column
        } else {
          reached.append(column)
          row = rows[column]
        }
      }
      rowPrices[start] += length
      for column in reached {
        let gain = length - distances[column]
        rowPrices[rows[column]] += gain
        columnPrices[column] -= gain
      }
      var column = sink
      while true {
        let predecessor = predecessors[column]
        rows[column] = predecessor
        (columns[predecessor], column) = (column, columns[predecessor])
        if predecessor == start { break }
      }
    }
    return columns
  }
}
