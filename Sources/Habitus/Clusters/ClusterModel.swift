internal import HabitusKernels
public import HabitusModel

/// A fitted grouping of users: everything that is needed to read it and to classify another user later.
public struct ClusterModel: Sendable, Codable {
  /// The window whose features were compared.
  public let window: AnalysisWindow
  /// Number of users that were compared.
  public let userCount: Int
  /// The features that users were compared by.
  public let features: [String]
  /// The groups, largest first.
  public let clusters: [Cluster]
  /// Why there are so many, in a sentence.
  public let choice: String
  /// The numbers of groups that were tried, with their silhouettes; empty where the number was configured.
  public let candidates: [Candidate]

  /// A number of groups that was tried.
  public struct Candidate: Sendable, Codable {
    /// The number.
    public let clusterCount: Int
    /// Mean silhouette on a sample, −1…1; `nil` where undefined.
    public let silhouette: Double?
    /// Sum of squared distances to the centres.
    public let inertia: Double
  }

  let scaler: Scaler
  /// Scaled centres, a row a cluster, in the order of ``clusters``.
  let centroids: Matrix
}

extension ClusterModel {
  /// The memberships of users with these feature values: a row a user, in the order of ``features``, NaN for "no value".
  ///
  /// - Complexity: O(rows · clusters · features).
  func memberships(of points: Matrix) throws -> [ClusterMembership] {
    let scaled = try scaler.transform(points)
    return (0..<scaled.rowCount).map { row in
      var nearest: (position: Int, distance: Double)?
      var second: (position: Int, distance: Double)?
      let point = scaled.row(row)
      for position in clusters.indices {
        var squares = 0.0
        for (a, b) in zip(point, centroids.row(position)) { squares += (a - b) * (a - b) }
        let candidate = (position: position, distance: squares.squareRoot())
        if candidate.distance < nearest?.distance ?? .infinity {
          second = nearest
          nearest = candidate
        } else if candidate.distance < second?.distance ?? .infinity {
          second = candidate
        }
      }
      let distance = nearest?.distance ?? 0
      return ClusterMembership(
        cluster: nearest.map { clusters[$0.position].id } ?? 0, distance: distance,
        secondCluster: second.map { clusters[$0.position].id },
        confidence: second.map { $0.distance > 0 ? 1 - distance / $0.distance : 0 } ?? 1)
    }
  }
}
