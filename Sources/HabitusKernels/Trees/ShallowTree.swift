/// A small classification tree that says in a few words which samples are positive.
///
/// CART (Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees", 1984): every node is split at the
/// column and threshold that lower Gini's impurity most; of equals at the lowest column, then the lowest threshold.
/// A threshold lies midway between two neighbouring values of the node's samples. Without missing values the splits are
/// those of scikit-learn's `DecisionTreeClassifier` where no two are equally good.
///
/// Missing values (NaN): every split is tried with them on the left and on the right, and with them alone on one side;
/// where a split saw none in training they go to the side with more training samples, of equals to the right.
///
/// Constant columns are never split at. The result depends on data and parameters alone, not on the number of threads.
public struct ShallowTree: Hashable, Sendable, Codable {
  /// The most splits from the root to a leaf, 1…6; also the most conditions of a conjunction before they are merged.
  public var maximumDepth: Int
  /// The fewest training samples of a leaf, at least 1.
  public var minimumLeafSize: Int
  /// The most conjunctions of the rule, at least 1.
  public var maximumConjunctionCount: Int
  /// What the rule's precision and recall, each, may lose on the training samples so that it gets shorter, 0…1.
  public var simplificationTolerance: Double

  /// Makes parameters.
  public init(
    maximumDepth: Int = 3, minimumLeafSize: Int = 5, maximumConjunctionCount: Int = 3,
    simplificationTolerance: Double = 0.01
  ) {
    self.maximumDepth = maximumDepth
    self.minimumLeafSize = minimumLeafSize
    self.maximumConjunctionCount = maximumConjunctionCount
    self.simplificationTolerance = simplificationTolerance
  }

  /// Checks these parameters against the data.
  ///
  /// - Parameters:
  ///   - points: one sample a row; NaN is "no value".
  ///   - target: whether each sample is positive.
  /// - Throws: ``KernelError``: `noSamples` without rows, `sampleCount` unless there is a target a row, `parameter` for
  ///   a parameter out of range, `notFinite` for an infinite value.
  public func validated(for points: Matrix, target: [Bool]) throws(KernelError) -> Plan {
    guard points.rowCount > 0 else { throw .noSamples }
    guard target.count == points.rowCount else {
      throw .sampleCount(expected: points.rowCount, found: target.count)
    }
    guard (1...6).contains(maximumDepth) else {
      throw .parameter(name: "maximumDepth", value: Double(maximumDepth), allowed: "1 to 6")
    }
    guard minimumLeafSize >= 1 else {
      throw .parameter(name: "minimumLeafSize", value: Double(minimumLeafSize), allowed: "1 or more")
    }
    guard maximumConjunctionCount >= 1 else {
      throw .parameter(
        name: "maximumConjunctionCount", value: Double(maximumConjunctionCount), allowed: "1 or more")
    }
    guard (0...1).contains(simplificationTolerance) else {
      throw .parameter(name: "simplificationTolerance", value: simplificationTolerance, allowed: "0 to 1")
    }
    if let index = points.values.firstIndex(where: \.isInfinite) {
      throw .notFinite(row: index / points.columnCount, column: index % points.columnCount)
    }
    return Plan(parameters: self, points: points, target: target)
  }

  /// Grows a tree; see ``validated(for:target:)`` for what is refused.
  public func fit(_ points: Matrix, target: [Bool], threadCount: Int? = nil) throws(KernelError) -> Model {
    try validated(for: points, target: target).fit(threadCount: threadCount)
  }

  /// Checked parameters and data; only ``ShallowTree/validated(for:target:)`` makes one.
  public struct Plan: Sendable {
    let parameters: ShallowTree
    let points: Matrix
    let target: [Bool]

    fileprivate init(parameters: ShallowTree, points: Matrix, target: [Bool]) {
      self.parameters = parameters
      self.points = points
      self.target = target
    }
  }
}
