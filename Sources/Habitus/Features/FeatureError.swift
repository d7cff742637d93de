/// Why features cannot be extracted as asked.
public enum FeatureError: Error, Equatable, Sendable {
  /// No time zone has this name.
  case unknownTimeZone(String)
  /// The window's length in days is not within 1…4,000,000.
  case windowDays(Int)
  /// An option, named as in ``FeatureOptions``, has a value outside what is allowed.
  case invalidOption(name: String, value: String, allowed: String)
  /// Two features have this name.
  case duplicateFeature(String)
}

extension FeatureError: CustomStringConvertible {
  /// What was wrong and what is allowed.
  public var description: String {
    switch self {
    case .unknownTimeZone(let name):
      "there is no time zone '\(name)'; use an IANA name such as UTC, Europe/Paris or Asia/Kolkata"
    case .windowDays(let days):
      "a window of \(days) days is not possible; use 1 to 4000000"
    case .invalidOption(let name, let value, let allowed):
      "\(name) cannot be \(value); allowed: \(allowed)"
    case .duplicateFeature(let name):
      "two features are called '\(name)'; give one of them another name"
    }
  }
}
