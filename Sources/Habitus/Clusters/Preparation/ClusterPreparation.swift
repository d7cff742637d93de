internal import HabitusKernels

/// How values become points between which distances are taken: what stands in for "no value", the transform of heavy
/// tails, the scale, and principal components where configured. Kept with the model, so that users who come later are
/// prepared in the same way.
struct ClusterPreparation: Sendable, Codable {
  let scaler: Scaler
  let components: PrincipalComponents.Model?

  /// Columns as skewed as this have a heavy tail.
  private static let heavyTailSkewness = 1.0

  /// Learns from the values of users: a row a user, NaN for "no value".
  init(_ points: Matrix, settings: HabitusConfiguration.Clustering, workers: Int) throws {
    let method: Scaling.Method =
      switch settings.scaling {
      case .standard: .standard
      case .minmax: .minMax
      case .robust: .robust
      case .none: .none
      }
    let tail: Scaling.TailTransform =
      switch settings.tailTransform {
      case .log: .signedLogarithm(minimumSkewness: Self.heavyTailSkewness)
      case .yeoJohnson: .yeoJohnson(minimumSkewness: Self.heavyTailSkewness)
      case .none: .none
      }
    let scaling = Scaling(
      method: method, tailTransform: method == .none ? .none : tail, uninformativeColumns: .dropped)
    scaler = try scaling.validated(for: points).fit(threadCount: workers)
    let scaled = try scaler.transform(points)
    components =
      if let share = settings.principalVarianceShare, scaled.columnCount > 0 {
        try PrincipalComponents(.varianceShare(share)).fit(scaled, threadCount: workers)
      } else { nil }
  }

  /// Prepared points, without NaN; a row a row. O(values).
  func points(_ values: Matrix) throws -> Matrix {
    let scaled = try scaler.transform(values)
    return try components?.transform(scaled) ?? scaled
  }

  /// Values in original units that prepare to `points`. O(values).
  func values(_ points: Matrix) throws -> Matrix {
    try scaler.inverseTransform(try components?.inverseTransform(points) ?? points)
  }

  /// What distances are made of, by feature: scaled values, before principal components; 0 where a column tells nothing.
  func scaledValues(_ values: Matrix) throws -> Matrix {
    let scaled = try scaler.transform(values)
    var all = Matrix(rowCount: values.rowCount, columnCount: values.columnCount, repeating: 0)
    for (position, column) in scaler.keptColumns.enumerated() {
      for row in 0..<values.rowCount { all[row, column] = scaled[row, position] }
    }
    return all
  }
}
