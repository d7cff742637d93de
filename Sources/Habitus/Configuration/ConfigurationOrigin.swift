/// Where a value comes from.
public enum ConfigurationOrigin: Sendable, Equatable {
  /// Nowhere: the default.
  case standard
  /// A file, and the line, counted from 1; without a line where the whole file is meant.
  case file(String, line: Int? = nil)
  /// A variable of the environment.
  case variable(String)
  /// A flag, as in `--set` or `--window-days`.
  case flag(String)
}

extension ConfigurationOrigin: CustomStringConvertible {
  /// `default`, `habitus.yaml:12`, the variable's name, or the flag.
  public var description: String {
    switch self {
    case .standard: "default"
    case .file(let path, let line): line.map { "\(path):\($0)" } ?? path
    case .variable(let name): name
    case .flag(let name): name
    }
  }
}
