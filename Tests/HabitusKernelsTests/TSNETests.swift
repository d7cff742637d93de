import Foundation
import HabitusKernels
import Testing

@Suite("t-SNE")
struct TSNETests {
  private let points = groups(seed: 13, rows: 40, columns: 3, groupCount: 4, distance: 1)
  private let layout = groups(seed: 14, rows: 40, columns: 2, groupCount: 4, distance: 2)

  @Test("divergence and gradient of three samples are those worked by hand")
  func byHand() throws {
    // On a line at 0, 1 and 3 with perplexity 1 each has one neighbour: p₀₁ = 1/6 + 1/6, p₁₂ = 1/6. Laid out at 0, 1
    // and 2: q is 1/2, 1/2 and 1/5 over 2·1.2 = 2.4 both ways.
    let affinities = try TSNE(perplexity: 1).validated(for: Matrix(rows: [[0], [1], [3]])).affinities()
    #expect(affinities.perplexities.allSatisfy { agree($0, 1, tolerance: 1e-9) })
    let found = try affinities.gradient(at: Matrix(rows: [[0, 0], [1, 0], [2, 0]]), angle: 0)
    let (near, far) = (0.5 / 2.4, 0.2 / 2.4)
    #expect(agree(found.divergence, 2.0 / 3 * log(1.0 / 3 / near) + 1.0 / 3 * log(1.0 / 6 / near), tolerance: 1e-8))
    let first = 4 * ((1.0 / 3 - near) * 0.5 * -1 + (0 - far) * 0.2 * -2)
    #expect(agree(found.values[0, 0], first, tolerance: 1e-8) && found.values[0, 1] == 0)
  }

  @Test("divergence and gradient equal scikit-learn's exact ones", .tags(.reference))
  func equalsScikitLearn() throws {
    // Scripts/reference/tsne.py
    let affinities = try TSNE(perplexity: 5).validated(for: points).affinities()
    let found = try affinities.gradient(at: layout, angle: 0)
    #expect(agree(found.divergence, 0.8794420797263729, tolerance: 1e-9))
    let expected = [
      0.0050091623994064265, -0.0013958515319953263, 0.0043493335428147605,
      -0.01107724392901505, 0.0026257543438089614, -0.006429474577218673,
    ]
    #expect(zip(found.values.values, expected).allSatisfy { agree($0, $1, tolerance: 1e-10) })
    let norm = found.values.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(agree(norm, 0.09298341892171558, tolerance: 1e-9))
  }

  @Test("every sample has the perplexity asked for", arguments: [2.0, 5, 12.5])
  func perplexities(perplexity: Double) throws {
    let plan = try TSNE(perplexity: perplexity).validated(for: points)
    #expect(plan.perplexity == perplexity)
    #expect(plan.affinities().perplexities.allSatisfy { agree($0, perplexity, tolerance: 1e-8) })
  }

  @Test(
    "the gradient equals a sum over all pairs, equal points included", .tags(.differential), arguments: 0..<UInt64(4))
  func matchesPairs(seed: UInt64) throws {
    var samples = groups(seed: seed, rows: 90, columns: 2, groupCount: 3, distance: 2)
    var map = groups(seed: seed + 50, rows: 90, columns: 2, groupCount: 5, distance: seed.isMultiple(of: 2) ? 30 : 0)
    for row in 0..<20 {
      for column in 0..<2 {
        samples[row, column] = samples[0, column]
        map[row, column] = map[0, column]
      }
    }
    let affinities = try TSNE(perplexity: 8).validated(for: samples).affinities()
    // Nineteen others are equally near, more than the perplexity can tell apart.
    #expect(affinities.perplexities[..<20].allSatisfy { agree($0, 19, tolerance: 1e-6) })
    #expect(affinities.perplexities[20...].allSatisfy { $0 >= 8 - 1e-6 })
    let twin = SlowTSNE(samples, perplexity: 8).gradient(map)
    let exact = try affinities.gradient(at: map, angle: 0)
    #expect(agree(exact.divergence, twin.divergence, tolerance: 1e-7), "seed \(seed)")
    #expect(zip(exact.values.values, twin.values).allSatisfy { abs($0 - $1) < 1e-8 }, "seed \(seed)")
    let near = try affinities.gradient(at: map, angle: 0.5)
    let size = twin.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let error = zip(near.values.values, twin.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    #expect(error < 0.02 * size && abs(near.divergence - twin.divergence) < 0.01, "seed \(seed)")
  }

  @Test("the gradient is the slope of the divergence", .tags(.differential))
  func slope() throws {
    let affinities = try TSNE(perplexity: 5).validated(for: points).affinities()
    let gradient = try affinities.gradient(at: layout, angle: 0).values
    for (row, column) in [(0, 0), (7, 1), (39, 0)] {
      let values = try [-1e-5, 1e-5].map { step in
        var moved = layout
        moved[row, column] += step
        return try affinities.gradient(at: moved, angle: 0).divergence
      }
      #expect(abs((values[1] - values[0]) / 2e-5 - gradient[row, column]) < 1e-8)
    }
  }

  @Test("groups stay together, and the divergence falls")
  func groupsStayTogether() throws {
    let samples = groups(seed: 2, rows: 120, columns: 5, groupCount: 4, distance: 3)
    let plan = try TSNE(perplexity: 10, exaggeratedIterationCount: 40, finalIterationCount: 60).validated(for: samples)
    let model = plan.fit()
    #expect(model.layout.rowCount == 120 && model.iterationCount == 100 && model.perplexity == 10)
    for row in 0..<120 {
      let nearest = (0..<120).filter { $0 != row }.min {
        squaredDistance(model.layout, row, $0) < squaredDistance(model.layout, row, $1)
      }
      #expect(try #require(nearest) % 4 == row % 4)
    }
    var untouched = plan.affinities()
    let before = try untouched.gradient(at: Matrix(rowCount: 120, columnCount: 2, repeating: 0)).divergence
    #expect(model.divergence < before / 2)
    untouched = plan.affinities(threadCount: 1)
    #expect(try abs(untouched.gradient(at: model.layout, angle: 0).divergence - model.divergence) < 0.05)
  }

  @Test("layouts are the same to the bit on any number of threads, for the same seed and start")
  func deterministic() throws {
    let samples = groups(seed: 3, rows: 300, columns: 4, groupCount: 3, distance: 1)
    var parameters = TSNE(perplexity: 7, exaggeratedIterationCount: 5, finalIterationCount: 10, seed: 4)
    let model = try parameters.fit(samples, threadCount: 1)
    for count in [2, 3] { #expect(try parameters.fit(samples, threadCount: count) == model) }
    parameters.seed = 5
    #expect(try parameters.fit(samples) != model)
    let start = Matrix(rowCount: 300, columnCount: 2, values: (0..<300).flatMap { [samples[$0, 0], samples[$0, 1]] })
    parameters.start = .layout(start)
    let scaled = try parameters.fit(samples)
    parameters.start = .layout(Matrix(rowCount: 300, columnCount: 2, values: start.values.map { $0 * 1024 }))
    #expect(try parameters.fit(samples) == scaled)
    let stored = try JSONDecoder().decode(TSNE.Model.self, from: JSONEncoder().encode(model))
    #expect(stored == model)
  }

  @Test("a start without extent is random; without iterations the start has standard deviation 1e-4")
  func starts() throws {
    var parameters = TSNE(exaggeratedIterationCount: 0, finalIterationCount: 0)
    let random = try parameters.fit(points).layout
    parameters.start = .layout(Matrix(rowCount: 40, columnCount: 2, repeating: 7))
    #expect(try parameters.fit(points).layout == random)
    parameters.start = .layout(layout)
    let scaled = try parameters.fit(points).layout
    let deviations = (0..<2).compactMap { Moments(of: scaled.column($0)).populationVariance?.squareRoot() }
    #expect(try agreeRelatively(#require(deviations.max()), 1e-4, tolerance: 1e-12))
    let spread = try #require(Moments(of: random.values).populationVariance).squareRoot()
    #expect(spread > 0.7e-4 && spread < 1.3e-4)
  }

  @Test("few samples lower the perplexity; none, one, two and equal ones have layouts", arguments: [0, 1, 2, 3, 5, 30])
  func fewSamples(count: Int) throws {
    let parameters = TSNE(exaggeratedIterationCount: 20, finalIterationCount: 20)
    let samples = groups(seed: 6, rows: count, columns: 2, groupCount: 1, distance: 0)
    let model = try parameters.fit(samples)
    #expect(model.layout.rowCount == count && model.layout.columnCount == 2)
    #expect(model.layout.values.allSatisfy(\.isFinite) && model.divergence.isFinite)
    #expect(model.perplexity == max(1, Double(count - 1) / 3))
    let equal = try parameters.fit(Matrix(rowCount: count, columnCount: 2, repeating: 3))
    #expect(equal.layout.values.allSatisfy(\.isFinite) && equal.divergence.isFinite)
    let columnless = try parameters.fit(Matrix(rowCount: count, columnCount: 0, values: []))
    #expect(columnless == equal)
  }

  @Test("layouts as wide as numbers allow and steps as long as allowed break nothing")
  func extremes() throws {
    let wild = try TSNE(
      perplexity: 5, earlyExaggeration: 1e6, exaggeratedIterationCount: 20, finalIterationCount: 20, learningRate: 1e6
    ).fit(points)
    #expect(wild.layout.values.allSatisfy { $0.isFinite })
    let affinities = try TSNE(perplexity: 5).validated(for: points).affinities()
    let wide = Matrix(rowCount: 40, columnCount: 2, values: layout.values.map { $0 * 1e149 })
    let found = try affinities.gradient(at: wide)
    #expect(found.values.values.allSatisfy(\.isFinite) && found.divergence > 0)
    let tiny = try TSNE(exaggeratedIterationCount: 3, finalIterationCount: 3)
      .fit(Matrix(rows: (0..<20).map { [Double($0) * Double.leastNonzeroMagnitude] }))
    #expect(tiny.layout.values.allSatisfy { $0.isFinite })
  }

  @Test("parameters out of range and values that are not finite are refused, and a checkpoint can end the fit")
  func refuses() throws {
    let line = Matrix(rows: [[0], [1]])
    func refused(_ name: String, _ value: Double, _ allowed: String, _ change: (inout TSNE) -> Void) {
      var parameters = TSNE()
      change(&parameters)
      #expect(throws: KernelError.parameter(name: name, value: value, allowed: allowed)) {
        try parameters.validated(for: line)
      }
    }
    refused("perplexity", 0.5, "1 or more") { $0.perplexity = 0.5 }
    refused("earlyExaggeration", 0, "1 to 1e6") { $0.earlyExaggeration = 0 }
    refused("exaggeratedIterationCount", -1, "0 or more") { $0.exaggeratedIterationCount = -1 }
    refused("finalIterationCount", -1, "0 or more") { $0.finalIterationCount = -1 }
    refused("learningRate", 0, "more than 0, at most 1e6") { $0.learningRate = 0 }
    refused("learningRate", .infinity, "more than 0, at most 1e6") { $0.learningRate = .infinity }
    refused("angle", 1.5, "0 to 1") { $0.angle = 1.5 }
    for value in [Double.nan, .infinity, 1e200] {
      #expect(throws: KernelError.notFinite(row: 1, column: 0)) { try TSNE().fit(Matrix(rows: [[0], [value]])) }
      #expect(throws: KernelError.notFinite(row: 0, column: 1)) {
        try TSNE(start: .layout(Matrix(rows: [[0, value], [1, 1]]))).fit(line)
      }
    }
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) {
      try TSNE(start: .layout(Matrix(rows: [[0, 0]]))).fit(line)
    }
    #expect(throws: KernelError.columnCount(expected: 2, found: 1)) { try TSNE(start: .layout(line)).fit(line) }
    let affinities = try TSNE().validated(for: line).affinities()
    #expect(throws: KernelError.sampleCount(expected: 2, found: 1)) {
      try affinities.gradient(at: Matrix(rows: [[0, 0]]))
    }
    #expect(throws: KernelError.columnCount(expected: 2, found: 1)) { try affinities.gradient(at: line) }
    #expect(throws: KernelError.notFinite(row: 0, column: 0)) {
      try affinities.gradient(at: Matrix(rows: [[.nan, 0], [0, 0]]))
    }
    var calls = 0
    #expect(throws: CancellationError.self) {
      try TSNE().validated(for: line).fit { (progress) throws(CancellationError) in
        calls += 1
        if progress.completedCount == 3 { throw CancellationError() }
      }
    }
    #expect(calls == 3)
  }

  private func squaredDistance(_ layout: Matrix, _ first: Int, _ second: Int) -> Double {
    let (x, y) = (layout[first, 0] - layout[second, 0], layout[first, 1] - layout[second, 1])
    return x * x + y * y
  }
}

/// t-SNE's objective by dense sums over all pairs, from the formulas of the paper.
private struct SlowTSNE {
  private var joint: [[Double]]

  init(_ points: Matrix, perplexity: Double) {
    let count = points.rowCount
    joint = Array(repeating: Array(repeating: 0, count: count), count: count)
    for row in 0..<count {
      let distances = (0..<count).map { other in
        zip(points.row(row), points.row(other)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let neighbors = (0..<count).filter { $0 != row }.sorted { (distances[$0], $0) < (distances[$1], $1) }
        .prefix(Int(3 * perplexity))
      let nearest = distances[neighbors[0]]
      var shares: [Double] = []
      var (low, high) = (-50.0, 50.0)
      for _ in 0..<120 {
        let beta = exp((low + high) / 2)
        let weights = neighbors.map { exp(-beta * (distances[$0] - nearest)) }
        shares = weights.map { $0 / weights.reduce(0, +) }
        let entropy = shares.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
        if entropy > log(perplexity) { low = (low + high) / 2 } else { high = (low + high) / 2 }
      }
      for (place, other) in neighbors.enumerated() {
        joint[row][other] += shares[place] / Double(2 * count)
        joint[other][row] += shares[place] / Double(2 * count)
      }
    }
  }

  func gradient(_ layout: Matrix) -> (values: [Double], divergence: Double) {
    let count = layout.rowCount
    func q(_ first: Int, _ second: Int) -> Double {
      let (x, y) = (layout[first, 0] - layout[second, 0], layout[first, 1] - layout[second, 1])
      return 1 / (1 + x * x + y * y)
    }
    var total = 0.0
    for first in 0..<count { for second in 0..<count where first != second { total += q(first, second) } }
    var (values, divergence) = (Array(repeating: 0.0, count: 2 * count), 0.0)
    for first in 0..<count {
      for second in 0..<count where first != second {
        let (p, share) = (joint[first][second], q(first, second) / total)
        if p > 0 { divergence += p * log(p / share) }
        for column in 0..<2 {
          values[2 * first + column] +=
            4 * (p - share) * q(first, second) * (layout[first, column] - layout[second, column])
        }
      }
    }
    return (values, divergence)
  }
}
