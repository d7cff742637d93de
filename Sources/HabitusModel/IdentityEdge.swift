/// Two identifiers that a source said are one person's, and what became of it.
public struct IdentityEdge: Sendable, Equatable, Codable, Identifiable {
  /// What became of a statement.
  public enum State: String, Sendable, CaseIterable, Codable {
    /// It joins the two.
    case active
    /// It joined the two until somebody undid it.
    case undone
    /// It never joined them.
    case refused
  }

  /// Its number, in the order of arrival.
  public var id: Int64
  /// The identifier that was used before.
  public var former: UserID
  /// The identifier that the person is known by.
  public var known: UserID
  /// When it was said; of two that are joined the earliest time at which it was.
  public var time: Timestamp
  /// Why it was said.
  public var kind: IdentityStatement.Kind
  /// Which source said it.
  public var source: String
  /// What became of it.
  public var state: State
  /// Why it was refused; `nil` unless it was.
  public var reason: IdentityRefusal?
  /// When its state was last changed.
  public var changed: Timestamp

  /// Makes an edge from its parts.
  public init(
    id: Int64, former: UserID, known: UserID, time: Timestamp, kind: IdentityStatement.Kind, source: String,
    state: State = .active, reason: IdentityRefusal? = nil, changed: Timestamp
  ) {
    self.id = id
    self.former = former
    self.known = known
    self.time = time
    self.kind = kind
    self.source = source
    self.state = state
    self.reason = reason
    self.changed = changed
  }
}

/// Why two identifiers are not joined.
public enum IdentityRefusal: String, Sendable, CaseIterable, Codable {
  /// One of them stands for nobody, as `null` and `0` do.
  case placeholder
  /// They are the same.
  case sameIdentifier = "same_id"
  /// The former one belongs to another person already: a device that two people share stays with the first.
  case alreadyJoined = "already_joined"
  /// The person would have more identifiers than configured.
  case tooManyIdentifiers = "too_many_ids"
  /// The two were joined the other way round, and somebody undid it.
  case undone

  /// Why, in words.
  public var message: String {
    switch self {
    case .placeholder: "one of the identifiers stands for nobody"
    case .sameIdentifier: "the two identifiers are the same"
    case .alreadyJoined: "the former identifier belongs to another person already"
    case .tooManyIdentifiers: "the person would have more identifiers than identity.max_ids_per_person allows"
    case .undone: "the two were joined before and somebody undid it"
    }
  }
}
