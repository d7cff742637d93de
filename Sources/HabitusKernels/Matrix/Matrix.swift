/// A dense table of numbers, row-major: samples are rows, features are columns.
///
/// NaN stands for "no value" where a kernel's documentation allows it.
public struct Matrix: Hashable, Sendable {
  /// Number of rows.
  public let rowCount: Int
  /// Number of columns.
  public let columnCount: Int
  /// All values, row after row; `rowCount × columnCount` of them.
  public private(set) var values: [Double]

  /// Takes `values`, row after row.
  ///
  /// - Precondition: there are `rowCount × columnCount` values.
  public init(rowCount: Int, columnCount: Int, values: [Double]) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix cannot have a negative number of rows or columns")
    precondition(values.count == rowCount * columnCount, "a matrix needs rowCount × columnCount values")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.values = values
  }

  /// Makes a matrix with `value` everywhere.
  public init(rowCount: Int, columnCount: Int, repeating value: Double) {
    self.init(
      rowCount: rowCount, columnCount: columnCount, values: Array(repeating: value, count: rowCount * columnCount))
  }

  /// Makes a matrix from its rows.
  ///
  /// - Precondition: all rows are equally long.
  public init(rows: [[Double]]) {
    let columnCount = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columnCount }, "the rows of a matrix must be equally long")
    self.init(rowCount: rows.count, columnCount: columnCount, values: rows.flatMap { $0 })
  }

  /// The value at a row and a column. O(1).
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(column >= 0 && column < columnCount, "column out of range")
      return values[row * columnCount + column]
    }
    set {
      precondition(column >= 0 && column < columnCount, "column out of range")
      values[row * columnCount + column] = newValue
    }
  }

  /// Row `index`, `columnCount` values. O(1).
  public func row(_ index: Int) -> ArraySlice<Double> {
    values[index * columnCount..<(index + 1) * columnCount]
  }

  /// Column `index`, `rowCount` values. O(`rowCount`).
  public func column(_ index: Int) -> [Double] {
    precondition(index >= 0 && index < columnCount, "column out of range")
    return (0..<rowCount).map { values[$0 * columnCount + index] }
  }

  /// A matrix of the rows with these indices, in this order.
  public func selectingRows(_ indices: [Int]) -> Matrix {
    var selected: [Double] = []
    selected.reserveCapacity(indices.count * columnCount)
    for index in indices { selected.append(contentsOf: row(index)) }
    return Matrix(rowCount: indices.count, columnCount: columnCount, values: selected)
  }

  /// Refuses values that are NaN, infinite, or above 1e150 in size, where squares would not be finite, naming the first
  /// in row order.
  func requireFiniteSquares() throws(KernelError) {
    guard let index = values.firstIndex(where: { !(abs($0) <= 1e150) }) else { return }
    throw .notFinite(row: index / columnCount, column: index % columnCount)
  }

  /// Refuses values that are not finite, naming the first in row order.
  func requireFinite() throws(KernelError) {
    guard let index = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw .notFinite(row: index / columnCount, column: index % columnCount)
  }
}

extension Matrix: Codable {
  private enum CodingKeys: String, CodingKey { case rowCount, columnCount, values }

  /// Reads a matrix, and refuses one whose counts do not fit its values.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let rowCount = try container.decode(Int.self, forKey: .rowCount)
    let columnCount = try container.decode(Int.self, forKey: .columnCount)
    let values = try container.decode([Double].self, forKey: .values)
    let (expected, overflow) = rowCount.multipliedReportingOverflow(by: columnCount)
    guard rowCount >= 0, columnCount >= 0, !overflow, expected == values.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container,
        debugDescription: "\(values.count) values cannot fill \(rowCount) rows of \(columnCount) columns")
    }
    self.init(rowCount: rowCount, columnCount: columnCount, values: values)
  }
}
