/// A strictly increasing function that shortens a column's tail.
public enum ShapeTransform: Hashable, Sendable, Codable {
  /// x.
  case identity
  /// sign(x)·ln(1 + |x|).
  case signedLogarithm
  /// Yeo and Johnson's family, "A new family of power transformations to improve normality or symmetry", Biometrika 87
  /// (2000); 1 is the identity.
  case yeoJohnson(power: Double)

  /// The transformed value.
  public func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .identity: return x
    case .signedLogarithm: return x < 0 ? -Double.log(onePlus: -x) : Double.log(onePlus: x)
    case .yeoJohnson(let power):
      return x < 0 ? -Self.boxCox(onePlus: -x, power: 2 - power) : Self.boxCox(onePlus: x, power: power)
    }
  }

  /// The value whose transform is `y`; where the family does not reach `y`, the nearest value that it does reach in
  /// the limit, ±∞.
  public func inverse(_ y: Double) -> Double {
    switch self {
    case .identity: return y
    case .signedLogarithm: return y < 0 ? -Double.expMinusOne(-y) : Double.expMinusOne(y)
    case .yeoJohnson(let power):
      return y < 0
        ? -Self.inverseBoxCox(-y, power: 2 - power) : Self.inverseBoxCox(y, power: power)
    }
  }

  /// ((1 + x)^power − 1) / power for x ≥ 0, in the limit ln(1 + x).
  private static func boxCox(onePlus x: Double, power: Double) -> Double {
    let logarithm = Double.log(onePlus: x)
    return power == 0 ? logarithm : Double.expMinusOne(power * logarithm) / power
  }

  private static func inverseBoxCox(_ y: Double, power: Double) -> Double {
    guard power != 0 else { return Double.expMinusOne(y) }
    guard power * y > -1 else { return .infinity }
    return Double.expMinusOne(Double.log(onePlus: power * y) / power)
  }
}

extension ShapeTransform {
  /// Chooses and fits the transform of a column from its present values, ascending.
  init(fittedToSorted values: [Double], skewness: Double, _ rule: Scaling.TailTransform) {
    guard let minimum = rule.minimumSkewness, abs(skewness) >= minimum else {
      self = .identity
      return
    }
    switch rule {
    case .none: self = .identity
    case .signedLogarithm: self = .signedLogarithm
    case .yeoJohnson: self = .yeoJohnson(power: Self.likeliestPower(ofSorted: values))
    }
  }

  /// The power of greatest likelihood in −5…5, by golden-section search.
  ///
  /// The profile likelihood is −n/2·ln(variance of the transformed values) + (power − 1)·Σ sign(x)·ln(1 + |x|).
  private static func likeliestPower(ofSorted values: [Double]) -> Double {
    let limit = 4096
    let sample =
      values.count <= limit ? values : (0..<limit).map { values[$0 * (values.count - 1) / (limit - 1)] }
    let jacobian = sample.reduce(0) { $0 + ShapeTransform.signedLogarithm($1) }
    func logLikelihood(_ power: Double) -> Double {
      let shape = ShapeTransform.yeoJohnson(power: power)
      let variance = Moments(of: sample.map(shape.callAsFunction)).populationVariance ?? 0
      guard variance > 0, variance.isFinite else { return -.infinity }
      return -Double(sample.count) / 2 * Double.log(variance) + (power - 1) * jacobian
    }
    let golden = (5.0.squareRoot() - 1) / 2
    var (low, high) = (-5.0, 5.0)
    var (left, right) = (high - golden * (high - low), low + golden * (high - low))
    var (leftLikelihood, rightLikelihood) = (logLikelihood(left), logLikelihood(right))
    while high - low > 1e-8 {
      if leftLikelihood >= rightLikelihood {
        (high, right, rightLikelihood) = (right, left, leftLikelihood)
        left = high - golden * (high - low)
        leftLikelihood = logLikelihood(left)
      } else {
        (low, left, leftLikelihood) = (left, right, rightLikelihood)
        right = low + golden * (high - low)
        rightLikelihood = logLikelihood(right)
      }
    }
    return (low + high) / 2
  }
}
