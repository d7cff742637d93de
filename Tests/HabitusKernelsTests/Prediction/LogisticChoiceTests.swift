import Foundation
import HabitusKernels
import Testing

@Suite("Choice by validation")
struct LogisticChoiceTests {
  @Test("folds go forward in time, and equal times stay together; worked by hand")
  func forward() {
    let folds = ValidationFold.forward(times: [50, 10, 30, 20, 40, 60], count: 2)
    #expect(folds.map(\.training) == [[1, 3], [1, 3, 2, 4]] && folds.map(\.heldOut) == [[2, 4], [0, 5]])
    let tied = ValidationFold.forward(times: [1, 2, 2, 2, 3, 3], count: 2)
    // The cut before the third moves behind all of time 2, where the next cut is too.
    #expect(tied.map(\.training) == [[0, 1, 2, 3]] && tied.map(\.heldOut) == [[4, 5]])
    #expect(ValidationFold.forward(times: [7, 7, 7], count: 3).isEmpty)
    // What happened less than 15 before 30 and 50 is not known yet; less than 25 before 30, nothing is.
    let delayed = ValidationFold.forward(times: [50, 10, 30, 20, 40, 60], count: 2, delay: 15)
    #expect(delayed.map(\.training) == [[1], [1, 3, 2]] && delayed.map(\.heldOut) == [[2, 4], [0, 5]])
    let late = ValidationFold.forward(times: [50, 10, 30, 20, 40, 60], count: 2, delay: 25)
    #expect(late.map(\.training) == [[1, 3]] && late.map(\.heldOut) == [[0, 5]])
    #expect(ValidationFold.forward(times: [.min, 0, .max], count: 1, delay: .max).map(\.training) == [[0]])
    #expect(ValidationFold.forward(times: [], count: 3).isEmpty && ValidationFold.forward(times: [1], count: 1).isEmpty)
  }

  @Test("everything after the first part is held out once, after all it is learned from", arguments: 0..<UInt64(20))
  func forwardProperties(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let times = (0..<40).map { _ in Int64(generator.nextIndex(below: 30)) }
    let folds = ValidationFold.forward(times: times, count: 1 + generator.nextIndex(below: 6))
    #expect(!folds.isEmpty)
    let heldOut = folds.flatMap(\.heldOut)
    #expect(Set(heldOut).count == heldOut.count && heldOut.count + (folds.first?.training.count ?? 0) == 40)
    for fold in folds {
      let latest = fold.training.map { times[$0] }.max() ?? 0
      #expect(fold.heldOut.allSatisfy { times[$0] > latest } && !fold.training.isEmpty)
      #expect(Set(fold.training) == Set(times.indices.filter { times[$0] <= latest }))
    }
  }

  @Test("every group is left out once")
  func groups() throws {
    let folds = ValidationFold.leavingOut(groups: [5, 1, 5, 9])
    #expect(folds.map(\.heldOut) == [[1], [0, 2], [3]] && folds.map(\.training) == [[0, 2, 3], [1, 3], [0, 1, 2]])
    #expect(ValidationFold.leavingOut(groups: [3, 3]).isEmpty && ValidationFold.leavingOut(groups: []).isEmpty)
    #expect(throws: KernelError.self) { try ValidationFold(training: [0, 1], heldOut: [1]) }
  }

  /// Outcomes by whether the first feature lies within 1 of 0, or by its sign, with noise.
  private func made(rows: Int, isBent: Bool, noise: Int) -> (points: Matrix, outcomes: [Bool]) {
    var generator = SplitMix64(seed: 17)
    var points = Matrix(rowCount: rows, columnCount: 1 + noise, repeating: 0)
    let outcomes = (0..<rows).map { row in
      for column in 0...noise { points[row, column] = HabitusKernelsTests.made(&generator) }
      let value = points[row, 0]
      let score = isBent ? 4 * (1 - abs(value)) : value
      return generator.nextUnit() < 1 / (1 + exp(-score))
    }
    return (points, outcomes)
  }

  @Test("a shape that bends is chosen where the middle is high, a straight one where it is not")
  func choosesShape() throws {
    let choice = LogisticChoice(shapes: [.linear, .hinges(knotCount: 3)], penalties: [1, 10])
    let bent = made(rows: 400, isBent: true, noise: 0)
    let folds = ValidationFold.forward(times: (0..<400).map { Int64($0) }, count: 3)
    let found = try choice.choose(bent.points, outcomes: bent.outcomes, folds: folds)
    #expect(found.parameters.shape == .hinges(knotCount: 3))
    let straight = made(rows: 400, isBent: false, noise: 6)
    #expect(try choice.choose(straight.points, outcomes: straight.outcomes, folds: folds).parameters.shape == .linear)
  }

  @Test("the losses are those of fits to each fold alone, and the least one wins", .tags(.differential))
  func twin() throws {
    let (points, outcomes) = made(rows: 120, isBent: false, noise: 5)
    let weights = (0..<120).map { Double($0 % 3) }
    let folds = ValidationFold.leavingOut(groups: (0..<120).map { $0 % 4 })
    let choice = LogisticChoice(shapes: [.linear, .ranks], penalties: [0.1, 100, 5])
    let found = try choice.choose(points, outcomes: outcomes, weights: weights, folds: folds)
    #expect(found.trials.map(\.shape) == [.linear, .linear, .linear, .ranks, .ranks, .ranks])
    #expect(found.trials.map(\.penalty) == [0.1, 100, 5, 0.1, 100, 5])
    for trial in found.trials {
      var (sum, total) = (0.0, 0.0)
      for fold in folds {
        let model = try LogisticRegression(penalty: trial.penalty, shape: trial.shape).fit(
          points.selectingRows(fold.training), outcomes: fold.training.map { outcomes[$0] },
          weights: fold.training.map { weights[$0] })
        for (index, probability) in zip(fold.heldOut, try model.probabilities(of: points.selectingRows(fold.heldOut))) {
          sum -= weights[index] * log(outcomes[index] ? probability : 1 - probability)
          total += weights[index]
        }
      }
      #expect(agree(trial.logLoss, sum / total, tolerance: 1e-9))
    }
    let least = try #require(found.trials.min { $0.logLoss < $1.logLoss })
    #expect(found.parameters == LogisticRegression(penalty: least.penalty, shape: least.shape))
    #expect(try found.model == found.parameters.fit(points, outcomes: outcomes, weights: weights))
    #expect(found.heldOut.map(\.sample) == folds.flatMap(\.heldOut))
    #expect(found.heldOut.allSatisfy { folds[$0.fold].heldOut.contains($0.sample) })
  }

  @Test("tells after every fold how far it is, and ends where it is told to")
  func checkpoints() throws {
    let (points, outcomes) = made(rows: 60, isBent: false, noise: 0)
    let folds = ValidationFold.leavingOut(groups: (0..<60).map { $0 % 3 })
    let choice = LogisticChoice(shapes: [.linear, .ranks], penalties: [1, 10])
    var progress: [FitProgress] = []
    let found = try choice.choose(points, outcomes: outcomes, folds: folds) { (state) throws(CancellationError) in
      progress.append(state)
    }
    #expect(progress == (1...6).map { FitProgress(completedCount: $0, maximumCount: 6) })
    #expect(try found == choice.choose(points, outcomes: outcomes, folds: folds))
    #expect(throws: CancellationError.self) {
      try choice.choose(points, outcomes: outcomes, folds: folds) { (state) throws(CancellationError) in
        if state.completedCount == 2 { throw CancellationError() }
      }
    }
  }

  @Test("of equal losses the first shape and the greatest penalty; folds with one outcome are left out")
  func edges() throws {
    // Nothing to learn from: every penalty and shape predicts the same.
    let points = Matrix(rowCount: 8, columnCount: 1, repeating: 1)
    let outcomes = [true, false, true, false, true, false, true, false]
    let alternating = try ValidationFold(training: [0, 1, 2, 3], heldOut: [4, 5])
    let single = try ValidationFold(training: [0, 2], heldOut: [6, 7])
    let choice = LogisticChoice(shapes: [.ranks, .linear], penalties: [1, 100, 10])
    let found = try choice.choose(points, outcomes: outcomes, folds: [single, alternating])
    #expect(found.parameters == LogisticRegression(penalty: 100, shape: .ranks))
    #expect(found.heldOut.map(\.sample) == [4, 5] && found.heldOut.allSatisfy { $0.fold == 1 })
    #expect(agree(found.trials[0].logLoss, log(2)))
    #expect(throws: KernelError.self) { try choice.choose(points, outcomes: outcomes, folds: [single]) }
    #expect(throws: KernelError.self) { try choice.choose(points, outcomes: outcomes, folds: []) }
    let wrong = try ValidationFold(training: [0, 1], heldOut: [8])
    #expect(throws: KernelError.self) { try choice.choose(points, outcomes: outcomes, folds: [wrong]) }
    #expect(throws: KernelError.self) {
      try LogisticChoice(shapes: []).choose(points, outcomes: outcomes, folds: [alternating])
    }
    #expect(throws: KernelError.self) {
      try LogisticChoice(penalties: []).choose(points, outcomes: outcomes, folds: [alternating])
    }
    #expect(throws: KernelError.sampleCount(expected: 8, found: 1)) {
      try choice.choose(points, outcomes: [true], folds: [alternating])
    }
  }
}
