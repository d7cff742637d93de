import Foundation
import HabitusKernels
import Testing

@Suite("Calibration error by chance")
struct ChanceCalibrationTests {
  private func table(_ predictions: [Double], bins: Int) -> CalibrationTable {
    CalibrationTable(of: predictions, outcomes: predictions.map { _ in false }, binCount: bins)
  }

  @Test("is that of the distribution of outcomes, worked by hand")
  func byHand() {
    // One sample of ½ is off by ½, whatever comes.
    let one = table([0.5], bins: 1)
    #expect(one.chanceCalibrationError == 0.5 && one.chanceCalibrationDeviation == 0)
    // Two of ½: 0, 1 or 2 come, with ¼, ½ and ¼; the share is off by ½, 0, ½.
    let two = table([0.5, 0.5], bins: 1)
    #expect(agree(two.chanceCalibrationError, 0.25) && agree(two.chanceCalibrationDeviation, 0.25))
    // Bins of 0.2 and of 0.5, 0.9: off by 0.2 · 0.8 · 2 = 0.32 on average, and by 0.7 (0.05), 0.2 (0.5), 0.3 (0.45).
    let bins = table([0.2, 0.5, 0.9], bins: 2)
    #expect(bins.bins.map(\.count) == [1, 2])
    #expect(agree(bins.chanceCalibrationError, (0.32 + 2 * (0.05 * 0.7 + 0.5 * 0.2 + 0.45 * 0.3)) / 3))
    // What is sure is never off.
    #expect(table([0, 0, 1, 1], bins: 2).chanceCalibrationError == 0)
    #expect(table([], bins: 3).chanceCalibrationError == 0 && table([], bins: 3).chanceCalibrationDeviation == 0)
  }

  @Test("is the mean over all outcomes, each as probable as it is", .tags(.differential), arguments: 0..<UInt64(8))
  func everyOutcome(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let predictions = (0..<9).map { _ in random.nextUnit() }
    var (mean, square) = (0.0, 0.0)
    for pattern in 0..<512 {
      let outcomes = predictions.indices.map { pattern >> $0 & 1 == 1 }
      let probability = zip(predictions, outcomes).reduce(1) { $0 * ($1.1 ? $1.0 : 1 - $1.0) }
      let error = CalibrationTable(of: predictions, outcomes: outcomes, binCount: 3).expectedCalibrationError
      mean += probability * error
      square += probability * error * error
    }
    let found = table(predictions, bins: 3)
    #expect(agree(found.chanceCalibrationError, mean))
    #expect(agree(found.chanceCalibrationDeviation, (square - mean * mean).squareRoot(), tolerance: 1e-10))
  }

  @Test("of many samples comes near the normal distribution, on both sides of where it is exact")
  func many() {
    for (count, probability) in [(395, 0.5), (405, 0.5), (4000, 0.02), (900, 0.985)] {
      let deviation = (probability * (1 - probability) / Double(count)).squareRoot()
      let found = table(Array(repeating: probability, count: count), bins: 1)
      #expect(agreeRelatively(found.chanceCalibrationError, expected: deviation), "\(count)")
      #expect(abs(found.chanceCalibrationDeviation / (deviation * (1 - 2 / Double.pi).squareRoot()) - 1) < 0.02)
    }
  }

  private func agreeRelatively(_ found: Double, expected deviation: Double) -> Bool {
    abs(found / (deviation * (2 / Double.pi).squareRoot()) - 1) < 0.01
  }
}
