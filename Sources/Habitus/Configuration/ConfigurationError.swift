/// Why there is no configuration: everything that is wrong with it, in the order file, variables, flags.
public struct ConfigurationError: Error, Sendable, Equatable {
  /// The problems; at least one.
  public var problems: [ConfigurationProblem]

  /// Makes an error of its problems.
  public init(problems: [ConfigurationProblem]) { self.problems = problems }
}

extension ConfigurationError: CustomStringConvertible {
  /// One line for each problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
