/// A fitted ``Scaling``: per column what stands in for "no value", the transform, the centre and the scale.
///
/// Invariants: a transformed matrix has no NaN; ``inverseTransform(_:)`` undoes ``transform(_:)`` for values that were
/// present, to rounding; transforming rows one at a time or together gives the same bits.
public struct Scaler: Hashable, Sendable, Codable {
  /// What was learned about one column.
  public struct Column: Hashable, Sendable, Codable {
    /// How many values were present.
    public let presentCount: Int
    /// The median of the present values, in original units, which stands in for NaN; `nil` if all were NaN.
    public let median: Double?
    /// The transform before scaling.
    public let shape: ShapeTransform
    /// What is subtracted, after ``shape``.
    public let center: Double
    /// What is divided by, after subtraction; positive.
    public let scale: Double
    /// Whether the column tells rows apart: it had two different present values.
    public let isInformative: Bool
  }

  /// One a column of the data, in its order.
  public let columns: [Column]
  /// What becomes of columns that are not informative.
  public let uninformativeColumns: Scaling.UninformativeColumns

  /// Number of columns of the data.
  public var columnCount: Int { columns.count }

  /// Which columns of the data are the columns of a transformed matrix, in order.
  public var keptColumns: [Int] {
    columns.indices.filter { columns[$0].isInformative || uninformativeColumns == .zeroed }
  }

  /// Scaled rows, without NaN, with the columns ``keptColumns``. O(values).
  ///
  /// A value outside what was seen in fitting is scaled on, never cut.
  ///
  /// - Throws: ``KernelError``: `columnCount` if the number of columns differs, `notFinite` for an infinite value.
  public func transform(_ points: Matrix) throws(KernelError) -> Matrix {
    try requireColumnCount(columns.count, of: points)
    let kept = keptColumns
    var values: [Double] = []
    values.reserveCapacity(points.rowCount * kept.count)
    for row in 0..<points.rowCount {
      for index in kept {
        let value = points[row, index]
        guard !value.isInfinite else { throw .notFinite(row: row, column: index) }
        values.append(columns[index].transformed(value))
      }
    }
    return Matrix(rowCount: points.rowCount, columnCount: kept.count, values: values)
  }

  /// Rows in original units, with all ``columnCount`` columns, such as the centres of clusters. O(values).
  ///
  /// A column without information comes back as its one value, or NaN if it had none.
  ///
  /// - Throws: ``KernelError/columnCount(expected:found:)`` unless `points` has a column for each of ``keptColumns``.
  public func inverseTransform(_ points: Matrix) throws(KernelError) -> Matrix {
    let kept = keptColumns
    try requireColumnCount(kept.count, of: points)
    var restored = Matrix(rowCount: points.rowCount, columnCount: columns.count, repeating: .nan)
    for row in 0..<points.rowCount {
      for (index, column) in columns.enumerated() where !column.isInformative {
        restored[row, index] = column.median ?? .nan
      }
      for (position, index) in kept.enumerated() where columns[index].isInformative {
        let column = columns[index]
        restored[row, index] = column.shape.inverse(points[row, position] * column.scale + column.center)
      }
    }
    return restored
  }

  private func requireColumnCount(_ expected: Int, of points: Matrix) throws(KernelError) {
    guard points.columnCount == expected else {
      throw .columnCount(expected: expected, found: points.columnCount)
    }
  }
}

extension Scaler.Column {
  /// Learns from one column; NaN is left out.
  init(fittedTo values: [Double], _ parameters: Scaling) {
    let present = Statistics.sortedPresent(values)
    presentCount = present.count
    median = Statistics.quantile(0.5, ofSorted: present)
    let moments = Moments(of: present)
    guard let first = present.first, let last = present.last, first < last, !moments.isConstantUpToRounding else {
      (shape, center, scale, isInformative) = (.identity, median ?? 0, 1, false)
      return
    }
    let shape = ShapeTransform(fittedToSorted: present, skewness: moments.skewness ?? 0, parameters.tailTransform)
    // Every shape is increasing, so that the values stay sorted.
    let shaped = shape == .identity ? present : present.map(shape.callAsFunction)
    let (center, scale) = Self.centerAndScale(ofSorted: shaped, parameters.method)
    self.shape = shape
    self.center = center
    self.scale = scale > 0 && scale.isFinite ? scale : 1
    isInformative = true
  }

  /// The scaled value; for NaN that of the median; 0 in a column without information.
  func transformed(_ value: Double) -> Double {
    guard isInformative else { return 0 }
    return (shape(value.isNaN ? median ?? 0 : value) - center) / scale
  }

  private static func centerAndScale(
    ofSorted values: [Double], _ method: Scaling.Method
  ) -> (center: Double, scale: Double) {
    func standardDeviation(_ moments: Moments) -> Double { (moments.populationVariance ?? 0).squareRoot() }
    switch method {
    case .none: return (0, 1)
    case .minMax: return (values[0], values[values.count - 1] - values[0])
    case .standard:
      let moments = Moments(of: values)
      return (moments.mean ?? 0, standardDeviation(moments))
    case .robust:
      let quartiles = [0.25, 0.5, 0.75].map { Statistics.quantile($0, ofSorted: values) ?? 0 }
      let range = quartiles[2] - quartiles[0]
      return (quartiles[1], range > 0 ? range : standardDeviation(Moments(of: values)))
    }
  }
}

extension Moments {
  /// Whether the variance is no more than what rounding makes of one repeated value (scikit-learn's bound).
  var isConstantUpToRounding: Bool {
    guard let variance = populationVariance, let mean else { return true }
    let bound = Double(count) * mean * Double.ulpOfOne
    return variance <= Double(count) * Double.ulpOfOne * variance + bound * bound
  }
}
