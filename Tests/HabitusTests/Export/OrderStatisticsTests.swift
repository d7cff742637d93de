import HabitusModel
import Testing

@testable import Habitus

@Suite("OrderStatistics")
struct OrderStatisticsTests {
  private func select(_ ranks: [Int], _ values: [Double]) -> [Double] {
    var (values, scratch) = (values, values)
    return values.withUnsafeMutableBufferPointer { values in
      scratch.withUnsafeMutableBufferPointer { OrderStatistics.values(at: ranks, of: values, $0) }
    }
  }

  @Test("gives what sorting gives: spread, skewed, tied, few, negative and extreme values", arguments: 0..<40)
  func likeSorting(seed: UInt64) {
    var random = SmallGenerator(state: seed)
    let count = [1, 2, 3, 64, 65, 500, 5000][Int(seed % 7)]
    let values = (0..<count).map { _ -> Double in
      let value = Double.random(in: -1...1, using: &random)
      switch seed % 5 {
      case 0: return value
      case 1: return value * value * value * value * value * 1e9
      case 2: return value < 0.4 ? 0 : (value * 10).rounded()
      case 3: return value * 1.5e308
      default: return value < 0.9 ? 1 : Double.greatestFiniteMagnitude.squareRoot() * value
      }
    }
    let ranks = [0, 0, count / 4, count / 2, min(count - 1, count / 2 + 1), count - 1, count - 1]
    let sorted = values.sorted()
    #expect(select(ranks, values) == ranks.map { sorted[$0] })
    let all = Array(0..<count)
    #expect(select(all, values) == sorted)
  }

  @Test("interpolates quartiles between neighbours: of 1, 2, 3, 4 they are 1.75, 2.5 and 3.25")
  func quartiles() {
    let definition = FeatureDefinition(name: "x", group: .activity, unit: .count, description: "x")
    let window = AnalysisWindow(start: Timestamp(milliseconds: 0), asOf: Timestamp(milliseconds: 1), days: 1)
    let table = FeatureTable(
      window: window, definitions: [definition], users: [0, 1, 2, 3, 4], values: [3, .nan, 1, 4, 2])
    let summary = table.summaries(workers: 2)[0]
    #expect(summary.quantiles == [1, 1.75, 2.5, 3.25, 4])
    #expect(summary.shareWithValue == 0.8)
  }
}
