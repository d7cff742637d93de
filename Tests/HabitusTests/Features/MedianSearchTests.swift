import Testing

@testable import Habitus

@Suite("Median search")
struct MedianSearchTests {
  private func plain(_ values: [Int32]) -> Double {
    let sorted = values.sorted()
    return (Double(sorted[(sorted.count - 1) / 2]) + Double(sorted[sorted.count / 2])) / 2
  }

  private func found(_ values: [Int32], _ search: inout MedianSearch) -> Double {
    var buffer = values + Array(repeating: 7, count: MedianSearch.padding)
    return buffer.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return .nan }
      return search.median(of: base, count: values.count)
    }
  }

  @Test("equals sorting for every list of up to 6 values from 0 to 2")
  func exhaustive() {
    var search = MedianSearch()
    for count in 1...6 {
      var values = [Int32](repeating: 0, count: count)
      for number in 0..<Int32((0..<count).reduce(1) { product, _ in product * 3 }) {
        var rest = number
        for index in 0..<count {
          values[index] = rest % 3
          rest /= 3
        }
        #expect(found(values, &search) == plain(values), "\(values)")
      }
    }
  }

  @Test("equals sorting for lists of any length and spread, wherever it starts", arguments: 0..<UInt64(20))
  func random(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var search = MedianSearch()
    for _ in 0..<200 {
      let largest: Int32 = [0, 1, 10, 1000, 2_000_000, Int32.max - 1][Int.random(in: 0..<6, using: &random)]
      let count = [1, 2, 3, 15, 16, 17, 18, 33, 100, 1001][Int.random(in: 0..<10, using: &random)]
      let values = (0..<count).map { _ in Int32.random(in: 0...largest, using: &random) }
      #expect(found(values, &search) == plain(values), "seed \(seed), \(count) values up to \(largest)")
    }
  }
}
