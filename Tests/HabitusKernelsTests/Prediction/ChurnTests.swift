import Foundation
import HabitusKernels
import Testing

@Suite("Churn of three courses")
struct ChurnTests {
  /// KDD Cup 2015: learned from two courses, tested on the third, which takes no part in any choice. Shape and penalty
  /// are chosen by learning from one of the two and predicting the other.
  @Test(
    "drop-outs of a course never seen are predicted better than by the base rate, and well calibrated",
    .enabled(if: ChurnCourse.areThere, "the folder of published data is not there"))
  func beatsBaseRate() throws {
    let courses = try ChurnCourse.numbers.map { try ChurnCourse.read($0) }
    for test in courses.indices {
      let training = courses.indices.filter { $0 != test }
      let outcomes = training.flatMap { courses[$0].hasDroppedOut }
      let points = Matrix(
        rowCount: outcomes.count, columnCount: courses[test].points.columnCount,
        values: training.flatMap { courses[$0].points.values })
      let groups = training.flatMap { course in courses[course].hasDroppedOut.map { _ in course } }
      let found = try LogisticChoice(shapes: [.linear, .signedLogarithm], penalties: [1, 10, 100, 1000])
        .choose(points, outcomes: outcomes, folds: ValidationFold.leavingOut(groups: groups))
      let calibration = try ProbabilityCalibration(
        fittedTo: found.heldOut.map(\.probability), outcomes: found.heldOut.map { outcomes[$0.sample] },
        groups: found.heldOut.map(\.fold))
      let predictions = try found.model.probabilities(of: courses[test].points).map { calibration($0) }
      let scores = try ProbabilityScores(of: predictions, outcomes: courses[test].hasDroppedOut)
      let note: Comment = "course \(ChurnCourse.numbers[test])"
      #expect(try #require(scores.brierSkill) > 0.25, note)
      #expect(scores.expectedCalibrationError <= 0.04, note)
      #expect(try #require(scores.areaUnderCurve).area > 0.85, note)
      #expect(try #require(scores.improvement).pValue < 0.001, note)
    }
  }
}
