import Foundation
import HabitusKernels
import Testing

@Suite("Recency and frequency")
struct LifetimeHistoryTests {
  @Test("by hand: repeats are other days than the first, and the age ends with the last day")
  func byHand() throws {
    // Days 3, 5 and 9 of ten days that are numbered from 0; the second visit of day 5 and day 11 do not count.
    let history = try #require(RecencyFrequency(periods: [9, 5, 3, 5, 11], lastPeriod: 9))
    #expect(try history == RecencyFrequency(frequency: 2, recency: 6, age: 6))
    // The same in hours, at 8, 20 and 23 o'clock; the last moment is within day 9.
    let hours: [Double] = [9 * 24 + 23, 5 * 24 + 8, 3 * 24 + 20, 5 * 24 + 20, 11 * 24]
    #expect(try RecencyFrequency(times: hours, period: 24, lastTime: 9 * 24 + 23.5) == history)
    // A visit more after that moment, but on the same day, counts; on the day after it does not.
    #expect(try RecencyFrequency(times: hours + [9 * 24 + 23.9], period: 24, lastTime: 9 * 24 + 23.5) == history)
    #expect(try RecencyFrequency(times: hours, period: 24, lastTime: 11 * 24)?.frequency == 3)
    // Periods before 0 end at their lower bound as well: −1 hours is day −1.
    #expect(
      try RecencyFrequency(times: [-1, 0], period: 24, lastTime: 0)
        == RecencyFrequency(frequency: 1, recency: 1, age: 1))
  }

  @Test("a single period, one in the last, and none")
  func edgeCases() throws {
    #expect(
      try RecencyFrequency(periods: [4, 4], lastPeriod: 9) == RecencyFrequency(frequency: 0, recency: 0, age: 5))
    #expect(try RecencyFrequency(periods: [9], lastPeriod: 9) == RecencyFrequency(frequency: 0, recency: 0, age: 0))
    #expect(RecencyFrequency(periods: [10], lastPeriod: 9) == nil)
    #expect(RecencyFrequency(periods: [], lastPeriod: 9) == nil)
    #expect(try RecencyFrequency(times: [], period: 1, lastTime: 9) == nil)
  }

  @Test("impossible histories are refused")
  func badInput() throws {
    func refused(_ frequency: Int, _ recency: Double, _ age: Double) -> String? {
      do {
        _ = try RecencyFrequency(frequency: frequency, recency: recency, age: age)
        return nil
      } catch {
        guard case .parameter(let name, _, _) = error else { return "another error" }
        return name
      }
    }
    #expect(refused(-1, 0, 1) == "frequency")
    #expect(refused(0, 0, -1) == "age" && refused(0, 0, .nan) == "age" && refused(0, 0, .infinity) == "age")
    #expect(refused(1, 2, 1) == "recency" && refused(1, 0, 1) == "recency" && refused(1, -1, 1) == "recency")
    #expect(refused(1, .nan, 1) == "recency" && refused(0, 1, 2) == "recency" && refused(0, .nan, 2) == "recency")
    #expect(refused(1, 1, 1) == nil && refused(0, 0, 0) == nil)
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) {
      try RecencyFrequency(times: [0, .nan], period: 1, lastTime: 9)
    }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) {
      try RecencyFrequency(times: [1e300], period: 1, lastTime: 9)
    }
    for (period, lastTime) in [(0, 9), (-1, 9), (.nan, 9), (.infinity, 9), (1, .nan), (1, .infinity)] {
      #expect(throws: KernelError.self) { try RecencyFrequency(times: [1], period: period, lastTime: lastTime) }
    }
    let text = #"{"frequency":1,"recency":3,"age":2}"#
    #expect(throws: KernelError.self) { try JSONDecoder().decode(RecencyFrequency.self, from: Data(text.utf8)) }
    let history = try RecencyFrequency(frequency: 1, recency: 2, age: 3)
    #expect(try JSONDecoder().decode(RecencyFrequency.self, from: JSONEncoder().encode(history)) == history)
  }

  @Test(
    "CDNOW's purchases give Fader and Hardie's summary", .tags(.reference),
    .enabled(if: CDNOW.isThere, "the folder of published data is not there"))
  func cdnow() throws {
    let histories = try CDNOW.histories()
    let published = try CDNOW.rows("clv/cdnow_customers_summary.csv.gz")
    #expect(published.count == 2357 && histories.count == 2357)
    for fields in published {
      let history = try #require(histories[Int(fields[0])])
      // The summary is in weeks with two decimals.
      #expect(
        Double(history.frequency) == fields[1] && abs(history.recency / 7 - fields[2]) < 0.00501
          && abs(history.age / 7 - fields[3]) < 0.00501, "customer \(fields[0])")
    }
  }
}
