public import HabitusModel

/// Which statements may join identifiers.
public struct IdentityPolicy: Sendable {
  /// The most identifiers that one person can have.
  public var maximumIdentifierCount: Int
  /// Whether an identifier can stand for a person.
  public var canJoin: @Sendable (String) -> Bool

  /// Makes a policy.
  public init(maximumIdentifierCount: Int, canJoin: @escaping @Sendable (String) -> Bool) {
    self.maximumIdentifierCount = maximumIdentifierCount
    self.canJoin = canJoin
  }

  /// Why `kind` of statement cannot join two identifiers; `nil` where it can.
  ///
  /// - Parameters:
  ///   - persons: all identifiers of the person of `former`, and of that of `known`.
  ///   - wasUndone: whether somebody has parted the two.
  func refusal(
    of kind: IdentityStatement.Kind, _ former: UserID, _ known: UserID,
    persons: (former: Set<UserID>, known: Set<UserID>),
    wasUndone: Bool
  ) -> IdentityRefusal? {
    if !canJoin(former.rawValue) || !canJoin(known.rawValue) { return .placeholder }
    if former == known { return .sameIdentifier }
    if wasUndone, kind != .manual { return .undone }
    if persons.former.contains(known) { return nil }
    if kind == .identify, persons.former.count > 1 { return .alreadyJoined }
    if persons.former.count + persons.known.count > maximumIdentifierCount { return .tooManyIdentifiers }
    return nil
  }
}

/// What became of statements about identities.
public struct IdentityOutcome: Sendable, Equatable {
  /// Those that joined two identifiers.
  public var joined = 0
  /// Those that said nothing new: the two are joined by the same statement already, or somebody has undone it.
  public var repeated = 0
  /// Those that were refused, by reason.
  public var refused: [IdentityRefusal: Int] = [:]

  /// An outcome without statements.
  public init() {}
}
