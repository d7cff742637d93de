/// Principal components: the orthogonal directions in which centred data vary most.
///
/// Hotelling, "Analysis of a complex of statistical variables into principal components", J. Educ. Psychol. 24 (1933).
/// With at least as many rows as columns, the eigenvectors of the covariance matrix; otherwise the singular vectors of
/// the centred rows.
///
/// Defined cases: a vector's sign is such that its entry of greatest size is positive, of entries equal to 1e-10 the
/// first (as scikit-learn, which leaves equals to rounding); constant columns have no part in components that vary;
/// where the rows do not vary in as many directions as asked for, further components have variance 0 (to rounding) and
/// are any orthonormal directions, always the same; one row, or equal rows, have variance 0 throughout. Columns are
/// centred, not scaled: see ``Scaling``.
///
/// The result depends on parameters and points alone, not on the number of threads.
public struct PrincipalComponents: Hashable, Sendable, Codable {
  /// How many components to keep.
  public enum Selection: Hashable, Sendable, Codable {
    /// This many, 1 to the smaller of rows and columns.
    case count(Int)
    /// The fewest whose variances add up to at least this share of the variance of all columns, above 0 to 1; the first
    /// alone where nothing varies, and all that vary where rounding keeps their sum below the share.
    case varianceShare(Double)
  }

  /// How many components to keep.
  public var selection: Selection
  /// Whether transformed columns are divided by their standard deviations, so that each has variance 1. A component
  /// whose variance is no more than rounding makes is not divided.
  public var whitens: Bool

  /// Makes parameters.
  public init(_ selection: Selection, whitens: Bool = false) {
    self.selection = selection
    self.whitens = whitens
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `noSamples` without rows, `parameter` for a count or a share out of range, `notFinite`
  ///   for a value that is NaN, infinite, or above 1e150 in size, where squares would not be finite.
  public func validated(for points: Matrix) throws(KernelError) -> Plan {
    guard points.rowCount > 0 else { throw .noSamples }
    switch selection {
    case .count(let count):
      let most = min(points.rowCount, points.columnCount)
      guard count >= 1, count <= most else {
        throw .parameter(
          name: "count", value: Double(count), allowed: "1 to the smaller of rows and columns, \(most)")
      }
    case .varianceShare(let share):
      guard share > 0, share <= 1 else {
        throw .parameter(name: "varianceShare", value: share, allowed: "above 0, up to 1")
      }
    }
    try points.requireFiniteSquares()
    return Plan(parameters: self, points: points)
  }

  /// Learns the components of `points`, one sample a row; see ``validated(for:)`` for what is refused.
  public func fit(_ points: Matrix, threadCount: Int? = nil) throws(KernelError) -> Model {
    try validated(for: points).fit(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``PrincipalComponents/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: PrincipalComponents
    let points: Matrix

    fileprivate init(parameters: PrincipalComponents, points: Matrix) {
      self.parameters = parameters
      self.points = points
    }
  }
}
