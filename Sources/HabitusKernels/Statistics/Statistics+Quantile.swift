extension Statistics {
  /// The value below which the share `probability` of the values lies, with linear interpolation between neighbours.
  ///
  /// Hyndman and Fan's definition 7, the default of numpy (`nanquantile`) and R. O(*n* log *n*).
  ///
  /// - Precondition: `probability` is in 0…1.
  public static func quantile(_ probability: Double, of values: some Sequence<Double>) -> Double? {
    quantile(probability, ofSorted: sortedPresent(values))
  }

  /// ``quantile(_:of:)`` of values that are ascending and without NaN. O(1).
  public static func quantile(_ probability: Double, ofSorted values: [Double]) -> Double? {
    precondition((0...1).contains(probability), "a probability lies between 0 and 1")
    guard let last = values.last else { return nil }
    let position = probability * Double(values.count - 1)
    let lower = Int(position)
    guard lower + 1 < values.count else { return last }
    let fraction = position - Double(lower)
    guard fraction > 0 else { return values[lower] }
    // From the nearer end, so that neither rounding nor the far end can carry the value past it.
    let step = values[lower + 1] - values[lower]
    return fraction < 0.5 ? values[lower] + step * fraction : values[lower + 1] - step * (1 - fraction)
  }

  /// The middle value, or the mean of the middle two. O(*n* log *n*).
  public static func median(of values: some Sequence<Double>) -> Double? {
    quantile(0.5, of: values)
  }
}
