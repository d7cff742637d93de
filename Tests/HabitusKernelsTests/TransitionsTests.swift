import Foundation
import HabitusKernels
import Testing

@Suite("Transitions")
struct TransitionsTests {
  private let sequences = SequenceDatabase([[0, 1, 1, 2], [0, 1], [], [2, 0, 1]])

  @Test("by hand: counts, entries, exits and probabilities")
  func byHand() throws {
    let transitions = try TransitionCounts(of: sequences, stateCount: 3)
    #expect(transitions.counts == [0, 3, 0, 0, 1, 1, 1, 0, 0])
    #expect(transitions.entryCounts == [2, 0, 1] && transitions.exitCounts == [0, 2, 1])
    #expect(transitions.visitCounts == [3, 4, 2])
    #expect(transitions.exitShares == [0, 0.5, 0.5] && agree(transitions.entryShares[0], 2.0 / 3))
    let shares = try transitions.probabilities(strength: 0)
    #expect(shares.values == [0, 1, 0, 0, 0.5, 0.5, 1, 0, 0])
    // Arrivals 1, 4, 1 of 6: state 1 has (0 + 2/6)/4, (1 + 8/6)/4, (1 + 2/6)/4 under a strength of 2.
    let smooth = try transitions.probabilities(strength: 2)
    for (column, expected) in [1.0 / 12, 7.0 / 12, 1.0 / 3].enumerated() { #expect(agree(smooth[1, column], expected)) }
    let visits = try TransitionCounts(of: sequences, stateCount: 3, countsRepeats: false)
    #expect(visits.counts == [0, 3, 0, 0, 0, 1, 1, 0, 0] && visits.exitCounts == [0, 2, 1])
    #expect(try visits.probabilities(strength: 2)[1, 1] == 0)
  }

  /// Two items a sequence, so that every transition is one of the table.
  private func sequences(_ table: [[Int]]) -> SequenceDatabase {
    var found: [[Int32]] = []
    for (row, counts) in table.enumerated() {
      for (column, count) in counts.enumerated() {
        found += Array(repeating: [Int32(row), Int32(column)], count: count)
      }
    }
    return SequenceDatabase(found)
  }

  @Test("residuals equal the adjusted ones of scipy's expected frequencies", .tags(.reference))
  func adjustedResiduals() throws {
    let table = [[12, 30, 4], [20, 5, 9], [3, 8, 40]]
    let found = try TransitionCounts(of: sequences(table), stateCount: 3).surprises(minimumExpected: 1)
    let expected = [
      [-0.11999446867453234, 5.808333153388529, -5.448838883091245],
      [4.916734087896125, -2.6146182789396892, -1.931137212583815],
      [-4.303037816912781, -3.3353044975202106, 7.070348117493051],
    ]
    #expect(found.count == 9)
    for transition in found {
      #expect(agree(transition.residual, expected[transition.from][transition.to], tolerance: 1e-11))
      #expect(transition.count == table[transition.from][transition.to])
      #expect(agree(transition.pValue, erfc(abs(transition.residual) / 2.0.squareRoot()), tolerance: 1e-12))
    }
    #expect(found[0].from == 2 && found[0].to == 2)
    #expect(found.map(\.qValue) == Statistics.falseDiscoveryQValues(found.map(\.pValue)))
  }

  @Test("without repeats expectations fit the margins off the diagonal")
  func quasiIndependence() throws {
    let table = [[0, 30, 10, 5], [25, 0, 12, 20], [8, 22, 0, 40], [14, 9, 31, 0]]
    let found = try TransitionCounts(of: sequences(table), stateCount: 4, countsRepeats: false)
      .surprises(minimumExpected: 1e-9)
    #expect(found.count == 12)
    for state in 0..<4 {
      let row = found.filter { $0.from == state }.reduce(0) { $0 + $1.expected }
      let column = found.filter { $0.to == state }.reduce(0) { $0 + $1.expected }
      #expect(agree(row, Double(table[state].reduce(0, +)), tolerance: 1e-7))
      #expect(agree(column, Double(table.reduce(0) { $0 + $1[state] }), tolerance: 1e-7))
    }
    // Expectations are products: the odds of any four cells off the diagonal cancel out.
    func expected(_ from: Int, _ to: Int) -> Double { found.first { $0.from == from && $0.to == to }?.expected ?? 0 }
    #expect(agree(expected(0, 2) * expected(1, 3), expected(0, 3) * expected(1, 2), tolerance: 1e-9))
  }

  @Test("random walks are rarely surprising; a planted habit is")
  func significance() throws {
    var generator = SplitMix64(seed: 19)
    var reported = 0
    for _ in 0..<40 {
      let walks = (0..<40).map { _ in (0..<10).map { _ in Int32(generator.nextIndex(below: 5)) } }
      let found = try TransitionCounts(of: SequenceDatabase(walks), stateCount: 5).surprises()
      if found.contains(where: { $0.qValue <= 0.05 }) { reported += 1 }
      let habit = walks.map { walk in walk.flatMap { state -> [Int32] in state == 4 ? [3, 4] : [state] } }
      let first = try #require(
        try TransitionCounts(of: SequenceDatabase(habit), stateCount: 5).surprises().first)
      #expect(first.from == 3 && first.to == 4 && first.qValue < 1e-6)
    }
    #expect(reported <= 6)
  }

  @Test("drop-off by step")
  func dropOff() {
    let steps = StepDropOff.all(of: sequences)
    #expect(steps.map(\.reachedCount) == [3, 3, 2, 1] && steps.map(\.endedCount) == [0, 1, 1, 1])
    #expect(agree(steps[1].dropOff, 1.0 / 3) && steps[3].dropOff == 1)
    #expect(StepDropOff.all(of: SequenceDatabase([])).isEmpty && StepDropOff.all(of: SequenceDatabase([[]])).isEmpty)
  }

  @Test("cycles by hand: back and forth, rounds of three, repeats")
  func cycles() {
    let database = SequenceDatabase([[5, 1, 2, 1, 2, 1, 7], [1, 2, 1], [3, 3, 3, 3], [1, 2, 3, 1, 2, 3, 1, 9]])
    let found = RepeatedCycle.all(in: database)
    #expect(found.map(\.sequence) == [0, 3] && found.map(\.range) == [1..<6, 0..<7])
    #expect(found.map(\.cycle) == [[1, 2], [1, 2, 3]] && found[0].repetitionCount == 2.5)
    let repeats = RepeatedCycle.all(in: database, periods: 1...1)
    #expect(repeats.map(\.range) == [0..<4] && repeats[0].cycle == [3])
  }

  @Test("cycles are all maximal primitive repetitions", .tags(.differential), arguments: 0..<UInt64(20))
  func cyclesByExhaustion(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let items = (0..<25).map { _ in Int32(generator.nextIndex(below: 2)) }
    func repeats(_ range: Range<Int>, _ period: Int) -> Bool {
      range.lowerBound >= 0 && range.upperBound <= items.count
        && range.dropFirst(period).allSatisfy { items[$0] == items[$0 - period] }
    }
    var expected: [[Int]] = []
    for period in 2...4 {
      for start in 0..<items.count {
        for end in start..<items.count + 1 where end - start >= 2 * period && repeats(start..<end, period) {
          let isMaximal = !repeats(start - 1..<end, period) && !repeats(start..<end + 1, period)
          let isPrimitive = !(1..<period).contains {
            period.isMultiple(of: $0) && repeats(start..<start + period, $0)
          }
          if isMaximal, isPrimitive { expected.append([period, start, end]) }
        }
      }
    }
    let found = RepeatedCycle.all(in: SequenceDatabase([items]))
    #expect(found.map { [$0.cycle.count, $0.range.lowerBound, $0.range.upperBound] } == expected, "seed \(seed)")
  }

  @Test("nothing to count, and bad input")
  func edgeCases() throws {
    let empty = try TransitionCounts(of: SequenceDatabase([]), stateCount: 2)
    #expect(try empty.surprises().isEmpty)
    #expect(empty.exitShares == [nil, nil] && empty.entryShares == [0, 0])
    #expect(try empty.probabilities().values == [0.5, 0.5, 0.5, 0.5])
    #expect(try empty.probabilities(strength: 0).values == [0, 0, 0, 0])
    #expect(throws: KernelError.self) { try TransitionCounts(of: sequences, stateCount: 2) }
    #expect(throws: KernelError.self) { try TransitionCounts(of: SequenceDatabase([[-1]]), stateCount: 2) }
    #expect(throws: KernelError.self) { try TransitionCounts(of: sequences, stateCount: 0) }
    #expect(throws: KernelError.self) { try empty.probabilities(strength: -1) }
    #expect(throws: KernelError.self) { try empty.surprises(minimumExpected: 0) }
  }
}
