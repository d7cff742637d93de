internal import Foundation

/// n · log2 n for counts, tabulated where counts are small.
///
/// Terms that are added in the order of codes, which follows the order of arrival, are whole multiples of 2⁻⁴⁴ (2⁻³⁰ for
/// users with more than 16,384 events): their sum is then exact and the same in every order. What is cut off is below
/// 10⁻¹³ bits. It holds up to 300 million events of one user.
struct EntropyTable: ~Copyable {
  private static let size = 4096
  private let table: ScratchBuffer<Double>
  private let fineUnits: ScratchBuffer<Int64>

  init() {
    table = ScratchBuffer((0..<Self.size).map { Self.term($0) }, padding: 0)
    fineUnits = ScratchBuffer(
      (0..<Self.size).map { EntropyUnit(eventCount: 0).multiples(of: Self.term($0)) }, padding: 0)
  }

  /// `count` · log2 `count`, 0 for 0.
  @inline(__always) subscript(_ count: Int) -> Double {
    count < Self.size ? table.base[count] : Self.term(count)
  }

  /// `count` · log2 `count` as a multiple of `unit`.
  @inline(__always) func multiples(_ count: Int, of unit: EntropyUnit) -> Int64 {
    unit.isFine && count < Self.size ? fineUnits.base[count] : unit.multiples(of: self[count])
  }

  /// log2 of `count` ≥ 1.
  @inline(__always) func log2(_ count: Int) -> Double { self[count] / Double(count) }

  /// Entropy in bits of a distribution whose counts sum to `total` ≥ 1, from the sum of their terms.
  @inline(__always) func bits(sumOfTerms: Double, total: Int) -> Double {
    max(0, (self[total] - sumOfTerms) / Double(total))
  }

  /// Entropy in bits of a distribution whose counts sum to `total` ≥ 1, from the exact sum of their terms.
  @inline(__always) func bits(sumOfTerms: Int64, of unit: EntropyUnit, total: Int) -> Double {
    max(0, Double(multiples(total, of: unit) &- sumOfTerms) * unit.size / Double(total))
  }

  private static func term(_ count: Int) -> Double { count < 2 ? 0 : Double(count) * Foundation.log2(Double(count)) }
}

/// What the terms of an entropy are counted in.
struct EntropyUnit {
  /// Whether it is the unit of users with few events.
  let isFine: Bool
  /// Its size in bits: a power of two.
  let size: Double

  /// The unit for a user with `eventCount` events.
  init(eventCount: Int) {
    isFine = eventCount <= 16_384
    size = isFine ? 0x1p-44 : 0x1p-30
  }

  func multiples(of term: Double) -> Int64 { Int64((term / size).rounded()) }
}
