internal import HabitusKernels

/// Numbers of groups with their validity indices, and the number of the highest silhouette.
struct SilhouetteCurve {
  let candidates: [ClusterChoice.Candidate]
  /// The chosen number; 1 where no number has a silhouette and groups that are large enough.
  let best: Int
  /// The silhouette of the chosen number.
  let score: Double?

  private static let sampleSize = 2_000

  /// Tries numbers of groups on points.
  ///
  /// - Parameter cluster: labels for a number of groups, and how many groups there really are.
  init(
    _ counts: ClosedRange<Int>, points: Matrix, smallestGroup: Int, seed: UInt64, workers: Int,
    _ cluster: (Int) throws -> (labels: [ClusterLabel], count: Int)
  ) throws {
    var candidates: [ClusterChoice.Candidate] = []
    for count in counts where count <= points.rowCount {
      let (labels, found) = try cluster(count)
      guard found == count else { break }
      var sizes = Array(repeating: 0, count: count)
      for label in labels { if let index = label.index { sizes[index] += 1 } }
      candidates.append(
        ClusterChoice.Candidate(
          clusterCount: count,
          silhouette: try silhouetteScore(
            of: labels, in: points, sampleSize: Self.sampleSize, seed: seed, threadCount: workers),
          calinskiHarabasz: try calinskiHarabaszIndex(of: labels, in: points).flatMap { $0.isFinite ? $0 : nil },
          daviesBouldin: try daviesBouldinIndex(of: labels, in: points).flatMap { $0.isFinite ? $0 : nil },
          smallestSize: sizes.min() ?? 0))
    }
    self.candidates = candidates
    let chosen = candidates.filter { $0.smallestSize >= smallestGroup && $0.silhouette != nil }
      .min { (-($0.silhouette ?? -1), $0.clusterCount) < (-($1.silhouette ?? -1), $1.clusterCount) }
    best = chosen?.clusterCount ?? 1
    score = chosen?.silhouette
  }
}
