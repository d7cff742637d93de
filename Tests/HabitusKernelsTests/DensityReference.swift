import Foundation
import HabitusKernels
import Testing

/// Points and what scikit-learn 1.9.1, hdbscan 0.8.44 and fast_hdbscan 0.3.4 make of them, as written by
/// Scripts/reference/density.py.
struct DensityReference: Decodable, Sendable, CustomTestStringConvertible {
  struct DBSCANCase: Decodable, Sendable {
    let radius: Double
    let minimumNeighborCount: Int
    let labels: [Int32]
    let coreRows: [Int]
  }

  struct HDBSCANCase: Decodable, Sendable {
    let minimumClusterSize: Int
    let minimumSampleCount: Int
    let isLeaf: Bool
    let labels: [Int32]
    let fastLabels: [Int32]
    let probabilities: [Double]
    let outlierScores: [Double]
    let persistences: [Double]
  }

  let name: String
  let points: [[Double]]
  let dbscan: DBSCANCase
  let hdbscan: [HDBSCANCase]
  let localOutlierFactors: [Double]

  var testDescription: String { name }

  static func all() throws -> [DensityReference] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference/density.json")
    return try JSONDecoder().decode([DensityReference].self, from: Data(contentsOf: file))
  }
}

/// Points on a coarse grid, so that ties and duplicates are likely, or anywhere.
func scattered(_ generator: inout SplitMix64, rows: Int, columns: Int, gridSize: Int?) -> Matrix {
  Matrix(
    rowCount: rows, columnCount: columns,
    values: (0..<rows * columns).map { _ in
      gridSize.map { Double(generator.nextIndex(below: $0)) } ?? generator.nextUnit()
    })
}

/// Squared distance, by columns.
func squaredDistance(_ points: Matrix, _ first: Int, _ second: Int) -> Double {
  zip(points.row(first), points.row(second)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}
