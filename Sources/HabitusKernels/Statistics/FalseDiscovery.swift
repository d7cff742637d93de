extension Statistics {
  /// Benjamini and Hochberg's q-values: for each test the smallest false-discovery rate at which it is reported.
  ///
  /// Benjamini and Hochberg, "Controlling the false discovery rate", J. R. Statist. Soc. B 57 (1995): the *i*-th
  /// smallest of *m* p-values becomes min over *j* ≥ *i* of p₍ⱼ₎·*m*/*j*. O(*n* log *n*).
  ///
  /// - Parameters:
  ///   - pValues: in 0…1; equal p-values get equal q-values.
  ///   - hypothesisCount: number of hypotheses that could have been reported, at least `pValues.count`; those that are
  ///     not among `pValues` count with a p-value of 1. `nil`: only those given.
  /// - Returns: a q-value in 0…1 for every p-value, in the order given.
  public static func falseDiscoveryQValues(
    _ pValues: [Double], hypothesisCount: Double? = nil
  ) -> [Double] {
    let total = hypothesisCount ?? Double(pValues.count)
    precondition(total >= Double(pValues.count), "there are at least as many hypotheses as p-values")
    precondition(pValues.allSatisfy { (0...1).contains($0) }, "a p-value lies between 0 and 1")
    let descending = pValues.indices.sorted { pValues[$0] > pValues[$1] }
    var qValues = Array(repeating: 1.0, count: pValues.count)
    var smallest = 1.0
    for (position, index) in descending.enumerated() {
      smallest = min(smallest, pValues[index] * total / Double(pValues.count - position))
      qValues[index] = smallest
    }
    return qValues
  }
}
