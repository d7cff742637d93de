extension GaussianMixture {
  /// The clusters' covariances, as their shape needs them; in squared units of the columns.
  public enum Covariances: Hashable, Sendable, Codable {
    /// One symmetric matrix a cluster.
    case full([Matrix])
    /// One symmetric matrix for all clusters.
    case tied(Matrix)
    /// One row of variances a cluster.
    case diagonal(Matrix)
    /// One variance a cluster.
    case spherical([Double])
  }
}

extension GaussianMixture.CovarianceShape {
  /// How many free numbers the covariances of `clusterCount` clusters have in `columnCount` columns. O(1).
  public func parameterCount(clusterCount: Int, columnCount: Int) -> Int {
    switch self {
    case .full: clusterCount * columnCount * (columnCount + 1) / 2
    case .tied: columnCount * (columnCount + 1) / 2
    case .diagonal: clusterCount * columnCount
    case .spherical: clusterCount
    }
  }
}

extension CholeskyDecomposition {
  /// Decomposes a covariance, whose diagonal is raised where it is singular: by 1e-12 of the mean variance (of 1 where
  /// that is 0), then by ten times more until there is a factor.
  ///
  /// - Parameter covariance: what was decomposed, with the diagonal raised if it was.
  /// - Returns: the factor, and whether the diagonal was raised.
  static func raising(_ covariance: inout [Double], order: Int) -> (factor: CholeskyDecomposition, isRaised: Bool) {
    if let factor = CholeskyDecomposition(of: covariance, order: order) { return (factor, false) }
    let mean = (0..<order).reduce(0) { $0 + covariance[$1 * order + $1] } / Double(order)
    var step = 1e-12 * (mean > 0 && mean.isFinite ? mean : 1)
    while step.isFinite {
      var raised = covariance
      for index in 0..<order { raised[index * order + index] += step }
      if let factor = CholeskyDecomposition(of: raised, order: order) {
        covariance = raised
        return (factor, true)
      }
      step *= 10
    }
    preconditionFailure("a finite symmetric matrix with a large enough diagonal has a Cholesky factor")
  }
}
