/// Draws samples that have no clusters but are otherwise like given points: what a method finds in them it finds by
/// chance.
///
/// Two kinds, as one shape alone would be too easy to beat: a normal distribution with the points' mean and covariance,
/// and a uniform one on the box that the points fill along their principal axes (Tibshirani, Walther and Hastie,
/// JRSS B 63 (2001), choice b). Columns with few values, as of counts, have the same few values in draws: their heaps are
/// no groups.
struct NullReference: Sendable {
  private let mean: [Double]
  /// Principal axes, one a row.
  private let axes: Matrix
  private let deviations: [Double]
  private let bounds: [ClosedRange<Double>]
  /// For columns with few values these, ascending; empty for others. Two values alone may well be groups.
  private let steps: [[Double]]

  private static let fewestSteps = 3
  /// A value must occur this often on average for a column to have few.
  private static let occurrencesOfStep = 3

  /// Learns the shape of `points`. O(rows · columns² + columns³).
  ///
  /// - Precondition: there is a row, and values are finite.
  init(_ points: Matrix, threadCount: Int?) {
    let dimension = points.columnCount
    let scatter = Scatter(of: points, threadCount: threadCount)
    let axes = SymmetricEigenDecomposition(of: scatter.products, order: dimension)
    mean = scatter.mean
    self.axes = Matrix(rowCount: dimension, columnCount: dimension, values: axes.vectors)
    deviations = axes.values.map { (max($0, 0) / Double(points.rowCount)).squareRoot() }
    var (lowest, highest) = (
      Array(repeating: Double.infinity, count: dimension), Array(repeating: -Double.infinity, count: dimension)
    )
    for row in 0..<points.rowCount {
      let centered = zip(points.row(row), mean).map { $0 - $1 }
      for axis in 0..<dimension {
        let place = zip(centered, self.axes.row(axis)).reduce(0) { $0 + $1.0 * $1.1 }
        lowest[axis] = min(lowest[axis], place)
        highest[axis] = max(highest[axis], place)
      }
    }
    bounds = zip(lowest, highest).map { $0...max($0, $1) }
    steps = (0..<dimension).map { column in
      let distinct = Set(points.column(column))
      let hasFew = Self.fewestSteps...max(Self.fewestSteps, points.rowCount / Self.occurrencesOfStep) ~= distinct.count
      return hasFew ? distinct.sorted() : []
    }
  }

  /// Rows of the normal distribution.
  func normal(rowCount: Int, _ generator: inout SplitMix64) -> Matrix {
    draw(rowCount: rowCount) { axis in deviations[axis] * generator.nextNormal() }
  }

  /// Rows of the uniform distribution.
  func uniform(rowCount: Int, _ generator: inout SplitMix64) -> Matrix {
    draw(rowCount: rowCount) { axis in
      bounds[axis].lowerBound + (bounds[axis].upperBound - bounds[axis].lowerBound) * generator.nextUnit()
    }
  }

  /// Rows whose places along the principal axes `place` gives.
  private func draw(rowCount: Int, place: (Int) -> Double) -> Matrix {
    let dimension = mean.count
    var values: [Double] = []
    values.reserveCapacity(rowCount * dimension)
    for _ in 0..<rowCount {
      var row = mean
      for axis in 0..<dimension {
        let distance = place(axis)
        for (column, share) in axes.row(axis).enumerated() { row[column] += distance * share }
      }
      for column in 0..<dimension { values.append(stepped(row[column], column)) }
    }
    return Matrix(rowCount: rowCount, columnCount: dimension, values: values)
  }

  /// The nearest value that a column has, where it has few.
  private func stepped(_ value: Double, _ column: Int) -> Double {
    let steps = steps[column]
    guard !steps.isEmpty else { return value }
    var (low, high) = (0, steps.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if steps[middle] <= value { low = middle } else { high = middle }
    }
    return value - steps[low] <= steps[high] - value ? steps[low] : steps[high]
  }
}

extension SplitMix64 {
  /// A number of the standard normal distribution, by inversion.
  mutating func nextNormal() -> Double { NormalDistribution.quantile(max(nextUnit(), 0x1p-54)) }
}
