/// How columns are made comparable before distances are taken between rows.
///
/// These are parameters; ``fit(_:)`` learns from data and returns a ``Scaler``, which does the same to rows that come
/// later.
public struct Scaling: Hashable, Sendable, Codable {
  /// What every column's values are brought to.
  public enum Method: String, Hashable, Sendable, Codable, CaseIterable {
    /// Mean 0 and standard deviation 1 (divided by *n*).
    case standard
    /// Smallest 0 and largest 1.
    case minMax
    /// Median 0 and interquartile range 1; where that range is 0 in a column that varies, standard deviation 1.
    case robust
    /// Values stay as they are.
    case none
  }

  /// What is done, before scaling, to columns with a heavy tail.
  public enum TailTransform: Hashable, Sendable, Codable {
    /// Nothing.
    case none
    /// sign(x)·ln(1 + |x|) where the skewness of the present values is at least this far from 0.
    case signedLogarithm(minimumSkewness: Double)
    /// Yeo and Johnson's power, fitted by likelihood, where the skewness is at least this far from 0.
    case yeoJohnson(minimumSkewness: Double)

    /// The skewness from which on a column is transformed; `nil` for none.
    var minimumSkewness: Double? {
      switch self {
      case .none: nil
      case .signedLogarithm(let minimumSkewness), .yeoJohnson(let minimumSkewness): minimumSkewness
      }
    }
  }

  /// What becomes of a column that tells rows not apart: one present value at most, or all NaN.
  public enum UninformativeColumns: String, Hashable, Sendable, Codable {
    /// It is left out of what ``Scaler/transform(_:)`` returns.
    case dropped
    /// It stays, as 0.
    case zeroed
  }

  /// What columns are brought to.
  public var method: Method
  /// What is done to heavy tails first.
  public var tailTransform: TailTransform
  /// What becomes of columns without information.
  public var uninformativeColumns: UninformativeColumns

  /// Makes parameters.
  public init(
    method: Method = .standard, tailTransform: TailTransform = .none,
    uninformativeColumns: UninformativeColumns = .dropped
  ) {
    self.method = method
    self.tailTransform = tailTransform
    self.uninformativeColumns = uninformativeColumns
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `noSamples` without rows, `notFinite` for an infinite value (NaN is allowed and means
  ///   "no value"), `parameter` for a skewness that is negative or NaN.
  public func validated(for points: Matrix) throws(KernelError) -> Plan {
    guard points.rowCount > 0 else { throw .noSamples }
    if let minimum = tailTransform.minimumSkewness, !(minimum >= 0) {
      throw .parameter(name: "minimumSkewness", value: minimum, allowed: "0 or more")
    }
    if let index = points.values.firstIndex(where: \.isInfinite) {
      throw .notFinite(row: index / points.columnCount, column: index % points.columnCount)
    }
    return Plan(parameters: self, points: points)
  }

  /// Learns, from the values that are present, how to scale each column; see ``validated(for:)`` for what is refused.
  public func fit(_ points: Matrix) throws(KernelError) -> Scaler { try validated(for: points).fit() }

  /// Checked parameters and data; only ``Scaling/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: Scaling
    let points: Matrix

    fileprivate init(parameters: Scaling, points: Matrix) {
      self.parameters = parameters
      self.points = points
    }

    /// Learns how to scale each column. The result does not depend on `threadCount` (`nil`: one a processor).
    ///
    /// O(*n* log *n*) a column; Yeo and Johnson's power is fitted on at most 4,096 equally spaced order statistics.
    public func fit(threadCount: Int? = nil) -> Scaler {
      let (parameters, points) = (parameters, points)
      let columns = concurrentMap(count: points.columnCount, threadCount: threadCount) { column in
        Scaler.Column(fittedTo: points.column(column), parameters)
      }
      return Scaler(columns: columns, uninformativeColumns: parameters.uninformativeColumns)
    }
  }
}
