/// One thing that is wrong with the configuration: where, with which key, and what would be right.
public struct ConfigurationProblem: Error, Sendable, Equatable {
  /// Where the value was given.
  public var origin: ConfigurationOrigin
  /// The key, dotted; empty where the problem is with the whole file or flag.
  public var key: String
  /// What is wrong.
  public var reason: Reason

  /// Makes a problem from its parts.
  public init(origin: ConfigurationOrigin, key: String, reason: Reason) {
    self.origin = origin
    self.key = key
    self.reason = reason
  }

  /// What can be wrong. Texts named `given` are as the user wrote them, or masked for secrets.
  public enum Reason: Error, Sendable, Equatable {
    /// There is no such key; the nearest known one, and what is allowed where the names of a map are fixed.
    case unknownKey(nearest: String?, allowed: String? = nil)
    /// The value has the wrong form.
    case wrongType(given: String, allowed: String)
    /// The value has the right form but is not among those allowed.
    case outOfRange(given: String, allowed: String)
    /// The key stands twice in one mapping; the line where it stands first.
    case duplicateKey(firstLine: Int)
    /// Another variable says the same.
    case setTwice(other: String)
    /// A flag is not of the form `key=value`.
    case notAnAssignment
    /// The file is not YAML; the parser's words.
    case syntax(String)
    /// The file cannot be read; the system's words.
    case unreadable(String)
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  /// One line: where, which key, what is wrong, what is allowed.
  public var description: String {
    ["\(origin)", key].filter { !$0.isEmpty }.joined(separator: ": ") + ": \(reason)"
  }
}

extension ConfigurationProblem.Reason: CustomStringConvertible {
  /// What is wrong and what is allowed.
  public var description: String {
    switch self {
    case .unknownKey(let nearest, let allowed):
      "unknown key" + (nearest.map { "; did you mean \($0)?" } ?? "") + (allowed.map { "; allowed: \($0)" } ?? "")
    case .wrongType(let given, let allowed): "\(given) has the wrong type; allowed: \(allowed)"
    case .outOfRange(let given, let allowed): "\(given) is not allowed; allowed: \(allowed)"
    case .duplicateKey(let firstLine): "stands twice, first in line \(firstLine); keep one"
    case .setTwice(let other): "\(other) sets the same key; keep one"
    case .notAnAssignment: "not of the form key=value"
    case .syntax(let problem): "not valid YAML: \(problem)"
    case .unreadable(let problem): "cannot be read: \(problem)"
    }
  }

  /// The reason with what was given hidden.
  var masked: Self {
    switch self {
    case .wrongType(_, let allowed): .wrongType(given: ConfigurationKey.mask, allowed: allowed)
    case .outOfRange(_, let allowed): .outOfRange(given: ConfigurationKey.mask, allowed: allowed)
    default: self
    }
  }
}
