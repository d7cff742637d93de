import Foundation
import HabitusKernels
import Testing

@Suite("Amount scores")
struct AmountScoresTests {
  @Test("four amounts are scored as worked by hand")
  func byHand() throws {
    let scores = try AmountScores(of: [1, 3, 5, 3], amounts: [0, 4, 8, 0])
    // Errors 1, −1, −3, 3; the mean 3 is off by 3, −1, −5, 3.
    #expect(scores.count == 4 && scores.meanPrediction == 3 && scores.meanAmount == 3)
    #expect(scores.meanAbsoluteError == 2 && scores.meanSquaredError == 5 && scores.constantSquaredError == 11)
    #expect(agree(try #require(scores.skill), 6.0 / 11))
    // Differences 8, 0, 16, 0: mean 6, variance (4 + 36 + 100 + 36) / 3; Student's t of 3 degrees is 3.182446.
    let half = 3.182446305284263 * (176.0 / 3 / 4).squareRoot()
    #expect(agree(scores.improvementInterval.lowerBound, 6 - half, tolerance: 1e-9))
    #expect(agree(scores.improvementInterval.upperBound, 6 + half, tolerance: 1e-9))
    #expect(agree(try #require(scores.lowestSkill), (6 - half) / 11, tolerance: 1e-9))
  }

  @Test("equal amounts have no skill; what does not fit or is no number is refused")
  func edges() throws {
    let same = try AmountScores(of: [1, 2], amounts: [5, 5])
    #expect(same.skill == nil && same.lowestSkill == nil && same.constantSquaredError == 0)
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) { try AmountScores(of: [1], amounts: [1]) }
    #expect(throws: KernelError.sampleCount(expected: 3, found: 2)) {
      try AmountScores(of: [1, 2], amounts: [1, 2, 3])
    }
    #expect(throws: KernelError.notFinite(row: 1, column: 0)) { try AmountScores(of: [1, 2], amounts: [1, .nan]) }
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) {
      try AmountScores(of: [.infinity, 2], amounts: [1, 2])
    }
    #expect(throws: KernelError.self) { try AmountScores(of: [1, 2], amounts: [1, 2], confidence: 1) }
  }
}
