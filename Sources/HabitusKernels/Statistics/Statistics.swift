/// Statistics of plain arrays. NaN is "no value" and is left out unless a function says otherwise; where nothing is
/// left, the answer is `nil`.
public enum Statistics {
  /// The values that are present (not NaN), ascending.
  static func sortedPresent(_ values: some Sequence<Double>) -> [Double] {
    values.filter { !$0.isNaN }.sorted()
  }
}
