/// The cheapest segmentation of a series: the sum of its segments' costs and a penalty for each change is least.
///
/// Killick, Fearnhead and Eckley, "Optimal detection of changepoints with a linear computational cost", JASA 107
/// (2012), doi:10.1080/01621459.2012.737745. Exact: candidates are dropped only where they cannot be part of the
/// optimum, and, with a minimum length, only from the sample on at which the better candidate may end a segment too.
/// Time is linear where changes come at a steady pace, O(*n*²) where there are none; O(*n*) memory.
///
/// Defined cases: of equally cheap segmentations the one whose last segment starts first; a series shorter than twice
/// the minimum length has no change. The costs are those of independent samples: in a series with a trend, a season or
/// neighbours that are alike, changes are found that only mimic these.
public struct PELT: Hashable, Sendable, Codable {
  /// What a change must gain, on the scale of twice the log-likelihood; *n* samples, *p* parameters a segment.
  public enum Penalty: Hashable, Sendable, Codable {
    /// (*p* + 1)·log *n*: Schwarz's criterion, the place of the change counted as a parameter. The default of R's
    /// `changepoint` before version 2.
    case bayesianInformation
    /// (*p* + 2)·log *n*, and log(length) for every segment, so that changes near one another or near an end cost more:
    /// Zhang and Siegmund, Biometrics 63 (2007), doi:10.1111/j.1541-0420.2006.00662.x, as in R's `changepoint`.
    case modifiedBayesianInformation
    /// This much a change, not negative.
    case constant(Double)
  }

  /// What a change must gain.
  public var penalty: Penalty
  /// The fewest samples of a segment, at least 1; raised to the cost's own minimum.
  public var minimumLength: Int

  /// Makes parameters.
  public init(penalty: Penalty = .modifiedBayesianInformation, minimumLength: Int = 1) {
    self.penalty = penalty
    self.minimumLength = minimumLength
  }

  /// Checks these parameters against the data.
  ///
  /// - Throws: ``KernelError``: `noSamples`; `parameter` for one out of range.
  public func validated<Cost: SegmentCost>(for cost: Cost) throws(KernelError) -> Plan<Cost> {
    guard cost.sampleCount > 0 else { throw .noSamples }
    guard minimumLength >= 1 else {
      throw .parameter(name: "minimumLength", value: Double(minimumLength), allowed: "1 or more")
    }
    if case .constant(let value) = penalty, !(value >= 0 && value.isFinite) {
      throw .parameter(name: "penalty", value: value, allowed: "a finite number of 0 or more")
    }
    return Plan(parameters: self, cost: cost)
  }

  /// The cheapest segmentation; see ``validated(for:)`` for what is refused.
  ///
  /// - Throws: ``KernelError``.
  public func segmentation(of cost: some SegmentCost) throws(KernelError) -> Segmentation {
    try validated(for: cost).segmentation()
  }

  /// Checked parameters and data; only ``PELT/validated(for:)`` makes one.
  public struct Plan<Cost: SegmentCost>: Sendable {
    let parameters: PELT
    let cost: Cost

    fileprivate init(parameters: PELT, cost: Cost) {
      self.parameters = parameters
      self.cost = cost
    }
  }
}
