import HabitusKernels
import Testing

@Suite("The dip test of unimodality")
struct DipTestTests {
  @Test("is 1/(2n) for equal steps, and 1/4 for two equal heaps far apart")
  func byHand() {
    #expect(agree(DipTest(of: (0..<10).map(Double.init)).dip, 0.05))
    // Two heaps: a distribution with one mode rises by at most half on the way between them, 1/4 too little or too much.
    #expect(agree(DipTest(of: Array(repeating: 0.0, count: 50) + Array(repeating: 1.0, count: 50)).dip, 0.25))
    // Three heaps of the same size at equal steps are as good as evenly spread: each a third, a sixth from the line.
    #expect(agree(DipTest(of: [0, 0, 1, 1, 2, 2]).dip, 1.0 / 6))
  }

  /// diptest 0.12.0 (Python); the values are those of SplitMix64 with the given seeds.
  @Test("equals diptest's figures", .tags(.reference), arguments: DipReference.cases)
  func reference(_ reference: DipReference) {
    let test = DipTest(of: reference.values)
    #expect(agree(test.dip, reference.dip, tolerance: 1e-12))
  }

  @Test("does not change with place, scale or direction, nor with the order of values")
  func invariance() {
    var generator = SplitMix64(seed: 9)
    for count in [5, 17, 100] {
      let values = (0..<count).map { _ in generator.nextUnit() * 3 - 1 }
      let dip = DipTest(of: values).dip
      #expect(agree(DipTest(of: values.map { 8 * $0 + 64 }).dip, dip, tolerance: 1e-9))
      #expect(agree(DipTest(of: values.map { -$0 }).dip, dip, tolerance: 1e-12))
      #expect(DipTest(of: values.reversed()).dip == dip)
    }
  }

  @Test("lies between 1/(2n) and 1/4", .tags(.differential))
  func bounds() {
    var generator = SplitMix64(seed: 10)
    for _ in 0..<200 {
      let count = 2 + generator.nextIndex(below: 40)
      let values = (0..<count).map { _ in Double(generator.nextIndex(below: 7)) }
      let dip = DipTest(of: values).dip
      #expect(dip >= 0.5 / Double(count) - 1e-12 && dip <= 0.25 + 1e-12)
    }
  }

  @Test("gives even samples probabilities that are evenly spread, and two heaps none")
  func probabilities() {
    var generator = SplitMix64(seed: 11)
    for count in [10, 50, 300] {
      let found = (0..<400).map { _ in DipTest(of: (0..<count).map { _ in generator.nextUnit() }).pValue }
      for level in [0.05, 0.2, 0.5] {
        let share = Double(found.count { $0 <= level }) / 400
        // Three standard deviations of a share, and what interpolation costs.
        #expect(abs(share - level) <= 3 * (level * (1 - level) / 400).squareRoot() + 0.03, "\(count) \(level) \(share)")
      }
    }
    let heaps = (0..<100).map { _ in generator.nextUnit() } + (0..<100).map { _ in 4 + generator.nextUnit() }
    #expect(DipTest(of: heaps).pValue < 1e-6)
  }

  @Test("knows the empty, the single, the constant sample, and leaves NaN out")
  func edges() {
    #expect(DipTest(of: []).dip == 0 && DipTest(of: []).pValue == 1)
    #expect(DipTest(of: [3]).dip == 0.5 && DipTest(of: [3]).pValue == 1)
    #expect(DipTest(of: [3, 3, 3, 3]).dip == 0.125)
    #expect(DipTest(of: Array(repeating: 1, count: 100)).pValue > 0.9)
    #expect(DipTest(of: [1, .nan, 2, 4, .nan]) == DipTest(of: [1, 2, 4]))
  }
}

/// A sample that Scripts/reference/dip.py makes, too, and its dip.
struct DipReference: Sendable {
  let seed: UInt64
  let count: Int
  let gap: Double
  let levels: Int
  let dip: Double

  var values: [Double] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { index in
      let value = generator.nextUnit()
      return levels > 0 ? (value * Double(levels)).rounded(.down) : value + (index % 2 == 1 ? gap : 0)
    }
  }

  static let cases = [
    DipReference(seed: 1, count: 10, gap: 0, levels: 0, dip: 0.1182009088733678),
    DipReference(seed: 2, count: 25, gap: 0.5, levels: 0, dip: 0.06846031675160781),
    DipReference(seed: 3, count: 60, gap: 1, levels: 0, dip: 0.06471805074268436),
    DipReference(seed: 4, count: 40, gap: 0, levels: 6, dip: 0.1125),
    DipReference(seed: 5, count: 200, gap: 0.3, levels: 0, dip: 0.019114834513357114),
    DipReference(seed: 6, count: 7, gap: 2, levels: 0, dip: 0.14043800110760288),
  ]
}
