/// How a feature may bend before it enters a linear model.
public enum FeatureShape: Hashable, Sendable, Codable {
  /// As it is.
  case linear
  /// sign(x)·ln(1 + |x|): for counts, durations and amounts of money, where the first few matter most.
  case signedLogarithm
  /// The share of samples below, a tie counting one half, between 0 and 1: for values of any scale, of which only the
  /// order is to count. Linear between at most 33 quantiles; values beyond those seen count as the nearest one seen.
  case ranks
  /// A broken line in ``signedLogarithm`` that may bend at `knotCount` quantiles equally far apart, so that a middle
  /// can be high or low. Knots that fall together count once; values beyond those seen count as the nearest one seen.
  case hinges(knotCount: Int)
}
