public import HabitusModel
public import HabitusStore
internal import HabitusTracking

/// Joins identifiers of one person, and parts them again; events keep the identifiers that they came with.
///
/// Which identifiers are one person's at a moment follows from the edges that were said before it; see `PersonIndex`.
public struct IdentityManager: Sendable {
  /// Configuration and store.
  public let workspace: Workspace
  /// The present moment; for record keeping, and for links made by hand.
  private let now: @Sendable () -> Timestamp

  /// A person, with what is known of each identifier.
  public struct Person: Sendable, Equatable {
    /// An identifier and the number of its events.
    public struct Member: Sendable, Equatable {
      /// The identifier.
      public var id: UserID
      /// Number of stored events that came with it.
      public var eventCount: Int
    }

    /// The identifier that stands for the person.
    public var canonical: UserID
    /// All identifiers, ascending by bytes.
    public var members: [Member]
    /// What was said about them, undone and refused statements too, in the order of arrival.
    public var edges: [IdentityEdge]

    /// Number of stored events of the person.
    public var eventCount: Int { members.reduce(0) { $0 + $1.eventCount } }
  }

  /// What a link would do.
  public struct Preview: Sendable, Equatable {
    /// The person of the former identifier, as it is.
    public var former: Person
    /// The person of the known identifier, as it is.
    public var known: Person
    /// The identifier that would stand for both.
    public var canonical: UserID
    /// The most identifiers that a person can have.
    public var maximumIdentifierCount: Int
    /// Whether the two are one person's already.
    public var isJoined: Bool
    /// Why they cannot be joined; `nil` where they can.
    public var refusal: IdentityRefusal?

    /// Number of identifiers that the person would have.
    public var identifierCount: Int { isJoined ? former.members.count : former.members.count + known.members.count }
  }

  /// Uses a workspace.
  ///
  /// - Parameter now: the clock; the machine's unless given.
  public init(_ workspace: Workspace, now: (@Sendable () -> Timestamp)? = nil) {
    self.workspace = workspace
    self.now = now ?? { .now }
  }

  /// Which statements may join identifiers, as configured.
  public var policy: IdentityPolicy { IdentityPolicy(workspace.configuration) }

  /// Records statements, each in its turn; those that may not join two identifiers are kept as refused.
  @discardableResult
  public func record(_ statements: [IdentityStatement]) async throws -> IdentityOutcome {
    try await workspace.offloaded { try workspace.store.recordIdentities(statements, policy: policy, at: now()) }
  }

  /// Who is whom by what was said before `asOf`, in memory; by everything that was said without one.
  public func persons(asOf: Timestamp? = nil) async throws -> PersonIndex {
    try await workspace.offloaded { try workspace.store.personIndex(asOf: asOf) }
  }

  /// The person of an identifier at present. An identifier that nothing is known of is a person of its own.
  public func person(of identifier: UserID) async throws -> Person {
    try await workspace.offloaded { try makePersons([identifier])[0] }
  }

  /// What joining two identifiers by hand would do.
  public func preview(_ former: UserID, _ known: UserID) async throws -> Preview {
    try await workspace.offloaded {
      let persons = try makePersons([former, known])
      let isJoined = former != known && persons[0].members.contains { $0.id == known }
      var edges = persons[0].edges + persons[1].edges
      edges.append(
        IdentityEdge(id: 0, former: former, known: known, time: now(), kind: .manual, source: "", changed: now()))
      let refusal = try workspace.store.identityRefusal(of: .manual, former: former, known: known, policy: policy)
      return Preview(
        former: persons[0], known: persons[1], canonical: PersonIndex(edges).canonical(of: known),
        maximumIdentifierCount: policy.maximumIdentifierCount, isJoined: isJoined, refusal: refusal)
    }
  }

  /// Joins two identifiers by hand, also those that were parted before.
  ///
  /// - Parameter time: from when on they are one person's in answers about the past; now unless given.
  /// - Returns: the person that they now are.
  /// - Throws: ``AdministrationError/notJoined(_:_:_:)``, ``AdministrationError/joinedAlready(_:_:)``.
  @discardableResult
  public func link(
    _ former: UserID, _ known: UserID, time: Timestamp? = nil, source: String = "manual"
  ) async throws -> Person {
    let moment = now()
    let statement = IdentityStatement(former: former, known: known, time: time ?? moment, kind: .manual, source: source)
    try await workspace.offloaded {
      // Asked before, so that a link that cannot be made leaves no trace of itself.
      let refusal = try workspace.store.identityRefusal(of: .manual, former: former, known: known, policy: policy)
      if let refusal { throw AdministrationError.notJoined(former, known, refusal) }
      let outcome = try workspace.store.recordIdentities([statement], policy: policy, at: moment)
      if let refusal = outcome.refused.keys.first { throw AdministrationError.notJoined(former, known, refusal) }
      if outcome.joined == 0 { throw AdministrationError.joinedAlready(former, known) }
    }
    return try await person(of: known)
  }

  /// Undoes what joins two identifiers directly, or, without `other`, whatever joins one with others. The edges stay
  /// listed, and the same statements do not join the two again.
  ///
  /// - Returns: the edges that are undone by this, as they were.
  /// - Throws: ``AdministrationError/notLinked(_:from:)``.
  @discardableResult
  public func unlink(_ identifier: UserID, from other: UserID? = nil) async throws -> [IdentityEdge] {
    try await workspace.offloaded {
      let edges = try workspace.store.undoIdentities(of: identifier, from: other, at: now())
      if edges.isEmpty { throw AdministrationError.notLinked(identifier, from: other) }
      return edges
    }
  }

  private func makePersons(_ identifiers: [UserID]) throws -> [Person] {
    let found = try identifiers.map { ($0, try workspace.store.person(of: $0)) }
    let counts = try eventCounts(Set(found.flatMap(\.1.members)))
    return found.map { identifier, person in
      Person(
        canonical: PersonIndex(person.edges).canonical(of: identifier),
        members: person.members.map { Person.Member(id: $0, eventCount: counts[$0] ?? 0) }, edges: person.edges)
    }
  }

  private func eventCounts(_ identifiers: Set<UserID>) throws -> [UserID: Int] {
    try workspace.retryingWhereChanged {
      let snapshot = try workspace.store.snapshot(withAllStrings: false, withUsers: true)
      var counts: [UserID: Int] = [:]
      for identifier in identifiers {
        guard let code = snapshot.dictionaries.users.code(of: identifier.rawValue) else { continue }
        counts[identifier] = try snapshot.events(of: code, columns: []).eventCount
      }
      return counts
    }
  }
}

extension IdentityPolicy {
  /// The configured limit, and the identifiers that stand for nobody.
  public init(_ configuration: HabitusConfiguration) {
    self.init(
      maximumIdentifierCount: configuration.identity.maximumIdentifierCount, canJoin: IdentityRules.canJoin)
  }
}
