/// The standardised columns that features become in a linear model, with what stands in for missing values.
///
/// Every feature has a column for its level, one more for every knot of its ``FeatureShape``, and one that says whether
/// it is missing, where some samples lack it. Every column has mean 0 and standard deviation 1 over the (weighted)
/// samples it was fitted to. A missing value (NaN) counts as the mean of the present ones. A feature without two
/// different values has no column for its level; one that is missing everywhere has none at all.
///
/// Invariants: a whole weight stands for as many equal samples, and samples of weight 0 change nothing.
public struct FeatureBasis: Hashable, Sendable, Codable {
  /// How features bend.
  public let shape: FeatureShape
  /// One a feature, in the order of the data's columns.
  public let features: [Feature]

  /// What was learned about one feature.
  public struct Feature: Hashable, Sendable, Codable {
    /// How many of the samples had a value.
    public let presentCount: Int
    /// The function of the value in which the feature is linear.
    let curve: Curve
    /// One a column.
    let terms: [Term]

    /// Number of its columns.
    public var columnCount: Int { terms.count }
  }

  /// The function of the value that the columns are made from.
  enum Curve: Hashable, Sendable, Codable {
    case linear
    case signedLogarithm
    /// The signed logarithm of a value in these bounds.
    case boundedLogarithm(lower: Double, upper: Double)
    /// Through these values, ascending, with these shares of samples below.
    case ranks(values: [Double], shares: [Double])
  }

  /// A column.
  struct Term: Hashable, Sendable, Codable {
    enum Kind: Hashable, Sendable, Codable {
      /// The curve's value.
      case level
      /// How much the curve's value is above a knot, at least 0.
      case excess(knot: Double)
      /// 1 where the feature is missing, otherwise 0.
      case absence
    }
    let kind: Kind
    /// Over the samples, before standardisation; of the present values, unless for absence.
    let mean: Double
    let deviation: Double
  }

  /// Number of features.
  public var featureCount: Int { features.count }
  /// Number of columns, over all features.
  public var columnCount: Int { features.reduce(0) { $0 + $1.terms.count } }

  /// Learns the columns from samples. O(*n* log *n*) a feature; the same on any number of threads.
  ///
  /// - Parameters:
  ///   - points: samples by features; NaN is missing.
  ///   - weights: one a sample, not negative, finite; `nil`: 1 each.
  /// - Throws: ``KernelError``: `noSamples` without a sample of positive weight, `sampleCount` for another number of
  ///   weights, `parameter` for a weight or a number of knots (1 to 64) out of range, `notFinite` for a value that is
  ///   infinite, or above 1e150 in size, where squares would be.
  public init(
    fittedTo points: Matrix, weights: [Double]? = nil, shape: FeatureShape = .linear, threadCount: Int? = nil
  ) throws(KernelError) {
    if case .hinges(let count) = shape, !(1...64).contains(count) {
      throw .parameter(name: "knotCount", value: Double(count), allowed: "1 to 64")
    }
    let weights = try Self.checkedWeights(weights, sampleCount: points.rowCount)
    try Self.requireFiniteSquares(points)
    features = concurrentMap(count: points.columnCount, threadCount: threadCount) { column in
      Feature(fittedTo: points.column(column), weights: weights, shape: shape)
    }
    self.shape = shape
  }

  /// The columns of samples, row-major, standardised. O(values · knots).
  ///
  /// A feature that was never missing in fitting counts as its mean where it is missing now.
  ///
  /// - Throws: ``KernelError``: `columnCount` for another number of features, `notFinite` for a value that is infinite,
  ///   or above 1e150 in size.
  public func transform(_ points: Matrix) throws(KernelError) -> Matrix {
    guard points.columnCount == featureCount else {
      throw .columnCount(expected: featureCount, found: points.columnCount)
    }
    try Self.requireFiniteSquares(points)
    let columnCount = columnCount
    var values: [Double] = []
    values.reserveCapacity(points.rowCount * columnCount)
    for row in 0..<points.rowCount {
      for (feature, value) in zip(features, points.row(row)) { feature.append(value, to: &values) }
    }
    return Matrix(rowCount: points.rowCount, columnCount: columnCount, values: values)
  }

  /// The weights, or 1 each.
  static func checkedWeights(_ weights: [Double]?, sampleCount: Int) throws(KernelError) -> [Double] {
    guard sampleCount > 0 else { throw .noSamples }
    guard let weights else { return Array(repeating: 1, count: sampleCount) }
    guard weights.count == sampleCount else { throw .sampleCount(expected: sampleCount, found: weights.count) }
    if let wrong = weights.first(where: { !($0 >= 0 && $0 <= 1e150) }) {
      throw .parameter(name: "weights", value: wrong, allowed: "finite numbers of 0 or more")
    }
    guard weights.contains(where: { $0 > 0 }) else { throw .noSamples }
    return weights
  }

  private static func requireFiniteSquares(_ points: Matrix) throws(KernelError) {
    guard let index = points.values.firstIndex(where: { abs($0) > 1e150 }) else { return }
    throw .notFinite(row: index / points.columnCount, column: index % points.columnCount)
  }
}
