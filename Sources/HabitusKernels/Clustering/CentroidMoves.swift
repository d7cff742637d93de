internal import CKernels

/// How far centroids moved between two assignments, and how far apart they are now, rounded to the safe side.
struct CentroidMoves: Sendable {
  private let moves: [Double]
  private let rivalMoves: [Double]
  private let halfGaps: [Double]
  private let slack: Double

  /// Compares centroids before and after; O(clusters² · columns).
  ///
  /// - Parameter slack: by more than this factor no distance errs.
  init(from former: Matrix, to centroids: Matrix, slack: Double) {
    let clusterCount = centroids.rowCount
    let moves = (0..<clusterCount).map { cluster in
      // The addition is larger than any underflow.
      squaredDistance(former.row(cluster), centroids.row(cluster)).squareRoot() * slack + 1e-150
    }
    // Another centroid moved at most as far as the one that moved most, or, seen from that one, the next.
    let order = moves.indices.sorted { (-moves[$0], $0) < (-moves[$1], $1) }
    rivalMoves = moves.indices.map { cluster in
      let rival = cluster == order[0] ? order.dropFirst().first : order[0]
      return rival.map { moves[$0] } ?? 0
    }
    let gaps = squaredDistanceTable(of: centroids, from: centroids)
    halfGaps = (0..<clusterCount).map { cluster in
      var smallest = Double.infinity
      for other in 0..<clusterCount where other != cluster {
        smallest = min(smallest, gaps[cluster * clusterCount + other])
      }
      return smallest.squareRoot() / (2 * slack * slack)
    }
    self.moves = moves
    self.slack = slack
  }

  /// Calls `body` with what the C kernel takes.
  func withKernelMoves<Result>(_ body: (habitus_centroid_moves) -> Result) -> Result {
    moves.withUnsafeBufferPointer { moves in
      rivalMoves.withUnsafeBufferPointer { rivalMoves in
        halfGaps.withUnsafeBufferPointer { halfGaps in
          body(
            habitus_centroid_moves(
              moves: moves.baseAddress, rivalMoves: rivalMoves.baseAddress, halfGaps: halfGaps.baseAddress,
              slack: slack))
        }
      }
    }
  }
}
