extension HabitusConfiguration {
  /// What may be done with the events of a user.
  public struct Consent: Sendable, Equatable {
    /// What holds for users who never said anything.
    public var standing = Standing.granted
    /// The purpose that users must agree to before their events are stored and analysed.
    public var purpose = "analytics"

    /// The defaults.
    public init() {}

    /// What holds for users who never said anything.
    public enum Standing: String, Sendable, CaseIterable {
      /// They count as agreeing until they withdraw.
      case granted
      /// They must agree first.
      case required
    }
  }

  /// How identifiers of one person are joined.
  public struct Identity: Sendable, Equatable {
    /// The most identifiers that one person can have; at least 2.
    public var maximumIdentifierCount = 100

    /// The defaults.
    public init() {}
  }
}
