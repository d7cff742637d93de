/// The value of a key that a flag of its own gives, as `--window-days 60` does.
public struct ConfigurationOverride: Sendable, Equatable {
  /// The dotted path of the key.
  public var key: String
  /// The value as text.
  public var value: String
  /// The flag, for messages.
  public var flag: String

  /// Makes an override from its parts.
  public init(key: String, value: String, flag: String) {
    self.key = key
    self.value = value
    self.flag = flag
  }
}
