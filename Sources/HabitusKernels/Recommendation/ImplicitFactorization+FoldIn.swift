extension ImplicitFactorization.Model {
  /// A user whose factors follow from a history and the items' factors alone: new, or changed since the fit.
  ///
  /// The factors are the exact minimum of the user's part of the loss, so scores are sums of contributions of the items
  /// of the history (Hu, Koren and Volinsky 2008, section 5).
  public struct FoldedUser: Sendable {
    private let model: ImplicitFactorization.Model
    private let history: [WeightedItem]
    private let system: CholeskyDecomposition
    private let solution: [Double]

    /// - Precondition: `history` has every item once, in range.
    fileprivate init?(_ model: ImplicitFactorization.Model, _ history: [WeightedItem]) {
      let (order, confidence) = (model.items.factorCount, model.parameters.confidence)
      let penalty = model.userPenalties.penalty(weightSum: history.reduce(0) { $0 + $1.weight })
      var matrix = Array(repeating: 0.0, count: order * order)
      var right = Array(repeating: 0.0, count: order)
      for axis in 0..<order { matrix[axis * order + axis] = Double(model.itemSpectrum[axis]) + penalty }
      var rows: [Double] = []
      rows.reserveCapacity(history.count * order)
      for entry in history {
        let root = (confidence * entry.weight).squareRoot()
        for (axis, factor) in model.items.row(entry.item).enumerated() {
          rows.append(root * Double(factor))
          right[axis] += (1 + confidence * entry.weight) * Double(factor)
        }
      }
      MatrixProduct.addScatter(of: rows, rowCount: history.count, columnCount: order, to: &matrix)
      for row in 0..<order {
        for column in 0..<row { matrix[row * order + column] = matrix[column * order + row] }
      }
      guard let system = CholeskyDecomposition(of: matrix, order: order) else { return nil }
      self.model = model
      self.history = history
      self.system = system
      solution = system.solve(right)
    }

    /// The user's factors, comparable with those of the model's users.
    public var factors: [Float] { solution.map { Float($0) } }

    /// How much the user would take to an item, as ``ImplicitFactorization/Model/score(user:item:)``.
    public func score(ofItem item: Int) -> Double {
      zip(solution, model.items.row(item)).reduce(0) { $0 + $1.0 * Double($1.1) }
    }

    /// As ``ImplicitFactorization/Model/recommendations(forUser:count:where:)``.
    public func recommendations(
      count: Int, where isAllowed: (Int) -> Bool = { _ in true }
    ) -> [ScoredItem] {
      model.recommendations(forFactors: factors, count: count, where: isAllowed)
    }

    /// How much of an item's score each item of the history brings, the most first; the sum is the score. Of equals the
    /// lower number first; a contribution may be negative. O(factors² + items of the history · factors).
    public func contributions(toItem item: Int) -> [ScoredItem] {
      let weights = system.solve(model.items.row(item).map { Double($0) })
      return history.map { entry in
        let product = zip(weights, model.items.row(entry.item)).reduce(0) { $0 + $1.0 * Double($1.1) }
        return ScoredItem(item: entry.item, score: (1 + model.parameters.confidence * entry.weight) * product)
      }.sorted { $0.precedes($1) }
    }
  }

  /// The user who has this history, whether learned or not; items may repeat, their weights are added up. Without
  /// items, all scores are 0. O(items of the history · factors² + factors³).
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for an item that the model does not have, a weight
  ///   outside 1e-15…1e15, or `confidence` times a weight above 10 million.
  public func foldedUser(history: [WeightedItem]) throws(KernelError) -> FoldedUser {
    let joined = try history.joined(itemCount: itemCount)
    let largest = parameters.confidence * (joined.map(\.weight).max() ?? 0)
    guard largest <= ImplicitFactorization.largestConfidence, let user = FoldedUser(self, joined) else {
      throw .parameter(
        name: "confidence times the largest weight", value: largest,
        allowed: "up to \(ImplicitFactorization.largestConfidence)")
    }
    return user
  }
}
