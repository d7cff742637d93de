import Habitus
import Testing

@Suite("Summary of features")
struct FeatureSummaryTests {
  private func table(_ columns: [[Double]]) -> FeatureTable {
    let rows = columns[0].indices.flatMap { row in columns.map { $0[row] } }
    return FeatureTable(
      window: AnalysisWindow(start: Timestamp(milliseconds: 0), asOf: Timestamp(milliseconds: 1), days: 1),
      definitions: columns.indices.map {
        FeatureDefinition(name: "f\($0)", group: .activity, unit: .count, description: "")
      },
      users: columns[0].indices.map { UInt32($0) }, values: rows)
  }

  @Test("Quartiles are those worked by hand")
  func byHand() {
    let summaries = table([[4, 1, 3, 2], [.nan, 5, .nan, 7], [.nan, .nan, .nan, .nan]]).summaries()
    #expect(summaries[0].quantiles == [1, 1.75, 2.5, 3.25, 4])
    #expect(summaries[1].quantiles == [5, 5.5, 6, 6.5, 7])
    #expect(summaries[1].count == 2 && summaries[1].shareWithValue == 0.5)
    #expect(summaries[2].quantiles == nil && summaries[2].shareWithValue == 0)
  }

  @Test("Selecting gives what sorting gives, ties and order included", arguments: 0..<UInt64(12))
  func differential(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let count = [1, 2, 3, 31, 32, 33, 100, 5000][Int(seed) % 8]
    let columns: [[Double]] = [
      (0..<count).map { _ in Double(next() % 7) }, (0..<count).map { _ in Double(next() >> 11) * 0x1p-53 - 0.5 },
      (0..<count).map { Double($0) }, (0..<count).map { Double(-$0) }, (0..<count).map { _ in 0 },
      (0..<count).map { _ in next() % 3 == 0 ? .nan : Double(next() % 1000) },
    ]
    for workers in [1, 2] {
      for (column, summary) in zip(columns, table(columns).summaries(workers: workers)) {
        let sorted = column.filter { !$0.isNaN }.sorted()
        #expect(summary.count == sorted.count, "seed \(seed)")
        guard let last = sorted.last else { continue }
        let expected = [0, 0.25, 0.5, 0.75, 1].map { probability -> Double in
          let place = probability * Double(sorted.count - 1)
          let low = sorted[Int(place)]
          let high = Int(place) + 1 < sorted.count ? sorted[Int(place) + 1] : last
          return low + (high - low) * (place - Double(Int(place)))
        }
        #expect(summary.quantiles == expected, "seed \(seed)")
      }
    }
  }
}
