/// Weights that halve with every half-life.
public struct ExponentialDecay: Hashable, Sendable, Codable {
  /// The time in which a weight halves; positive.
  public let halfLife: Duration
  private let halfLifeMilliseconds: Double

  /// Makes weights with this half-life.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` unless it is at least a millisecond.
  public init(halfLife: Duration) throws(KernelError) {
    guard halfLife >= .milliseconds(1) else {
      throw .parameter(name: "halfLife", value: halfLife / .seconds(1), allowed: "a duration of 1 ms or more")
    }
    self.halfLife = halfLife
    halfLifeMilliseconds = halfLife / .milliseconds(1)
  }

  /// 2^(−age / half-life): 1 for now, ½ after one half-life; above 1 for a negative age, which lies ahead. O(1).
  public func weight(afterMilliseconds age: Int64) -> Double {
    Double.exp2(-Double(age) / halfLifeMilliseconds)
  }
}
