/// A series cut at its changes.
public struct Segmentation: Hashable, Sendable, Codable {
  /// Number of samples in the series.
  public let sampleCount: Int
  /// The first sample of every segment but the first, ascending.
  public let breakpoints: [Int]
  /// The sum of the segments' costs, without penalties.
  public let cost: Double
  /// What is minimised: ``cost`` and the penalties.
  public let penalizedCost: Double
  /// What each change had to gain, without the terms that depend on the segments' lengths.
  public let penalty: Double

  /// The parts, in order; there is at least one.
  public var segments: [Range<Int>] {
    zip([0] + breakpoints, breakpoints + [sampleCount]).map { $0..<$1 }
  }
}
