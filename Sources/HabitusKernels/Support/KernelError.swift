/// What a kernel refuses, with the values that explain it.
public enum KernelError: Error, Equatable, Sendable {
  /// The parameter `name` has a value outside `allowed`.
  case parameter(name: String, value: Double, allowed: String)
  /// More clusters were asked for than there are samples, or fewer than one.
  case clusterCount(requested: Int, sampleCount: Int)
  /// Data has another number of columns than the model, or parameters by column, expect.
  case columnCount(expected: Int, found: Int)
  /// Two arrays that describe the same samples differ in length.
  case sampleCount(expected: Int, found: Int)
  /// A value is infinite, or NaN where every value must be present.
  case notFinite(row: Int, column: Int)
  /// There is no sample to learn from.
  case noSamples
  /// The likelihood has no maximum: it rises for ever as these parameters go to 0 or grow.
  case noMaximum(parameters: [String])
  /// A fit was still changing after its last iteration.
  case notConverged(iterationCount: Int)
}

extension KernelError: CustomStringConvertible {
  /// What was wrong, where, and what is allowed.
  public var description: String {
    switch self {
    case .parameter(let name, let value, let allowed): "\(name) is \(value); allowed: \(allowed)"
    case .clusterCount(let requested, let sampleCount):
      "\(requested) clusters were asked for; allowed: 1 to the number of samples, \(sampleCount)"
    case .columnCount(let expected, let found): "\(found) columns were given where \(expected) are expected"
    case .sampleCount(let expected, let found): "\(found) samples were given where \(expected) are expected"
    case .notFinite(let row, let column):
      "the value in row \(row), column \(column) is not a finite number; scale and impute first"
    case .noSamples: "there is no sample to learn from; give at least one row"
    case .noMaximum(let parameters):
      "the likelihood has no maximum: \(parameters.joined(separator: ", ")) would go to 0 or infinity; the samples are"
        + " too few or too alike for this model"
    case .notConverged(let iterationCount):
      "the fit was still changing after \(iterationCount) iterations; allow more, or look for extreme samples"
    }
  }
}
