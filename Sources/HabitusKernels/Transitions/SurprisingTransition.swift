/// A transition that is more or less frequent than the popularity of its two states explains.
public struct SurprisingTransition: Hashable, Sendable, Codable {
  /// The state before.
  public let from: Int
  /// The state after.
  public let to: Int
  /// How often it happens.
  public let count: Int
  /// How often it would if the next state did not depend on the present one.
  public let expected: Double
  /// The standardised residual, about normal under independence: positive where it is more frequent than expected.
  public let residual: Double
  /// Two-sided, by the normal distribution.
  public let pValue: Double
  /// Benjamini and Hochberg's q-value among all transitions tested.
  public let qValue: Double
}

extension TransitionCounts {
  /// Every transition with at least `minimumExpected` expected, by rising p-value, of equals by falling |residual|,
  /// then by states.
  ///
  /// With repeats the residual is Haberman's adjusted one (Biometrics 29, 1973): (*n* − e)/√(e·(1 − row share)·(1 −
  /// column share)). Without, the diagonal cannot be filled: expectations are those of quasi-independence, by iterative
  /// proportional fitting (Bishop, Fienberg and Holland, "Discrete Multivariate Analysis", 1975, chapter 5), and the
  /// residual is Pearson's (*n* − e)/√e, which is on the safe side, being smaller. The null takes transitions for
  /// independent; those of one sequence are not quite, so that q-values rank rather than prove. O(states²), without
  /// repeats times up to 200 rounds.
  ///
  /// - Parameter minimumExpected: positive; below about 5 the normal distribution does not hold.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for one out of range.
  public func surprises(minimumExpected: Double = 5) throws(KernelError) -> [SurprisingTransition] {
    guard minimumExpected > 0 else {
      throw .parameter(name: "minimumExpected", value: minimumExpected, allowed: "above 0")
    }
    var (rows, columns) = (Array(repeating: 0.0, count: stateCount), Array(repeating: 0.0, count: stateCount))
    for row in 0..<stateCount {
      for column in 0..<stateCount {
        rows[row] += Double(count(from: row, to: column))
        columns[column] += Double(count(from: row, to: column))
      }
    }
    let total = rows.reduce(0, +)
    guard total > 0 else { return [] }
    let factors = countsRepeats ? (rows: rows, columns: columns.map { $0 / total }) : quasiIndependence(rows, columns)
    var found: [(from: Int, to: Int, expected: Double, residual: Double)] = []
    for row in 0..<stateCount {
      for column in 0..<stateCount where countsRepeats || row != column {
        let expected = factors.rows[row] * factors.columns[column]
        let spread = countsRepeats ? expected * (1 - rows[row] / total) * (1 - columns[column] / total) : expected
        guard expected >= minimumExpected, spread > 0 else { continue }
        found.append((row, column, expected, (Double(count(from: row, to: column)) - expected) / spread.squareRoot()))
      }
    }
    let pValues = found.map { min(1, 2 * NormalDistribution.cumulative(-abs($0.residual))) }
    let qValues = Statistics.falseDiscoveryQValues(pValues)
    return found.indices.map { index in
      SurprisingTransition(
        from: found[index].from, to: found[index].to, count: count(from: found[index].from, to: found[index].to),
        expected: found[index].expected, residual: found[index].residual, pValue: pValues[index],
        qValue: qValues[index])
    }.sorted { ($0.pValue, -abs($0.residual), $0.from, $0.to) < ($1.pValue, -abs($1.residual), $1.from, $1.to) }
  }

  /// Factors whose products off the diagonal have the given margins, as nearly as there are such.
  private func quasiIndependence(_ rows: [Double], _ columns: [Double]) -> (rows: [Double], columns: [Double]) {
    var left = rows.map { $0 > 0 ? 1.0 : 0 }
    var right = columns
    for _ in 0..<200 {
      let rightSum = right.reduce(0, +)
      for state in 0..<stateCount {
        let rest = rightSum - right[state]
        left[state] = rest > 0 ? rows[state] / rest : 0
      }
      let leftSum = left.reduce(0, +)
      var change = 0.0
      for state in 0..<stateCount {
        let rest = leftSum - left[state]
        let next = rest > 0 ? columns[state] / rest : 0
        change = max(change, abs(next - right[state]) / max(1e-300, abs(next)))
        right[state] = next
      }
      if change < 1e-10 { break }
    }
    return (left, right)
  }
}
