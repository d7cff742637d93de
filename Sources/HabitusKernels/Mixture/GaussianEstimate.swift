internal import CKernels

/// Weights, means and covariances of a mixture, and how they are taken from points that are shared among clusters.
struct GaussianEstimate: Sendable {
  /// One a cluster; they add up to 1.
  var weights: [Double]
  /// One row a cluster.
  var means: Matrix
  var covariances: GaussianMixture.Covariances
}

/// Sums, over points, of what the means and covariances of clusters need. Deviations are taken from centres near the
/// means, so that little is lost in subtraction.
struct GaussianSums: Sendable {
  let shape: GaussianMixture.CovarianceShape
  private let centers: Matrix
  /// One a cluster: what its shares of the points add up to.
  private var totals: [Double]
  /// One row a cluster: weighted deviations.
  private var sums: [Double]
  /// A cluster's weighted products (full), or squares (diagonal, spherical), or nothing (tied).
  private var products: [Double]
  /// Of all points' log densities.
  var logLikelihood = 0.0
  private let productCount: Int
  private var scratch: [Double]

  /// The most rows that ``add(_:of:responsibilities:)`` takes at a time.
  static let blockLength = 128

  /// Starts sums around `centers`, one row a cluster.
  init(_ shape: GaussianMixture.CovarianceShape, centers: Matrix) {
    self.shape = shape
    self.centers = centers
    productCount = Self.productCount(shape, columnCount: centers.columnCount)
    totals = Array(repeating: 0, count: centers.rowCount)
    sums = Array(repeating: 0, count: centers.values.count)
    products = Array(repeating: 0, count: centers.rowCount * productCount)
    scratch = Array(
      repeating: 0, count: shape == .full ? 2 * Self.blockLength * Self.stride(centers.columnCount) : 0)
  }

  private static func stride(_ columnCount: Int) -> Int { (columnCount + 7) / 8 * 8 }

  private static func productCount(_ shape: GaussianMixture.CovarianceShape, columnCount: Int) -> Int {
    shape == .full ? stride(columnCount) * stride(columnCount) : columnCount
  }

  /// Chunks few enough that their sums fit a quarter of a gigabyte.
  static func chunks(
    _ shape: GaussianMixture.CovarianceShape, rowCount: Int, columnCount: Int, clusterCount: Int
  ) -> Chunks {
    let size = clusterCount * (productCount(shape, columnCount: columnCount) + columnCount + 1)
    let maximumCount = min(64, max(1, (1 << 25) / size))
    return Chunks(rowCount: rowCount, minimumLength: max(1024, (rowCount + maximumCount - 1) / maximumCount))
  }

  /// Adds `rows` of `points`, at most ``blockLength``, shared as `responsibilities` tell, one row a point.
  mutating func add(_ rows: Range<Int>, of points: Matrix, responsibilities: [Double]) {
    let (clusterCount, columnCount, productCount) = (centers.rowCount, centers.columnCount, productCount)
    precondition(
      rows.count <= Self.blockLength && responsibilities.count >= rows.count * clusterCount
        && points.columnCount == columnCount, "a block of rows needs a share a cluster")
    points.withRows(rows) { first in
      centers.values.withUnsafeBufferPointer { centers in
        responsibilities.withUnsafeBufferPointer { weights in
          totals.withUnsafeMutableBufferPointer { totals in
            sums.withUnsafeMutableBufferPointer { sums in
              products.withUnsafeMutableBufferPointer { products in
                guard let centers = centers.baseAddress, let weights = weights.baseAddress,
                  let totals = totals.baseAddress, let sums = sums.baseAddress, let products = products.baseAddress
                else { return }
                for cluster in 0..<clusterCount {
                  let offset = cluster * columnCount
                  if shape == .full {
                    habitus_weighted_products(
                      first, rows.count, columnCount, centers + offset, weights + cluster, clusterCount, &scratch,
                      totals + cluster, sums + offset, products + cluster * productCount)
                  } else {
                    habitus_weighted_squares(
                      first, rows.count, columnCount, centers + offset, weights + cluster, clusterCount,
                      totals + cluster, sums + offset, products + cluster * productCount)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Adds the sums of other points around the same centres.
  mutating func add(_ other: GaussianSums) {
    for index in totals.indices { totals[index] += other.totals[index] }
    for index in sums.indices { sums[index] += other.sums[index] }
    for index in products.indices { products[index] += other.products[index] }
    logLikelihood += other.logLikelihood
  }

  /// The weights, means and covariances of greatest likelihood; a cluster without points keeps those of `previous`.
  ///
  /// - Parameter scatter: of all points; only read for one covariance for all clusters.
  func estimate(previous: GaussianEstimate?, regularization: Double, scatter: Scatter?) -> GaussianEstimate {
    let (clusterCount, columnCount) = (centers.rowCount, centers.columnCount)
    let total = totals.reduce(0, +)
    let isEmpty = totals.map { !($0 > 10 * Double.ulpOfOne) }
    var means = centers
    var shifts = sums
    for cluster in 0..<clusterCount {
      for column in 0..<columnCount {
        let index = cluster * columnCount + column
        shifts[index] = isEmpty[cluster] ? 0 : sums[index] / totals[cluster]
        means[cluster, column] += shifts[index]
      }
    }
    let weights = (0..<clusterCount).map { isEmpty[$0] ? 0 : totals[$0] / total }

    /// The variance of column `column` in a cluster.
    func variance(_ cluster: Int, _ column: Int) -> Double {
      let index = cluster * columnCount + column
      return max(0, products[index] / totals[cluster] - shifts[index] * shifts[index]) + regularization
    }
    let covariances: GaussianMixture.Covariances
    switch (shape, previous?.covariances) {
    case (.full, let earlier):
      let matrices: [Matrix] = (0..<clusterCount).map { cluster in
        if isEmpty[cluster], case .full(let matrices) = earlier { return matrices[cluster] }
        return covariance(of: cluster, shifts: shifts, regularization: regularization)
      }
      covariances = .full(matrices)
    case (.diagonal, let earlier):
      var variances = Matrix(rowCount: clusterCount, columnCount: columnCount, repeating: regularization)
      for cluster in 0..<clusterCount {
        for column in 0..<columnCount {
          if isEmpty[cluster], case .diagonal(let rows) = earlier {
            variances[cluster, column] = rows[cluster, column]
          } else {
            variances[cluster, column] = variance(cluster, column)
          }
        }
      }
      covariances = .diagonal(variances)
    case (.spherical, let earlier):
      let variances: [Double] = (0..<clusterCount).map { cluster in
        if isEmpty[cluster], case .spherical(let values) = earlier { return values[cluster] }
        return (0..<columnCount).reduce(0) { $0 + variance(cluster, $1) } / Double(columnCount)
      }
      covariances = .spherical(variances)
    case (.tied, _):
      covariances = .tied(pooled(weights: weights, means: means, regularization: regularization, scatter: scatter))
    }
    return GaussianEstimate(weights: weights, means: means, covariances: covariances)
  }

  private func covariance(of cluster: Int, shifts: [Double], regularization: Double) -> Matrix {
    let columnCount = centers.columnCount
    let (offset, stride) = (cluster * productCount, Self.stride(columnCount))
    var matrix = Matrix(rowCount: columnCount, columnCount: columnCount, repeating: 0)
    for row in 0..<columnCount {
      for column in row..<columnCount {
        let shift = shifts[cluster * columnCount + row] * shifts[cluster * columnCount + column]
        let value = products[offset + row * stride + column] / totals[cluster] - shift
        matrix[row, column] = row == column ? max(0, value) + regularization : value
        matrix[column, row] = matrix[row, column]
      }
    }
    return matrix
  }

  /// The covariance of all points less that of the clusters' means.
  private func pooled(weights: [Double], means: Matrix, regularization: Double, scatter: Scatter?) -> Matrix {
    let columnCount = centers.columnCount
    guard let scatter else { preconditionFailure("a covariance for all clusters needs the scatter of all points") }
    let total = totals.reduce(0, +)
    var values = scatter.products.map { $0 / total }
    for cluster in 0..<centers.rowCount {
      let deviation = (0..<columnCount).map { means[cluster, $0] - scatter.mean[$0] }
      for row in 0..<columnCount {
        let factor = weights[cluster] * deviation[row]
        for column in 0..<columnCount { values[row * columnCount + column] -= factor * deviation[column] }
      }
    }
    for row in 0..<columnCount {
      for column in 0..<row { values[row * columnCount + column] = values[column * columnCount + row] }
      values[row * columnCount + row] = max(0, values[row * columnCount + row]) + regularization
    }
    return Matrix(rowCount: columnCount, columnCount: columnCount, values: values)
  }
}
