/// Implicit matrix factorisation: factors for users and items whose products say how much a user would take to an item.
///
/// Minimises, over the factors x of users and y of items,
///
///     Σ over all pairs of c · (p − x·y)² + Σ over users of λ_u · |x|² + Σ over items of λ_i · |y|²
///
/// where p is 1 and the confidence c is 1 + `confidence` · weight for pairs that interacted, p is 0 and c is 1 for all
/// others (Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008,
/// doi:10.1109/ICDM.2008.22). λ is `regularization` times a power of the row's share in all confidence, 1 on the
/// average (Rendle, Krichene, Zhang and Koren, "Revisiting the performance of iALS on item recommendation benchmarks",
/// arXiv:2110.14037): λ_u = `regularization` · (C_u ÷ mean of C over users)^`frequencyExponent`, C_u the sum of the
/// confidences of all of a user's pairs, and likewise by item.
///
/// Alternates between items given users, and users given items, each row by a few steps of conjugate gradients from
/// where it was (Takács, Pilászy and Tikk, "Applications of the conjugate gradient method for implicit feedback
/// collaborative filtering", RecSys 2011, doi:10.1145/2043932.2043987). Before each turn all factors are rotated onto
/// the principal axes of the side that stays: that changes no product, and makes the part of the systems that all rows
/// share diagonal, so that it costs next to nothing and preconditions them. Users begin near the leading singular
/// vectors of who interacted with what.
///
/// Users without items and items without users have zeros as factors. The result depends on parameters and interactions
/// alone, not on the number of threads.
public struct ImplicitFactorization: Hashable, Sendable, Codable {
  /// Number of factors of a user and of an item, 1 to 1024.
  public var factorCount: Int
  /// How much confidence a weight of 1 adds to that of a pair which never interacted, 1. Above 0.
  public var confidence: Double
  /// How strongly factors are held near 0; above 0.
  public var regularization: Double
  /// How much more strongly those of rows with much confidence are held, from 0 (all alike) to 1 (in proportion).
  public var frequencyExponent: Double
  /// The most epochs, at least 1; an epoch is a turn of the items and one of the users.
  public var maximumEpochs: Int
  /// Ends when an epoch lowers the loss by less than this share of it; 0 to run all epochs, which spares computing it.
  public var tolerance: Double
  /// The most steps of conjugate gradients a turn, at least 1.
  public var stepCount: Int
  /// Fixes where factors start.
  public var seed: UInt64

  /// More factors than this are refused.
  static let mostFactors = 1024
  /// Where confidences are greater, single precision would lose the pairs that did not interact.
  static let largestConfidence = 1e7

  /// Makes parameters.
  public init(
    factorCount: Int = 64, confidence: Double = 10, regularization: Double = 10, frequencyExponent: Double = 1,
    maximumEpochs: Int = 15, tolerance: Double = 0, stepCount: Int = 3, seed: UInt64 = 0
  ) {
    self.factorCount = factorCount
    self.confidence = confidence
    self.regularization = regularization
    self.frequencyExponent = frequencyExponent
    self.maximumEpochs = maximumEpochs
    self.tolerance = tolerance
    self.stepCount = stepCount
    self.seed = seed
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `noSamples` without interactions, `parameter` for a parameter out of range, or where
  ///   `confidence` times the largest weight is above 10 million.
  public func validated(for interactions: Interactions) throws(KernelError) -> Plan {
    guard interactions.count > 0 else { throw .noSamples }
    guard (1...Self.mostFactors).contains(factorCount) else {
      throw .parameter(name: "factorCount", value: Double(factorCount), allowed: "1 to \(Self.mostFactors)")
    }
    try Self.requirePositive(confidence, "confidence")
    try Self.requirePositive(regularization, "regularization")
    guard (0...1).contains(frequencyExponent) else {
      throw .parameter(name: "frequencyExponent", value: frequencyExponent, allowed: "0 to 1")
    }
    guard maximumEpochs >= 1 else {
      throw .parameter(name: "maximumEpochs", value: Double(maximumEpochs), allowed: "1 or more")
    }
    guard tolerance >= 0, tolerance < 1 else {
      throw .parameter(name: "tolerance", value: tolerance, allowed: "0 to less than 1")
    }
    guard stepCount >= 1 else { throw .parameter(name: "stepCount", value: Double(stepCount), allowed: "1 or more") }
    let largest = confidence * Double(interactions.byUser.values.max() ?? 0)
    guard largest <= Self.largestConfidence else {
      throw .parameter(
        name: "confidence times the largest weight", value: largest, allowed: "up to \(Self.largestConfidence)")
    }
    return Plan(parameters: self, interactions: interactions)
  }

  /// Learns factors; see ``validated(for:)`` for what is refused.
  public func fit(_ interactions: Interactions, threadCount: Int? = nil) throws(KernelError) -> Model {
    try validated(for: interactions).fit(threadCount: threadCount)
  }

  private static func requirePositive(_ value: Double, _ name: String) throws(KernelError) {
    guard (1e-12...1e12).contains(value) else {
      throw .parameter(name: name, value: value, allowed: "numbers above 0, from 1e-12 to 1e12")
    }
  }

  /// Checked parameters and data; only ``ImplicitFactorization/validated(for:)`` makes one.
  public struct Plan: Sendable {
    let parameters: ImplicitFactorization
    let interactions: Interactions

    fileprivate init(parameters: ImplicitFactorization, interactions: Interactions) {
      self.parameters = parameters
      self.interactions = interactions
    }
  }
}
