extension Statistics {
  /// Shannon entropy, in bits, of the shares that these counts (or weights, not negative) make; `nil` if all are 0.
  ///
  /// 0 for a single kind, log₂ *k* for *k* kinds that are equally frequent; a count of 0 adds nothing. O(*n*).
  public static func entropyInBits(ofCounts counts: some Sequence<Double>) -> Double? {
    let present = counts.filter { $0 > 0 }
    let total = present.reduce(0, +)
    guard total > 0 else { return nil }
    // −Σ p log₂ p; the maximum only turns −0 into 0.
    return max(0, -present.reduce(0) { $0 + $1 / total * Double.log2($1 / total) })
  }
}
