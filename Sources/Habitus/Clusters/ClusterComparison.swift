public import HabitusModel

/// How two groups differ, feature by feature.
public struct ClusterComparison: Sendable, Equatable, Codable {
  /// The number of the group that sentences are about.
  public var first: Int
  /// The number of the group that it is compared with.
  public var second: Int
  /// By size of effect, strongest first; features in which a difference cannot be told are left out.
  public var differences: [Difference]

  /// A feature of both groups.
  public struct Difference: Sendable, Equatable, Codable {
    /// The feature.
    public var feature: String
    /// Mean of the first group, in the feature's unit.
    public var firstMean: Double
    /// Mean of the second group.
    public var secondMean: Double
    /// Hedges' g of the first group against the second: difference of the means ÷ pooled standard deviation, corrected
    /// for small samples.
    public var effectSize: Double
    /// The 95 % confidence interval of ``effectSize``.
    public var interval: ClosedRange<Double>
    /// The probability that a random member of the first group has more than one of the second, a tie counting one half;
    /// of hours of the day, that it comes later.
    public var superiority: Double
    /// The difference in words.
    public var sentence: LocalizedText

    /// Makes a difference from its parts.
    public init(
      feature: String, firstMean: Double, secondMean: Double, effectSize: Double, interval: ClosedRange<Double>,
      superiority: Double, sentence: LocalizedText
    ) {
      self.feature = feature
      self.firstMean = firstMean
      self.secondMean = secondMean
      self.effectSize = effectSize
      self.interval = interval
      self.superiority = superiority
      self.sentence = sentence
    }
  }

  /// Makes a comparison from its parts.
  public init(first: Int, second: Int, differences: [Difference]) {
    self.first = first
    self.second = second
    self.differences = differences
  }
}
