extension GaussianMixture {
  /// A fitted mixture.
  ///
  /// Invariants: `weights` add up to 1; `predict` of the points fitted to gives `labels`; `logLikelihood` is the sum of
  /// `logLikelihoods(of:)` over them, to rounding.
  public struct Model: ClusteringModel, Hashable, Codable {
    /// One share a cluster, 0 or more, that add up to 1.
    public let weights: [Double]
    /// One row a cluster, in the units of the points.
    public let means: Matrix
    /// The clusters' covariances, with `regularization` and what singular ones were raised by.
    public let covariances: Covariances
    /// One label a point: the cluster with the greatest responsibility for it, of equals the lowest.
    public let labels: [ClusterLabel]
    /// The sum, over the points fitted to, of the natural logarithms of their densities.
    public let logLikelihood: Double
    /// The same sum, where each point counts with the share of the density that its own cluster has: at most
    /// `logLikelihood`, and equal where clusters do not overlap.
    public let classificationLogLikelihood: Double
    /// Iterations of the restart that was kept.
    public let iterationCount: Int
    /// What a reader of the model should know.
    public let diagnostics: [Diagnostic]

    /// Something worth knowing about a fit that still has an answer.
    public enum Diagnostic: Hashable, Sendable, Codable {
      /// The start put samples into fewer clusters than were asked for.
      case fewerClusters(requested: Int, found: Int)
      /// The kept restart was still changing after its last iteration.
      case notConverged(iterationCount: Int)
      /// These clusters lost all samples; their weight is 0.
      case emptyClusters([ClusterLabel])
      /// These clusters' covariances were singular, and were raised.
      case singularCovariances([ClusterLabel])
    }

    /// Number of clusters: the number asked for, or less where a diagnostic says so.
    public var clusterCount: Int { means.rowCount }
    /// Number of points fitted to.
    public var sampleCount: Int { labels.count }
    /// Whether the kept restart ended by `tolerance`.
    public var hasConverged: Bool {
      !diagnostics.contains { if case .notConverged = $0 { true } else { false } }
    }
    /// What covariances may be.
    public var covarianceShape: CovarianceShape {
      switch covariances {
      case .full: .full
      case .tied: .tied
      case .diagonal: .diagonal
      case .spherical: .spherical
      }
    }
  }
}

extension GaussianMixture.Model {
  /// How many free numbers the mixture has: weights, means and covariances. O(1).
  public var parameterCount: Int {
    clusterCount - 1 + clusterCount * means.columnCount
      + covarianceShape.parameterCount(clusterCount: clusterCount, columnCount: means.columnCount)
  }

  /// −2 · `logLikelihood` + `parameterCount` · ln *n*; of several models the least is best.
  ///
  /// Schwarz, "Estimating the dimension of a model", Ann. Statist. 6 (1978).
  public var bayesianInformationCriterion: Double {
    -2 * logLikelihood + Double(parameterCount) * Double.log(Double(sampleCount))
  }

  /// −2 · `logLikelihood` + 2 · `parameterCount`; of several models the least is best.
  ///
  /// Akaike, "A new look at the statistical model identification", IEEE Trans. Automat. Contr. 19 (1974).
  public var akaikeInformationCriterion: Double { -2 * logLikelihood + 2 * Double(parameterCount) }

  /// −2 · `classificationLogLikelihood` + `parameterCount` · ln *n*: at least the Bayesian criterion, by how much the
  /// clusters overlap; of several models the least is best.
  ///
  /// Biernacki, Celeux and Govaert, "Assessing a mixture model for clustering with the integrated completed
  /// likelihood", IEEE Trans. Pattern Anal. Mach. Intell. 22 (2000), with each sample in its likeliest cluster.
  public var integratedCompletedLikelihood: Double {
    -2 * classificationLogLikelihood + Double(parameterCount) * Double.log(Double(sampleCount))
  }

  /// The covariance of a cluster, columns × columns, whatever the shape. O(columns²).
  ///
  /// - Precondition: `label` is that of a cluster of the model.
  public func covariance(of label: ClusterLabel) -> Matrix {
    precondition(label.rawValue >= 0 && label.rawValue < clusterCount, "the model has no such cluster")
    let cluster = Int(label.rawValue)
    var matrix = Matrix(rowCount: means.columnCount, columnCount: means.columnCount, repeating: 0)
    switch covariances {
    case .full(let matrices): return matrices[cluster]
    case .tied(let shared): return shared
    case .diagonal(let variances):
      for column in 0..<means.columnCount { matrix[column, column] = variances[cluster, column] }
    case .spherical(let variances):
      for column in 0..<means.columnCount { matrix[column, column] = variances[cluster] }
    }
    return matrix
  }
}
