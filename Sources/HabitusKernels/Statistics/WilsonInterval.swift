extension Statistics {
  /// Wilson's score interval for a share of which `successes` of `trials` were seen; `nil` without trials. O(1).
  ///
  /// Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), without
  /// correction for continuity.
  ///
  /// - Parameter confidence: two-sided, strictly between 0 and 1.
  /// - Precondition: 0 ≤ `successes` ≤ `trials`.
  public static func wilsonInterval(
    successes: Double, trials: Double, confidence: Double = 0.95
  ) -> ClosedRange<Double>? {
    precondition(successes >= 0 && successes <= trials, "successes lie between 0 and the number of trials")
    precondition(confidence > 0 && confidence < 1, "a confidence lies strictly between 0 and 1")
    guard trials > 0 else { return nil }
    let deviate = NormalDistribution.quantile(0.5 + confidence / 2)
    let share = successes / trials
    let squared = deviate * deviate / trials
    let centre = (share + squared / 2) / (1 + squared)
    let half = deviate / (1 + squared) * (share * (1 - share) / trials + squared / (4 * trials)).squareRoot()
    let lower = successes == 0 ? 0 : max(0, centre - half)
    let upper = successes == trials ? 1 : min(1, centre + half)
    return lower...upper
  }
}
