internal import HabitusKernels
public import HabitusModel

/// A user as a point of a picture.
public struct ProjectedUser: Sendable, Equatable, Codable {
  /// Who.
  public var user: UserID
  /// The first coordinate.
  public var x: Double
  /// The second coordinate.
  public var y: Double
  /// The user's group; `nil` for none.
  public var cluster: Int?
  /// Whether the user fits nowhere.
  public var isOutlier: Bool
}

extension UserClustering {
  /// The ways to put users on a plane.
  public enum Projection: String, Sendable, CaseIterable {
    /// The two principal components: distances on the plane are never larger than in the space of the model.
    case principalComponents = "pca"
    /// t-SNE from the principal components on: neighbours stay neighbours, distances between groups say nothing.
    case tSNE = "tsne"
  }

  /// The users that the standing model compares on a plane, for pictures; the same for the same events and seed.
  ///
  /// - Parameters:
  ///   - limit: of more users a random sample, which the configured seed fixes.
  /// - Complexity: PCA O(users · features²), t-SNE O(users² · features) to find neighbours and O(users · log users) an
  ///   iteration.
  /// - Throws: ``HabitusError/notAnalysed(what:)``.
  public func projection(
    _ method: Projection = .principalComponents, limit: Int = 5_000, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> [ProjectedUser] {
    try await workspace.offloaded {
      let (model, users, values) = try comparedPoints(asOf: asOf, windowDays: windowDays)
      let memberships = try model.memberships(of: values, workers: workspace.workers)
      let seed = UInt64(workspace.configuration.clustering.kmeans.seed)
      var generator = SplitMix64(seed: seed)
      let rows =
        users.count > max(0, limit)
        ? generator.sortedSample(of: max(0, limit), from: users.count) : Array(users.indices)
      let points = try model.preparation.points(values.selectingRows(rows))
      let plane = try Self.plane(points, method, seed: seed, workers: workspace.workers)
      return rows.enumerated().map { index, row in
        ProjectedUser(
          user: users[row], x: plane[index, 0], y: plane[index, 1], cluster: memberships[row].cluster,
          isOutlier: memberships[row].isOutlier)
      }
    }
  }

  private static func plane(_ points: Matrix, _ method: Projection, seed: UInt64, workers: Int) throws -> Matrix {
    guard points.rowCount > 0, points.columnCount > 0 else {
      return Matrix(rowCount: points.rowCount, columnCount: 2, repeating: 0)
    }
    let components = try PrincipalComponents(.count(min(2, points.columnCount, points.rowCount)))
      .fit(points, threadCount: workers).transform(points)
    var plane = Matrix(rowCount: points.rowCount, columnCount: 2, repeating: 0)
    for row in 0..<points.rowCount {
      for column in 0..<components.columnCount { plane[row, column] = components[row, column] }
    }
    switch method {
    case .principalComponents: return plane
    case .tSNE: return try TSNE(start: .layout(plane), seed: seed).fit(points, threadCount: workers).layout
    }
  }
}
