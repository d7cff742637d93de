/// A small, fast, seeded generator; the same seed gives the same numbers on every machine.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; constants as in Vigna's
/// splitmix64.c. Not for secrets.
public struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  private var state: UInt64

  /// Starts the sequence that belongs to `seed`.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number in `[0, 1)`, a multiple of 2⁻⁵³.
  public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in `0..<bound`, every one equally likely.
  ///
  /// Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019), so that the numbers do not depend
  /// on the version of the standard library.
  ///
  /// - Precondition: `bound` is positive.
  public mutating func nextIndex(below bound: Int) -> Int {
    precondition(bound > 0, "a random index needs a positive bound")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// `count` different indices of `0..<population`, ascending; every subset equally likely.
  ///
  /// Selection sampling (Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S). O(`population`).
  public mutating func sortedSample(of count: Int, from population: Int) -> [Int] {
    precondition(count >= 0 && count <= population, "a sample cannot be larger than its population")
    var chosen: [Int] = []
    chosen.reserveCapacity(count)
    var index = 0
    while chosen.count < count {
      if Double(population - index) * nextUnit() < Double(count - chosen.count) { chosen.append(index) }
      index += 1
    }
    return chosen
  }
}
