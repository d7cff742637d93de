/// How usual a user's pattern is among others.
public struct PatternComparison: Sendable, Hashable, Codable {
  /// Whose habit it is.
  public enum Standing: String, Sendable, Codable, CaseIterable {
    /// The user's own: more than everybody has it.
    case own
    /// The user's group has it more than everybody, and the user no more than the group.
    case cluster
    /// Everybody does it about as much.
    case shared
  }

  /// Whose habit it is.
  public var standing: Standing
  /// The share among everybody, in the pattern's unit, 0…1.
  public var everybodyShare: Double
  /// The share among those of the user's group; `nil` where the user is in none.
  public var clusterShare: Double?
  /// The user's group; `nil` where the user is in none.
  public var cluster: Int?
  /// Probability of at least this much if the user did it as everybody does.
  public var pValue: Double

  /// Makes a comparison from its parts.
  public init(
    standing: Standing, everybodyShare: Double, clusterShare: Double? = nil, cluster: Int? = nil, pValue: Double
  ) {
    self.standing = standing
    self.everybodyShare = everybodyShare
    self.clusterShare = clusterShare
    self.cluster = cluster
    self.pValue = pValue
  }
}
