internal import CKernels

/// Weighted normal densities in the form the inner loops take: log density = constant − ½ ‖(x − mean) · factor‖².
struct GaussianDensities: Sendable {
  let clusterCount: Int
  let columnCount: Int
  /// What the densities were made of, with singular covariances raised.
  let covariances: GaussianMixture.Covariances
  /// Clusters whose covariance had to be raised; all of them where there is one for all.
  let raisedClusters: [Int]
  private let form: Form
  private let constants: [Double]
  /// Where every density is 0.
  private let fallback: Int

  private enum Form: Sendable {
    case factors(means: [Double], factors: [Double])
    case precisions(means: [Double], precisions: [Double])
    /// Points less `origin` times `rotation` have unit covariance around `means`.
    case rotated(origin: [Double], rotation: [Double], means: [Double], ones: [Double])
  }

  /// Prepares densities. O(columns³) a covariance.
  init(weights: [Double], means: Matrix, covariances: GaussianMixture.Covariances) {
    let (clusterCount, columnCount) = (means.rowCount, means.columnCount)
    var raisedClusters: [Int] = []
    let logDeterminants: [Double]
    switch covariances {
    case .full(let matrices):
      var (factors, raised, logs): ([Double], [Matrix], [Double]) = ([], [], [])
      for (cluster, matrix) in matrices.enumerated() {
        var values = matrix.values
        let (factor, isRaised) = CholeskyDecomposition.raising(&values, order: columnCount)
        factors += Self.transposed(factor.inverseFactor, order: columnCount, stride: (columnCount + 3) / 4 * 4)
        raised.append(Matrix(rowCount: columnCount, columnCount: columnCount, values: values))
        logs.append(factor.logDeterminant)
        if isRaised { raisedClusters.append(cluster) }
      }
      logDeterminants = logs
      form = .factors(means: means.values, factors: factors)
      self.covariances = .full(raised)
    case .tied(let matrix):
      var values = matrix.values
      let (factor, isRaised) = CholeskyDecomposition.raising(&values, order: columnCount)
      let rotation = Self.transposed(factor.inverseFactor, order: columnCount, stride: columnCount)
      let origin = Array(means.row(0))
      let rotatedMeans = Self.rotated(0..<clusterCount, of: means, origin: origin, rotation: rotation)
      logDeterminants = Array(repeating: factor.logDeterminant, count: clusterCount)
      form = .rotated(
        origin: origin, rotation: rotation, means: rotatedMeans,
        ones: Array(repeating: 1, count: clusterCount * columnCount))
      self.covariances = .tied(Matrix(rowCount: columnCount, columnCount: columnCount, values: values))
      if isRaised { raisedClusters = Array(0..<clusterCount) }
    case .diagonal(let variances):
      var raised = variances
      for cluster in 0..<clusterCount {
        let row = Self.raised(variances.row(cluster))
        if row != Array(variances.row(cluster)) { raisedClusters.append(cluster) }
        for column in 0..<columnCount { raised[cluster, column] = row[column] }
      }
      logDeterminants = (0..<clusterCount).map { raised.row($0).reduce(0) { $0 + Double.log($1) } }
      form = .precisions(means: means.values, precisions: raised.values.map { 1 / $0 })
      self.covariances = .diagonal(raised)
    case .spherical(let variances):
      let raised = variances.map { Self.raised([$0])[0] }
      raisedClusters = raised.indices.filter { raised[$0] != variances[$0] }
      logDeterminants = raised.map { Double(columnCount) * Double.log($0) }
      form = .precisions(
        means: means.values, precisions: raised.flatMap { Array(repeating: 1 / $0, count: columnCount) })
      self.covariances = .spherical(raised)
    }
    let halfLogTwoPi = 0.5 * Double.log(2 * Double.pi)
    constants = zip(weights, logDeterminants).map {
      Double.log($0) - Double(columnCount) * halfLogTwoPi - 0.5 * $1
    }
    fallback = weights.firstIndex { $0 > 0 } ?? 0
    (self.clusterCount, self.columnCount, self.raisedClusters) = (clusterCount, columnCount, raisedClusters)
  }

  /// What ``evaluate(_:of:_:)`` overwrites, made once for many calls.
  struct Scratch {
    /// One row a point: how it is shared among the clusters.
    var responsibilities: [Double]
    /// One value a point: the logarithm of its density.
    var logDensities: [Double]
    fileprivate var lanes: [Double]

    /// Makes room for `rowCount` points.
    init(rowCount: Int, _ densities: GaussianDensities) {
      responsibilities = Array(repeating: 0, count: rowCount * densities.clusterCount)
      logDensities = Array(repeating: 0, count: rowCount)
      lanes = Array(repeating: 0, count: 16 * densities.columnCount)
    }
  }

  /// Shares `rows` of `points` among the clusters. O(rows · clusters · columns²), or columns in place of columns² where
  /// columns are independent.
  func evaluate(_ rows: Range<Int>, of points: Matrix, _ scratch: inout Scratch) {
    switch form {
    case .factors(let means, let factors):
      points.withRows(rows) {
        habitus_gaussian_log_densities(
          $0, rows.count, columnCount, means, factors, constants, clusterCount, &scratch.lanes,
          &scratch.responsibilities)
      }
    case .precisions(let means, let precisions):
      points.withRows(rows) {
        habitus_gaussian_log_densities_diagonal(
          $0, rows.count, columnCount, means, precisions, constants, clusterCount, &scratch.lanes,
          &scratch.responsibilities)
      }
    case .rotated(let origin, let rotation, let means, let ones):
      habitus_gaussian_log_densities_diagonal(
        Self.rotated(rows, of: points, origin: origin, rotation: rotation), rows.count, columnCount, means, ones,
        constants, clusterCount, &scratch.lanes, &scratch.responsibilities)
    }
    habitus_gaussian_responsibilities(
      &scratch.responsibilities, rows.count, clusterCount, fallback, &scratch.logDensities)
  }

  private static func rotated(_ rows: Range<Int>, of points: Matrix, origin: [Double], rotation: [Double]) -> [Double] {
    let columnCount = points.columnCount
    var centered = Array(repeating: 0.0, count: rows.count * columnCount)
    center(rows, of: points, on: origin, into: &centered)
    var result = Array(repeating: 0.0, count: rows.count * columnCount)
    MatrixProduct.of(
      centered, rowCount: rows.count, rotation, columnCount: columnCount, innerCount: columnCount, into: &result)
    return result
  }

  /// The transpose of a square matrix, its rows filled up with zeros to `stride`.
  private static func transposed(_ matrix: [Double], order: Int, stride: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: order * stride)
    for row in 0..<order {
      for column in 0..<order { result[row * stride + column] = matrix[column * order + row] }
    }
    return result
  }

  /// Variances, of which those that are 0 are raised as in ``CholeskyDecomposition/raising(_:order:)``.
  private static func raised(_ variances: ArraySlice<Double>) -> [Double] {
    guard variances.contains(where: { !($0 > 0) }) else { return Array(variances) }
    let mean = variances.reduce(0, +) / Double(variances.count)
    let least = 1e-12 * (mean > 0 && mean.isFinite ? mean : 1)
    return variances.map { $0 > 0 ? $0 : least }
  }
}

extension Matrix {
  /// Calls `body` with the first value of `rows`; the others follow row by row.
  func withRows<Result>(_ rows: Range<Int>, _ body: (UnsafePointer<Double>) -> Result) -> Result {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows out of range")
    let offset = rows.lowerBound * columnCount
    return values.withUnsafeBufferPointer { values in
      guard let first = values.baseAddress else { return body([]) }
      return body(first + offset)
    }
  }
}
