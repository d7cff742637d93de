internal import Foundation

/// n · log2 n for counts, tabulated where counts are small.
struct EntropyTable: ~Copyable {
  private static let size = 4096
  private let table: ScratchBuffer<Double>

  init() { table = ScratchBuffer((0..<Self.size).map { Self.term($0) }, padding: 0) }

  /// `count` · log2 `count`, 0 for 0.
  @inline(__always) subscript(_ count: Int) -> Double {
    count < Self.size ? table.base[count] : Self.term(count)
  }

  /// log2 of `count` ≥ 1.
  @inline(__always) func log2(_ count: Int) -> Double { self[count] / Double(count) }

  /// Entropy in bits of a distribution whose counts sum to `total` ≥ 1, from the sum of their terms.
  @inline(__always) func bits(sumOfTerms: Double, total: Int) -> Double {
    max(0, (self[total] - sumOfTerms) / Double(total))
  }

  private static func term(_ count: Int) -> Double { count < 2 ? 0 : Double(count) * Foundation.log2(Double(count)) }
}
