import Foundation
import HabitusKernels
import Testing

extension Tag {
  /// Compares a kernel with a slow, obvious twin.
  @Tag static var differential: Self
  /// Compares a kernel with figures from elsewhere; Scripts/reference/kernels.py printed them with numpy 2.4.6,
  /// scipy 1.17.1 and scikit-learn 1.9.1 unless the test says otherwise.
  @Tag static var reference: Self
}

/// Whether two numbers agree to `tolerance`, relative to the larger one, or absolutely below 1.
func agree(_ first: Double, _ second: Double, tolerance: Double = 1e-12) -> Bool {
  first == second || abs(first - second) <= tolerance * max(1, abs(first), abs(second))
}

/// Whether a number agrees with a reference to `tolerance`, relative to the reference however small it is.
func agreeRelatively(_ found: Double, _ expected: Double, tolerance: Double) -> Bool {
  abs(found - expected) <= tolerance * abs(expected)
}

/// Rows in `groupCount` cubes of side 1, in turn; the corner of cube g is g · distance in column g % columns.
/// The same data as `groups` in Scripts/reference/kernels.py.
func groups(seed: UInt64, rows: Int, columns: Int, groupCount: Int, distance: Double) -> Matrix {
  var generator = SplitMix64(seed: seed)
  var points = Matrix(rowCount: rows, columnCount: columns, repeating: 0)
  for row in 0..<rows {
    for column in 0..<columns { points[row, column] = generator.nextUnit() }
  }
  for row in 0..<rows { points[row, row % groupCount % columns] += Double(row % groupCount) * distance }
  return points
}

/// The folder of published data beside the repository, which a checkout may lack.
enum SharedData {
  static let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/data")

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: path).path)
  }

  static func json(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: folder.appending(path: path))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The lines of a file compressed by gzip.
  static func lines(_ path: String) throws -> [Substring] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-dc", folder.appending(path: path).path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n")
  }
}
