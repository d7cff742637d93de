/// The bounds of a number; `nil` where there is none.
public struct ConfigurationNumberRange: Sendable, Equatable {
  /// The lower bound.
  public var lower: Double?
  /// The upper bound.
  public var upper: Double?
  /// Whether the lower bound itself is refused.
  public var excludesLower = false
  /// Whether the upper bound itself is refused.
  public var excludesUpper = false

  /// Every finite number.
  public static let any = ConfigurationNumberRange()

  /// Makes a range of its bounds.
  public init(
    lower: Double? = nil, upper: Double? = nil, excludesLower: Bool = false, excludesUpper: Bool = false
  ) {
    self.lower = lower
    self.upper = upper
    self.excludesLower = excludesLower
    self.excludesUpper = excludesUpper
  }

  /// Whether a number is finite and within the bounds.
  func contains(_ number: Double) -> Bool {
    guard number.isFinite else { return false }
    if let lower, excludesLower ? number <= lower : number < lower { return false }
    if let upper, excludesUpper ? number >= upper : number > upper { return false }
    return true
  }
}

extension ConfigurationNumberRange {
  /// The bounds in words.
  var phrase: String {
    if let lower, let upper, !excludesLower, !excludesUpper {
      return "from " + ConfigurationValue.text(of: lower) + " to " + ConfigurationValue.text(of: upper)
    }
    let lowerText = lower.map { (excludesLower ? "above " : "of at least ") + ConfigurationValue.text(of: $0) }
    let upperText = upper.map { (excludesUpper ? "below " : "at most ") + ConfigurationValue.text(of: $0) }
    return [lowerText, upperText].compactMap { $0 }.joined(separator: " and ")
  }
}
