import Foundation
import HabitusKernels
import Testing

@Suite("Gaussian mixture")
struct GaussianMixtureTests {
  typealias Shape = GaussianMixture.CovarianceShape

  @Test("one cluster is the mean and the covariance, worked by hand")
  func byHand() throws {
    let points = Matrix(rows: [[0, 0], [2, 0], [0, 4], [2, 4]])
    func fit(_ shape: Shape) throws -> GaussianMixture.Model {
      try GaussianMixture(clusterCount: 1, covarianceShape: shape, regularization: 0).fit(points)
    }
    let variances = Matrix(rows: [[1, 0], [0, 4]])
    #expect(try fit(.full).covariances == .full([variances]))
    #expect(try fit(.tied).covariances == .tied(variances))
    #expect(try fit(.diagonal).covariances == .diagonal(Matrix(rows: [[1, 4]])))
    #expect(try fit(.spherical).covariances == .spherical([2.5]))
    let model = try fit(.full)
    #expect(model.means == Matrix(rows: [[1, 2]]) && model.weights == [1] && model.hasConverged)
    // Each point lies one standard deviation off in both columns: ln density −ln 2π − ½ ln 4 − 1.
    let logDensity: Double = -log(2 * Double.pi) - 0.5 * log(4.0) - 1.0
    #expect(agree(model.logLikelihood, 4 * logDensity))
    #expect(model.parameterCount == 5 && model.classificationLogLikelihood == model.logLikelihood)
    #expect(agree(model.bayesianInformationCriterion, -2 * model.logLikelihood + 5 * log(4.0)))
    #expect(agree(model.akaikeInformationCriterion, -2 * model.logLikelihood + 10))
    #expect(Shape.allCases.map { $0.parameterCount(clusterCount: 3, columnCount: 4) } == [30, 10, 12, 3])
  }

  struct Reference: Decodable {
    let shape: Shape
    let seed: UInt64
    let rows: Int
    let columns: Int
    let count: Int
    let distance: Double
    let tolerance: Double
    let logLikelihood: Double
    let logLikelihoods: [Double]
    let shares: [[Double]]
    let labels: [ClusterLabel.RawValue]
    let weights: [Double]
    let means: [[Double]]
    let covariances: [Double]
    let iterations: Int
    let converged: Bool
    let bic: Double
    let aic: Double
    let icl: Double
    let parameters: Int
  }
  struct References: Decodable { let mixtures: [Reference] }

  @Test("agrees with scikit-learn from the same start (Scripts/reference/mixture.py)", .tags(.reference))
  func agreesWithScikitLearn() throws {
    let references = try ReferenceData.read("mixture", as: References.self).mixtures
    #expect(references.count == 12)
    for reference in references {
      let name = Comment(rawValue: "\(reference.shape) \(reference.seed)")
      var points = groups(
        seed: reference.seed, rows: reference.rows, columns: reference.columns, groupCount: reference.count,
        distance: reference.distance)
      for row in 0..<points.rowCount { points[row, 0] *= 3 }
      let labels = (0..<reference.rows).map { ClusterLabel($0 / 2 % reference.count) }
      let model = try GaussianMixture(
        clusterCount: reference.count, covarianceShape: reference.shape, start: .labels(labels),
        maximumIterations: 200, tolerance: reference.tolerance
      ).fit(points)
      #expect(model.iterationCount == reference.iterations && model.hasConverged == reference.converged, name)
      #expect(agree(model.logLikelihood, reference.logLikelihood, tolerance: 1e-9), name)
      #expect(
        close(model.weights, reference.weights) && close(model.means.values, reference.means.flatMap { $0 }), name)
      #expect(close(model.covariances.values, reference.covariances), name)
      #expect(close(try model.logLikelihoods(of: points), reference.logLikelihoods), name)
      #expect(close(try model.predictProbabilities(points).values, reference.shares.flatMap { $0 }), name)
      #expect(model.labels.map(\.rawValue) == reference.labels, name)
      #expect(model.parameterCount == reference.parameters, name)
      #expect(agree(model.bayesianInformationCriterion, reference.bic, tolerance: 1e-9), name)
      #expect(agree(model.akaikeInformationCriterion, reference.aic, tolerance: 1e-9), name)
      #expect(agree(model.integratedCompletedLikelihood, reference.icl, tolerance: 1e-9), name)
    }
  }

  /// Whether the first values agree with all that are expected.
  func close(_ found: [Double], _ expected: [Double], tolerance: Double = 1e-7) -> Bool {
    found.count >= expected.count && zip(found, expected).allSatisfy { agree($0, $1, tolerance: tolerance) }
  }

  @Test("one iteration is that of the textbook", .tags(.differential), arguments: Shape.allCases, 0..<UInt64(5))
  func matchesTextbook(shape: Shape, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (clusterCount, columns) = (1 + generator.nextIndex(below: 4), 1 + generator.nextIndex(below: 10))
    let points = groups(
      seed: seed, rows: 150 + Int(seed), columns: columns, groupCount: clusterCount, distance: 0.3)
    let labels = points.indices.map { _ in ClusterLabel(generator.nextIndex(below: clusterCount)) }
    let parameters = GaussianMixture(
      clusterCount: clusterCount, covarianceShape: shape, start: .labels(labels), maximumIterations: 3, tolerance: 0)
    let model = try parameters.fit(points)
    var twin = TextbookMixture(points, shape)
    twin.maximize(labels.map { label in (0..<clusterCount).map { $0 == label.index ? 1 : 0 } })
    for _ in 0..<3 { twin.maximize(twin.responsibilities) }
    #expect(close(model.weights, twin.weights, tolerance: 1e-10), "seed \(seed)")
    #expect(close(model.means.values, twin.means.flatMap { $0 }, tolerance: 1e-10), "seed \(seed)")
    for cluster in 0..<clusterCount {
      let found = model.covariance(of: ClusterLabel(cluster)).values
      #expect(close(found, twin.covariances[cluster].flatMap { $0 }, tolerance: 1e-10), "seed \(seed)")
    }
    let shares = try model.predictProbabilities(points)
    #expect(close(shares.values, twin.responsibilities.flatMap { $0 }, tolerance: 1e-9), "seed \(seed)")
    #expect(agree(model.logLikelihood, twin.logDensities.reduce(0, +), tolerance: 1e-10), "seed \(seed)")
  }

  @Test("keeps its invariants on a coarse grid", .tags(.differential), arguments: 0..<UInt64(24))
  func keepsInvariants(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let (rows, columns) = (1 + generator.nextIndex(below: 40), 1 + generator.nextIndex(below: 4))
    let points = Matrix(
      rowCount: rows, columnCount: columns,
      values: (0..<rows * columns).map { _ in Double(generator.nextIndex(below: 3)) })
    var parameters = GaussianMixture(
      clusterCount: 1 + generator.nextIndex(below: min(rows, 6)), covarianceShape: Shape.allCases[Int(seed % 4)],
      restartCount: 2, tolerance: 1e-6, regularization: seed % 3 == 0 ? 0 : 1e-6, seed: seed)
    let model = try parameters.fit(points)
    #expect(agree(model.weights.reduce(0, +), 1), "seed \(seed)")
    #expect(try model.predict(points) == model.labels, "seed \(seed)")
    #expect(agree(try model.logLikelihoods(of: points).reduce(0, +), model.logLikelihood), "seed \(seed)")
    #expect(model.logLikelihood.isFinite && model.classificationLogLikelihood <= model.logLikelihood, "seed \(seed)")
    let shares = try model.predictProbabilities(points)
    for row in 0..<rows {
      #expect(agree(shares.row(row).reduce(0, +), 1) && shares.row(row).allSatisfy { $0 >= 0 }, "seed \(seed)")
      #expect(shares.row(row).max() == model.labels[row].index.map { shares[row, $0] }, "seed \(seed)")
    }
    // Without regularisation that counts, more iterations never make it worse.
    parameters.restartCount = 1
    let likelihoods = try [1, 2, 4, 8, 16].map { iterations in
      parameters.maximumIterations = iterations
      return try parameters.fit(points)
    }
    for (earlier, later) in zip(likelihoods, likelihoods.dropFirst()) where !later.isSingular && !earlier.isSingular {
      #expect(later.logLikelihood >= earlier.logLikelihood - 1e-3 * Double(rows), "seed \(seed)")
    }
  }

  @Test("is the same to the bit on any number of threads, and for the same seed", arguments: Shape.allCases)
  func threads(shape: Shape) throws {
    let points = groups(seed: 11, rows: 2_500, columns: 3, groupCount: 3, distance: 0.7)
    let parameters = GaussianMixture(
      clusterCount: 3, covarianceShape: shape, maximumIterations: 4, seed: 9)
    let alone = try parameters.fit(points, threadCount: 1)
    #expect(try parameters.fit(points, threadCount: 2) == alone)
    #expect(try parameters.fit(points, threadCount: 3) == alone)
    #expect(
      try alone.predictProbabilities(points, threadCount: 3) == alone.predictProbabilities(points, threadCount: 1))
    #expect(try JSONDecoder().decode(GaussianMixture.Model.self, from: JSONEncoder().encode(alone)) == alone)
  }

  @Test("separate groups are found from any start, by falling size from k-means")
  func findsGroups() throws {
    var points = groups(seed: 8, rows: 90, columns: 3, groupCount: 3, distance: 20)
    points = points.selectingRows(Array(0..<90).filter { !($0 % 3 == 0 && $0 > 60) })
    let truth = Array(0..<90).filter { !($0 % 3 == 0 && $0 > 60) }.map { $0 % 3 }
    let model = try GaussianMixture(clusterCount: 3, restartCount: 4).fit(points)
    #expect(Set(zip(truth, model.labels).map { "\($0) \($1)" }).count == 3)
    #expect(model.clusterSizes == [30, 30, 21])
    #expect(agree(model.classificationLogLikelihood, model.logLikelihood))
    let means = Matrix(rows: [[0, 0, 0], [0, 20, 0], [0, 0, 40]])
    let fromMeans = try GaussianMixture(clusterCount: 3, start: .means(means)).fit(points)
    #expect(fromMeans.labels == truth.map { ClusterLabel($0) })
    let labels = truth.enumerated().map { $0 < 40 ? ClusterLabel($1) : .noise }
    let fromLabels = try GaussianMixture(clusterCount: 3, start: .labels(labels)).fit(points)
    #expect(fromLabels.labels == fromMeans.labels)
  }

  @Test("far from the origin as well as near it", arguments: Shape.allCases)
  func farFromOrigin(shape: Shape) throws {
    let points = groups(seed: 8, rows: 90, columns: 3, groupCount: 3, distance: 4)
    // Multiples of 2⁻²⁰, so that nothing is lost in moving the points.
    let near = points.mapValues { ($0 * 0x1p20).rounded() * 0x1p-20 }
    let far = near.mapValues { $0 + 0x1p30 }
    let parameters = GaussianMixture(clusterCount: 3, covarianceShape: shape)
    let (first, second) = (try parameters.fit(near), try parameters.fit(far))
    #expect(agree(first.logLikelihood, second.logLikelihood, tolerance: 1e-6) && first.labels == second.labels)
  }

  @Test("duplicates, one sample and constant columns have their plain answers", arguments: Shape.allCases)
  func degenerate(shape: Shape) throws {
    let single = try GaussianMixture(clusterCount: 1, covarianceShape: shape).fit(Matrix(rows: [[3, 4]]))
    #expect(single.means == Matrix(rows: [[3, 4]]) && single.diagnostics.isEmpty)
    #expect(agree(single.covariance(of: 0)[1, 1], 1e-6) && single.labels == [0])

    let duplicates = Matrix(rows: [[1, 1], [2, 2], [1, 1], [1, 1], [2, 2]])
    let few = try GaussianMixture(clusterCount: 4, covarianceShape: shape).fit(duplicates)
    #expect(few.clusterCount == 2 && few.diagnostics.contains(.fewerClusters(requested: 4, found: 2)))
    #expect(few.labels == [0, 1, 0, 0, 1])

    let bare = try GaussianMixture(clusterCount: 2, covarianceShape: shape, regularization: 0).fit(duplicates)
    #expect(bare.diagnostics == [.singularCovariances([0, 1])] && bare.logLikelihood.isFinite)

    let constant = Matrix(rows: [[0, 7], [1, 7], [10, 7], [11, 7], [12, 7]])
    let model = try GaussianMixture(clusterCount: 2, covarianceShape: shape).fit(constant)
    #expect(model.labels == [1, 1, 0, 0, 0])
    if shape == .full || shape == .diagonal { #expect(model.covariance(of: 0)[1, 1] == 1e-6) }
  }

  @Test("a point where every density is 0 belongs to the first cluster, with likelihood 0")
  func farOff() throws {
    let model = try GaussianMixture(clusterCount: 2).fit(Matrix(rows: [[0], [1e-3], [5], [5.001]]))
    let far = Matrix(rows: [[1e150], [0.0005]])
    let wide = try GaussianMixture(clusterCount: 1, regularization: 0).fit(Matrix(rows: [[0], [1e-9]]))
    #expect(try wide.logLikelihoods(of: far)[0] == -.infinity)
    #expect(try wide.predictProbabilities(far).values == [1, 1])
    #expect(try model.predict(far)[1] == model.labels[0])
  }

  @Test("labels that no sample has make fewer clusters, and the model says so")
  func emptyLabels() throws {
    let points = Matrix(rows: [[0], [1], [10], [11]])
    let model = try GaussianMixture(clusterCount: 4, start: .labels([3, 3, 1, 1])).fit(points)
    #expect(model.clusterCount == 2 && model.labels == [1, 1, 0, 0])
    #expect(model.diagnostics == [.fewerClusters(requested: 4, found: 2)])
  }

  @Test("calls the checkpoint after every iteration, and ends where it throws")
  func checkpoints() throws {
    let points = groups(seed: 2, rows: 60, columns: 2, groupCount: 2, distance: 0.5)
    let labels = (0..<60).map { ClusterLabel($0 % 2) }
    let plan = try GaussianMixture(
      clusterCount: 2, start: .labels(labels), maximumIterations: 3, tolerance: 0
    ).validated(for: points)
    var seen: [Int] = []
    let model = try plan.fit { (progress) throws(CancellationError) in seen.append(progress.completedCount) }
    #expect(seen == [1, 2, 3] && model.iterationCount == 3)
    #expect(model.diagnostics == [.notConverged(iterationCount: 3)] && !model.hasConverged)
    #expect(throws: CancellationError.self) {
      try plan.fit { (_) throws(CancellationError) in throw CancellationError() }
    }
  }

  @Test("refuses what it cannot fit")
  func refuses() throws {
    let points = Matrix(rows: [[1, 2], [3, 5], [4, 4]])
    func refuses(_ error: KernelError, _ parameters: GaussianMixture, _ points: Matrix) {
      #expect(throws: error) { try parameters.fit(points) }
    }
    refuses(.noSamples, GaussianMixture(clusterCount: 1), Matrix(rows: []))
    refuses(.clusterCount(requested: 4, sampleCount: 3), GaussianMixture(clusterCount: 4), points)
    refuses(.clusterCount(requested: 0, sampleCount: 3), GaussianMixture(clusterCount: 0), points)
    refuses(
      .parameter(name: "columnCount", value: 0, allowed: "1 or more"), GaussianMixture(clusterCount: 1),
      Matrix(rowCount: 2, columnCount: 0, repeating: 0))
    refuses(
      .parameter(name: "restartCount", value: 0, allowed: "1 or more"),
      GaussianMixture(clusterCount: 1, restartCount: 0), points)
    refuses(
      .parameter(name: "regularization", value: -1, allowed: "0 or more, finite"),
      GaussianMixture(clusterCount: 1, regularization: -1), points)
    refuses(.notFinite(row: 1, column: 0), GaussianMixture(clusterCount: 1), Matrix(rows: [[1], [.nan]]))
    refuses(.notFinite(row: 0, column: 0), GaussianMixture(clusterCount: 1), Matrix(rows: [[1e200], [1]]))
    refuses(.sampleCount(expected: 3, found: 1), GaussianMixture(clusterCount: 2, start: .labels([0])), points)
    refuses(
      .parameter(name: "labels", value: 2, allowed: "0 to 1, or noise"),
      GaussianMixture(clusterCount: 2, start: .labels([0, 1, 2])), points)
    refuses(
      .parameter(name: "labels", value: -1, allowed: "0 to 1, or noise"),
      GaussianMixture(clusterCount: 2, start: .labels([.noise, .noise, .noise])), points)
    refuses(
      .clusterCount(requested: 2, sampleCount: 1),
      GaussianMixture(clusterCount: 2, start: .means(Matrix(rows: [[1, 1]]))),
      points)
    refuses(
      .columnCount(expected: 2, found: 1), GaussianMixture(clusterCount: 1, start: .means(Matrix(rows: [[1]]))), points)
    let model = try GaussianMixture(clusterCount: 1).fit(points)
    #expect(throws: KernelError.columnCount(expected: 2, found: 1)) { try model.predict(Matrix(rows: [[1]])) }
    #expect(throws: KernelError.notFinite(row: 0, column: 1)) {
      try model.predictProbabilities(Matrix(rows: [[1, .nan]]))
    }
  }
}

/// Expectation and maximisation written out, with an inverse and a determinant by elimination.
private struct TextbookMixture {
  let points: [[Double]]
  let shape: GaussianMixture.CovarianceShape
  var weights: [Double] = []
  var means: [[Double]] = []
  var covariances: [[[Double]]] = []

  init(_ matrix: Matrix, _ shape: GaussianMixture.CovarianceShape) {
    points = (0..<matrix.rowCount).map { Array(matrix.row($0)) }
    self.shape = shape
  }

  mutating func maximize(_ shares: [[Double]]) {
    let (clusters, columns) = (shares[0].indices, points[0].indices)
    let totals = clusters.map { cluster in shares.reduce(0) { $0 + $1[cluster] } }
    weights = totals.map { $0 / Double(points.count) }
    means = clusters.map { cluster in
      columns.map { column in
        let sum: Double = zip(points, shares).reduce(0) { $0 + $1.0[column] * $1.1[cluster] }
        return sum / totals[cluster]
      }
    }
    let own: [[[Double]]] = clusters.map { cluster in
      columns.map { row in
        columns.map { column -> Double in
          var sum = 0.0
          for (point, share) in zip(points, shares) {
            let product = (point[row] - means[cluster][row]) * (point[column] - means[cluster][column])
            sum += share[cluster] * product
          }
          return sum / totals[cluster]
        }
      }
    }
    covariances = clusters.map { cluster in
      columns.map { row in
        columns.map { column -> Double in
          let regularization: Double = row == column ? 1e-6 : 0
          switch shape {
          case .full: return own[cluster][row][column] + regularization
          case .tied: return clusters.reduce(regularization) { $0 + weights[$1] * own[$1][row][column] }
          case .diagonal: return row == column ? own[cluster][row][row] + regularization : 0
          case .spherical:
            let trace: Double = columns.reduce(0) { $0 + own[cluster][$1][$1] }
            let mean = trace / Double(columns.count)
            return row == column ? mean + regularization : 0
          }
        }
      }
    }
  }

  /// One row a point: densities times weights.
  private var densities: [[Double]] {
    let factors = covariances.map(inverseAndDeterminant)
    return points.map { point in
      means.indices.map { cluster in
        let deviation = zip(point, means[cluster]).map { $0 - $1 }
        let (inverse, determinant) = factors[cluster]
        var distance = 0.0
        for row in deviation.indices {
          for column in deviation.indices { distance += deviation[row] * inverse[row][column] * deviation[column] }
        }
        let volume: Double = pow(2 * Double.pi, Double(point.count)) * determinant
        return weights[cluster] * exp(-distance / 2) / volume.squareRoot()
      }
    }
  }

  var responsibilities: [[Double]] { densities.map { row in row.map { $0 / row.reduce(0, +) } } }
  var logDensities: [Double] { densities.map { log($0.reduce(0, +)) } }

  private func inverseAndDeterminant(_ matrix: [[Double]]) -> ([[Double]], Double) {
    let order = matrix.count
    var rows = matrix.indices.map { row in matrix[row] + matrix.indices.map { $0 == row ? 1 : 0 } }
    var determinant = 1.0
    for pivot in 0..<order {
      determinant *= rows[pivot][pivot]
      rows[pivot] = rows[pivot].map { $0 / rows[pivot][pivot] }
      for row in 0..<order where row != pivot {
        let factor = rows[row][pivot]
        rows[row] = zip(rows[row], rows[pivot]).map { $0 - factor * $1 }
      }
    }
    return (rows.map { Array($0[order...]) }, determinant)
  }
}

extension GaussianMixture.Covariances {
  /// All numbers, cluster by cluster and row by row.
  fileprivate var values: [Double] {
    switch self {
    case .full(let matrices): matrices.flatMap(\.values)
    case .tied(let matrix), .diagonal(let matrix): matrix.values
    case .spherical(let values): values
    }
  }
}

extension GaussianMixture.Model {
  /// Whether a covariance was raised.
  fileprivate var isSingular: Bool {
    diagnostics.contains { if case .singularCovariances = $0 { true } else { false } }
  }
}

extension Matrix {
  fileprivate var indices: Range<Int> { 0..<rowCount }

  fileprivate func mapValues(_ transform: (Double) -> Double) -> Matrix {
    Matrix(rowCount: rowCount, columnCount: columnCount, values: values.map(transform))
  }
}
