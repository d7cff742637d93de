import HabitusModel
import Testing

@testable import Habitus

@Suite("Code counter")
struct CodeCounterTests {
  @Test("counts few and many codes alike, missing ones apart", arguments: [1, 2, 15, 16, 17, 300])
  func counts(limit: Int) {
    var random = SplitMix64(seed: UInt64(limit))
    var counter = CodeCounter()
    let entropy = EntropyTable()
    // More events than the byte counters hold, then few: nothing may be left over from the user before.
    for count in [2000, 3, 256, 5000, 1] {
      let codes = (0..<count).map { _ in
        Int.random(in: 0..<5, using: &random) == 0
          ? TermDictionary.missing : UInt32(Int.random(in: 0..<limit, using: &random))
      }
      let present = codes.filter { $0 != TermDictionary.missing }
      let tally = Dictionary(present.map { ($0, 1) }, uniquingKeysWith: +)
      let total = codes.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { counter.count($0, count, codeLimit: limit, using: entropy) }
      }
      #expect(total?.distinct == tally.count)
      #expect(total?.total == present.count)
      #expect(total?.largest == tally.values.max() ?? 0)
      for code in 0..<limit { #expect(counter.count(of: code) == tally[UInt32(code)] ?? 0) }
      #expect(counter.count(of: limit) == 0)
    }
  }

  @Test("sums the terms of the entropy to the same bits whatever the codes are", arguments: [12, 40])
  func orderOfCodes(limit: Int) {
    var random = SplitMix64(seed: 5)
    var counter = CodeCounter()
    let entropy = EntropyTable()
    for _ in 0..<50 {
      let codes = (0..<300).map { _ in
        UInt32(Int.random(in: 0..<limit, using: &random) * Int.random(in: 0...1, using: &random))
      }
      let renamed = Array((0..<UInt32(limit)).shuffled(using: &random))
      let first = codes.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { counter.count($0, 300, codeLimit: limit, using: entropy).terms }
      }
      let second = codes.map { renamed[Int($0)] }.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.map { counter.count($0, 300, codeLimit: limit, using: entropy).terms }
      }
      #expect(first == second)
    }
  }
}
