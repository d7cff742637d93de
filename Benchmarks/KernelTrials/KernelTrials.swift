import Foundation
import HabitusKernels

/// Runs one kernel on a file of numbers, so that scripts can measure and judge it beside other tools.
///
/// usage: kernel-trials METHOD FILE ROWS COLUMNS [NAME=VALUE ...]
///
/// FILE holds doubles, row after row, in the machine's byte order. Prints JSON: `seconds` (the fit alone), figures of
/// the method, and `labels` or `layout` where asked for by `labels=true`.
@main
struct KernelTrials {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    guard words.count >= 4, let rowCount = Int(words[2]), let columnCount = Int(words[3]),
      let method = Trial.methods[words[0]]
    else {
      throw TrialError.usage(methods: Trial.methods.keys.sorted())
    }
    let trial = Trial(
      points: try Self.matrix(words[1], rowCount, columnCount),
      options: try TrialOptions(words.dropFirst(4)))
    var answer = try method(trial)
    if !trial.options.flag("labels") { answer.labels = nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    print(String(decoding: try encoder.encode(answer), as: UTF8.self))
  }

  private static func matrix(_ path: String, _ rowCount: Int, _ columnCount: Int) throws -> Matrix {
    let data = try Data(contentsOf: URL(filePath: path))
    guard data.count == rowCount * columnCount * 8 else {
      throw TrialError.size(path: path, bytes: data.count, expected: rowCount * columnCount * 8)
    }
    let values = data.withUnsafeBytes { bytes in
      (0..<rowCount * columnCount).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
    return Matrix(rowCount: rowCount, columnCount: columnCount, values: values)
  }
}

/// What a trial was called with wrongly.
enum TrialError: Error, CustomStringConvertible {
  case usage(methods: [String])
  case size(path: String, bytes: Int, expected: Int)
  case option(String)

  var description: String {
    switch self {
    case .usage(let methods):
      "usage: kernel-trials METHOD FILE ROWS COLUMNS [NAME=VALUE ...]; methods: \(methods.joined(separator: ", "))"
    case .size(let path, let bytes, let expected): "'\(path)' has \(bytes) bytes; \(expected) were expected"
    case .option(let word): "'\(word)' is not NAME=VALUE with a value that fits"
    }
  }
}
