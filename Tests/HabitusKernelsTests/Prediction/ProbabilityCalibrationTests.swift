import Foundation
import HabitusKernels
import Testing

@Suite("Probability calibration")
struct ProbabilityCalibrationTests {
  struct Reference: Decodable {
    let predictions: [Double]
    let outcomes: [Bool]
    let grid: [Double]
    let isotonic: [Double]
    let platt: [Double]
    let logistic: [Double]
    let beta: [Double]
  }
  struct References: Decodable { let calibration: Reference }

  @Test("agrees with scikit-learn and with scipy's minimum", .tags(.reference))
  func agreesWithScikitLearn() throws {
    let reference = try ReferenceData.read("prediction", as: References.self).calibration
    let isotonic = try IsotonicCalibration(fittedTo: reference.predictions, outcomes: reference.outcomes)
    for (prediction, expected) in zip(reference.grid, reference.isotonic) {
      #expect(agree(isotonic(prediction), expected))
    }
    let logistic = try LogisticCalibration(fittedTo: reference.predictions, outcomes: reference.outcomes)
    #expect(agree(logistic.slope, reference.logistic[0], tolerance: 1e-7))
    #expect(agree(logistic.intercept, reference.logistic[1], tolerance: 1e-7))
    // scikit-learn stops sooner.
    for (prediction, expected) in zip(reference.grid, reference.platt) {
      #expect(agree(logistic(prediction), expected, tolerance: 1e-4))
    }
    let beta = try BetaCalibration(fittedTo: reference.predictions, outcomes: reference.outcomes)
    for (found, expected) in zip([beta.a, beta.b, beta.c], reference.beta) {
      #expect(agree(found, expected, tolerance: 1e-6))
    }
  }

  @Test("neighbours that fall are pooled, equal predictions first; worked by hand")
  func isotonicByHand() throws {
    // Shares 0, 1, ½ (two samples), 1: the second and third fall, and pool to 2/3.
    let found = try IsotonicCalibration(
      fittedTo: [0.1, 0.3, 0.5, 0.5, 0.9], outcomes: [false, true, true, false, true])
    #expect(found.predictions == [0.1, 0.3, 0.5, 0.9])
    #expect(zip(found.probabilities, [0, 2.0 / 3, 2.0 / 3, 1]).allSatisfy { agree($0, $1) })
    #expect(found(0) == 0 && found(1) == 1 && agree(found(0.4), 2.0 / 3))
    #expect(agree(found(0.2), 1.0 / 3) && agree(found(0.7), 5.0 / 6))
  }

  @Test("isotonic is the nearest rising function", .tags(.differential), arguments: 0..<UInt64(20))
  func isotonicTwin(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let predictions = (0..<30).map { _ in Double(generator.nextIndex(below: 12)) / 11 }
    let outcomes = predictions.map { generator.nextUnit() < 0.3 + $0 * 0.4 }
    let found = try IsotonicCalibration(fittedTo: predictions, outcomes: outcomes)
    // The value at place i is the greatest, over starts up to i, of the least mean, over ends from i on.
    let places = Set(predictions).sorted()
    let groups = places.map { place in zip(predictions, outcomes).filter { $0.0 == place }.map { $0.1 ? 1.0 : 0 } }
    for index in places.indices {
      let expected = (0...index).map { start in
        (index..<places.count).map { end in
          let pooled = groups[start...end].flatMap { $0 }
          return pooled.reduce(0, +) / Double(pooled.count)
        }.min() ?? 0
      }.max()
      #expect(agree(found(places[index]), expected ?? -1), "seed \(seed)")
    }
  }

  @Test("predictions that are too bold are drawn in, those that are right stay", arguments: [1.0, 2.0, 0.5])
  func undoesBoldness(boldness: Double) throws {
    var generator = SplitMix64(seed: 31)
    let truths = (0..<4000).map { _ in 1 / (1 + exp(-1.5 * made(&generator))) }
    let outcomes = truths.map { generator.nextUnit() < $0 }
    let predictions = truths.map { 1 / (1 + exp(-boldness * log($0 / (1 - $0)) - 0.4)) }
    for method in ProbabilityCalibration.Method.allCases where method != .identity {
      let calibration = try ProbabilityCalibration(method, fittedTo: predictions, outcomes: outcomes)
      let distance = zip(predictions, truths).reduce(0) { $0 + abs(calibration($1.0) - $1.1) } / 4000
      #expect(distance < 0.03, "\(method)")
      #expect(calibration.method == method)
      let grid = (0...100).map { calibration(Double($0) / 100) }
      #expect(zip(grid, grid.dropFirst()).allSatisfy { $0 <= $1 } && grid.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test("the order is never turned round: predictions against outcomes become one share")
  func neverReverses() throws {
    let predictions = [0.1, 0.2, 0.7, 0.8, 0.9]
    let outcomes = [true, true, true, false, false]
    // Platt's targets 4/5 and 1/4: (3 · 4/5 + 2 · 1/4) / 5.
    for method in [ProbabilityCalibration.Method.logistic, .beta] {
      let calibration = try ProbabilityCalibration(method, fittedTo: predictions, outcomes: outcomes)
      #expect([0, 0.3, 1].allSatisfy { agree(calibration($0), 0.58, tolerance: 1e-9) })
    }
    let isotonic = try ProbabilityCalibration(.isotonic, fittedTo: predictions, outcomes: outcomes)
    #expect([0, 0.3, 1].allSatisfy { agree(isotonic($0), 0.6) })
  }

  @Test("separated, equal and certain predictions, one outcome, one sample: always an answer")
  func edges() throws {
    for method in ProbabilityCalibration.Method.allCases {
      let sets: [([Double], [Bool])] = [
        ([0, 0.2, 0.8, 1], [false, false, true, true]), ([0.4, 0.4], [true, false]), ([0, 1], [true, false]),
        ([0.3, 0.9], [true, true]), ([0.3, 0.9, 0.1], [false, false, false]), ([0.7], [true]),
      ]
      for (predictions, outcomes) in sets {
        let calibration = try ProbabilityCalibration(method, fittedTo: predictions, outcomes: outcomes)
        let grid = [0, 1e-300, 0.3, 0.5, 1].map { calibration($0) }
        #expect(grid.allSatisfy { (0...1).contains($0) } && zip(grid, grid.dropFirst()).allSatisfy { $0 <= $1 })
      }
      #expect(throws: KernelError.noSamples) { try ProbabilityCalibration(method, fittedTo: [], outcomes: []) }
      #expect(throws: KernelError.sampleCount(expected: 1, found: 0)) {
        try ProbabilityCalibration(method, fittedTo: [0.5], outcomes: [])
      }
      for wrong in [-0.1, 1.1, .nan] {
        #expect(throws: KernelError.self) { try ProbabilityCalibration(method, fittedTo: [wrong], outcomes: [true]) }
      }
    }
    // All outcomes happened: Platt's target of three of them is 4/5.
    let all = try LogisticCalibration(fittedTo: [0.2, 0.5, 0.9], outcomes: [true, true, true])
    #expect(agree(all(0.4), 0.8, tolerance: 1e-9) && abs(all.slope) < 1e-9)
  }

  @Test("the method that generalises is chosen; without groups to tell, predictions stay")
  func chooses() throws {
    var generator = SplitMix64(seed: 77)
    let truths = (0..<900).map { _ in generator.nextUnit() }
    let outcomes = truths.map { generator.nextUnit() < $0 }
    let groups = (0..<900).map { $0 % 3 }
    let right = try ProbabilityCalibration(fittedTo: truths, outcomes: outcomes, groups: groups)
    #expect(right.method == .identity)
    let bold = truths.map { 1 / (1 + exp(-3 * log($0 / (1 - $0)))) }
    let drawn = try ProbabilityCalibration(fittedTo: bold, outcomes: outcomes, groups: groups)
    #expect(drawn.method == .logistic || drawn.method == .beta)
    let single = try ProbabilityCalibration(fittedTo: bold, outcomes: outcomes, groups: groups.map { _ in 0 })
    #expect(single == .identity)
    #expect(throws: KernelError.sampleCount(expected: 900, found: 1)) {
      try ProbabilityCalibration(fittedTo: bold, outcomes: outcomes, groups: [1])
    }
    #expect(try JSONDecoder().decode(ProbabilityCalibration.self, from: JSONEncoder().encode(drawn)) == drawn)
  }
}
