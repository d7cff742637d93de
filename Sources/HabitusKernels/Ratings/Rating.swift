/// A reviewer's judgement of something, or of one aspect of it.
public struct Rating: Hashable, Sendable, Codable {
  /// Code of the reviewer.
  public var reviewer: UInt32
  /// Code of the aspect that is judged; the same for all ratings where there are no aspects.
  public var aspect: UInt32
  /// The rating, on the scale of ``RatingPopulation/range``.
  public var value: Double

  /// Makes a rating.
  public init(reviewer: UInt32, aspect: UInt32 = 0, value: Double) {
    self.reviewer = reviewer
    self.aspect = aspect
    self.value = value
  }
}

/// What a rating says once the reviewer's own scale is removed.
public struct RatingWeight: Hashable, Sendable, Codable {
  /// −1…1: negative for a rating below what this reviewer gives on the whole, 0 for an ordinary one, ±0.68 one of the
  /// reviewer's standard deviations away.
  public let weight: Double
  /// The standard error that the weight has because the reviewer's scale is estimated.
  public let standardError: Double
}

/// One reviewer's scale.
public struct RatingScale: Hashable, Sendable, Codable {
  /// How far above the population's mean, aspect by aspect, the reviewer rates.
  public let location: Double
  /// The standard error of ``location``.
  public let locationError: Double
  /// The standard deviation of the reviewer's ratings.
  public let deviation: Double
  /// How many ratings, less one, the deviation rests on, the population's included.
  public let degreesOfFreedom: Double

  /// The weight of a rating that is `difference` above the population's mean of its aspect: 2·Φ(z) − 1 of the number of
  /// standard deviations z, with the standard error by the delta method. O(1).
  func weight(ofDifference difference: Double) -> RatingWeight {
    let z = (difference - location) / deviation
    let relative = locationError / deviation
    let error = (relative * relative + z * z / (2 * degreesOfFreedom)).squareRoot()
    let density = Double.exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    return RatingWeight(weight: 2 * NormalDistribution.cumulative(z) - 1, standardError: 2 * density * error)
  }
}
