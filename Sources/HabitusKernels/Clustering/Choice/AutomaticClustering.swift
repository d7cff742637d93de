/// Finds out whether points have clusters, how many, and of which kind: compact ones by k-means, ones of any shape by
/// HDBSCAN, or none.
///
/// The number for k-means is that of the highest silhouette whose clusters come back in bootstrap samples. Then
/// ``ClusterEvidence`` and ``DensityEvidence`` compare with what is found in samples that have no clusters. Where both
/// stand, k-means is taken unless one of its boundaries cuts through a dense region, or it lumps together what HDBSCAN
/// tells apart, while HDBSCAN leaves few points out.
///
/// Defined cases: points that are all the same are one group; columns that are constant change nothing; equal
/// silhouettes go to the smaller number. The answer depends on parameters and points alone, not on the number of
/// threads.
public struct AutomaticClustering: Hashable, Sendable, Codable {
  /// Numbers of clusters to try, each at least 2; those above the number of points are left out.
  public var clusterCounts: ClosedRange<Int>
  /// A number whose smallest cluster has fewer members than this is tried but not chosen.
  public var minimumClusterSize: Int
  /// The most points that the choice is made on; all are classified in the end.
  public var choiceSampleSize: Int
  /// The most points that silhouettes are computed on, and that draws without clusters have.
  public var sampleSize: Int
  /// Draws of each of the two kinds.
  public var drawCount: Int
  /// Bootstrap samples.
  public var resampleCount: Int
  /// What is fitted for every number, from seeds; its own number and start are not used, its seed fixes everything.
  public var clustering: KMeans
  /// Centroids of an earlier fit: their number is kept, and iterations start at them, unless another number is clearly
  /// better.
  public var previousCentroids: Matrix?

  /// Makes parameters.
  public init(
    clusterCounts: ClosedRange<Int> = 2...10, minimumClusterSize: Int = 2, choiceSampleSize: Int = 20_000,
    sampleSize: Int = 2_000, drawCount: Int = 10, resampleCount: Int = 20,
    clustering: KMeans = KMeans(clusterCount: 1), previousCentroids: Matrix? = nil
  ) {
    self.clusterCounts = clusterCounts
    self.minimumClusterSize = minimumClusterSize
    self.choiceSampleSize = choiceSampleSize
    self.sampleSize = sampleSize
    self.drawCount = drawCount
    self.resampleCount = resampleCount
    self.clustering = clustering
    self.previousCentroids = previousCentroids
  }

  /// What points were divided into.
  public enum Partition: Sendable {
    /// There are no groups; the model has the one centroid of all.
    case oneGroup(KMeans.Model)
    /// Compact groups.
    case compact(KMeans.Model)
    /// Groups of any shape, with points in none of them.
    case dense(HDBSCAN.Model)

    /// One label a point.
    public var labels: [ClusterLabel] {
      switch self {
      case .oneGroup(let model), .compact(let model): model.labels
      case .dense(let model): model.labels
      }
    }
  }

  /// Why.
  public enum Reason: Hashable, Sendable, Codable {
    /// There are too few distinct points to tell groups apart.
    case tooFewDistinctPoints
    /// Every number that was tried has a cluster below the minimum size.
    case clustersTooSmall(minimumClusterSize: Int)
    /// The best partition is no more than what chance gives: it is not compact, or the population is not divided.
    case noEvidence
    /// k-means, with the highest silhouette of the stable numbers.
    case compactClusters
    /// k-means, with the number of the earlier fit, which is as good as any.
    case previousCount
    /// HDBSCAN, because there are no compact clusters.
    case denseClusters
    /// HDBSCAN, because k-means would cut through a dense region, or lump several together.
    case denseClustersOfOtherShape
  }

  /// What was found, and all that speaks for it.
  public struct Result: Sendable {
    /// The groups.
    public let partition: Partition
    /// Why these.
    public let reason: Reason
    /// The numbers of compact clusters that were tried.
    public let curve: ClusterCountCurve
    /// The number of compact clusters that was judged; `nil` where there was none.
    public let judgedCount: Int?
    /// What speaks for compact clusters; `nil` where none were judged.
    public let evidence: ClusterEvidence?
    /// What speaks for clusters by density; `nil` where none were judged.
    public let densityEvidence: DensityEvidence?
    /// Mean Jaccard similarity of each group over bootstrap samples, by label; empty for one group.
    public let stability: [Double]
  }
}
