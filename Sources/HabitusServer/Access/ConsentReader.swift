/// Knows what users have agreed to.
public protocol ConsentReader: Sendable {
  /// What counts now, by purpose; `nil` for a user of whom nothing is known.
  func consents(of user: String) async throws -> [String: Bool]?
}
