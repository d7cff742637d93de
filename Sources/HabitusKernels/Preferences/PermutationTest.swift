/// The p-value of a test by random rearrangements that ends early where nothing is to be found.
///
/// Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78 (1991), doi:10.1093/biomet/78.2.301: after
/// `exceedanceLimit` rearrangements that are as extreme as what was observed, their share is the p-value; else
/// (exceedances + 1) / (rearrangements + 1).
struct PermutationTest {
  let maximumCount: Int
  /// The more, the less p-values that are not small owe to chance.
  var exceedanceLimit = 10

  /// - Parameter isExtreme: makes a rearrangement and says whether it is at least as extreme as the observation.
  func pValue(_ isExtreme: () -> Bool) -> Double {
    var exceedances = 0
    for count in 1...max(1, maximumCount) {
      if isExtreme() { exceedances += 1 }
      if exceedances == exceedanceLimit { return Double(exceedances) / Double(count) }
    }
    return Double(exceedances + 1) / Double(maximumCount + 1)
  }
}
