/// How strongly the factors of a row are held near zero, by how much confidence the row has.
struct FactorPenalties: Hashable, Sendable, Codable {
  private let regularization: Double
  private let exponent: Double
  private let confidence: Double
  /// Number of columns, each of which adds 1 to the confidence of every row.
  private let columnCount: Int
  private let meanConfidence: Double

  init(_ parameters: ImplicitFactorization, rowSums: [Double], columnCount: Int) {
    regularization = parameters.regularization
    exponent = parameters.frequencyExponent
    confidence = parameters.confidence
    self.columnCount = columnCount
    meanConfidence =
      Double(columnCount) + parameters.confidence * rowSums.reduce(0, +) / Double(max(1, rowSums.count))
  }

  /// The penalty of a row whose weights add up to `sum`.
  func penalty(weightSum sum: Double) -> Double {
    regularization * Double.pow((Double(columnCount) + confidence * sum) / meanConfidence, exponent)
  }
}
