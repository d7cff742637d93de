/// Count, mean, variance and skewness of numbers that are seen one after the other.
///
/// Stable one-pass updates: Welford (1962); for the third moment and for joining two, Pébay, "Formulas for robust,
/// one-pass parallel computation of covariances and arbitrary-order statistical moments", SAND2008-6212.
/// NaN is "no value" and is left out.
public struct Moments: Hashable, Sendable {
  /// How many values were present.
  public private(set) var count = 0
  private var runningMean = 0.0
  private var squares = 0.0
  private var cubes = 0.0

  /// Starts with nothing seen.
  public init() {}

  /// Takes all of `values`. O(*n*).
  public init(of values: some Sequence<Double>) {
    for value in values { add(value) }
  }

  /// Takes one value. O(1).
  public mutating func add(_ value: Double) {
    guard !value.isNaN else { return }
    let before = Double(count)
    count += 1
    let total = Double(count)
    let difference = value - runningMean
    let step = difference / total
    let term = difference * step * before
    runningMean += step
    cubes += term * step * (total - 2) - 3 * step * squares
    squares += term
  }

  /// Takes what `other` has seen. O(1).
  public mutating func merge(_ other: Moments) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    let (own, others) = (Double(count), Double(other.count))
    let total = own + others
    let difference = other.runningMean - runningMean
    cubes +=
      other.cubes + difference * difference * difference * own * others * (own - others) / (total * total)
      + 3 * difference * (own * other.squares - others * squares) / total
    squares += other.squares + difference * difference * own * others / total
    runningMean += difference * others / total
    count += other.count
  }

  /// What both have seen together. O(1).
  public func merging(_ other: Moments) -> Moments {
    var joined = self
    joined.merge(other)
    return joined
  }

  /// The mean; `nil` without values.
  public var mean: Double? { count > 0 ? runningMean : nil }

  /// The mean squared deviation (divided by *n*); `nil` without values.
  public var populationVariance: Double? { count > 0 ? squares / Double(count) : nil }

  /// The unbiased variance (divided by *n* − 1); `nil` with fewer than two values.
  public var sampleVariance: Double? { count > 1 ? squares / Double(count - 1) : nil }

  /// The third standardised moment, without correction for bias (as `scipy.stats.skew`); `nil` without variance.
  public var skewness: Double? {
    guard count > 0, squares > 0 else { return nil }
    return Double(count).squareRoot() * cubes / (squares * squares.squareRoot())
  }
}

extension Statistics {
  /// The mean; `nil` without values. O(*n*).
  public static func mean(of values: some Sequence<Double>) -> Double? { Moments(of: values).mean }

  /// The unbiased variance (divided by *n* − 1); `nil` with fewer than two values. O(*n*).
  public static func sampleVariance(of values: some Sequence<Double>) -> Double? {
    Moments(of: values).sampleVariance
  }
}
