internal import GRDB
public import HabitusModel

extension Store {
  /// Records what was said about identities, each statement in its turn.
  ///
  /// - Throws: ``StoreError/invalidStatement(reason:)``; nothing is recorded then.
  @discardableResult
  public func recordIdentities(
    _ statements: [IdentityStatement], policy: IdentityPolicy, at now: Timestamp
  ) throws -> IdentityOutcome {
    guard !statements.isEmpty else { return IdentityOutcome() }
    return try administer { db in try IdentityTable.record(db, statements, policy: policy, at: now) }
  }

  /// Undoes the edges between two identifiers, or, without `other`, all edges of one; the others of its person stay
  /// joined as far as edges join them.
  ///
  /// - Returns: the edges that are undone by this, as they were.
  public func undoIdentities(
    of identifier: UserID, from other: UserID? = nil, at now: Timestamp
  ) throws -> [IdentityEdge] {
    try administer { db in try IdentityTable.undo(db, identifier, from: other, at: now) }
  }

  /// Why a statement of `kind` would be refused now; `nil` where it would join the two.
  public func identityRefusal(
    of kind: IdentityStatement.Kind, former: UserID, known: UserID, policy: IdentityPolicy
  ) throws -> IdentityRefusal? {
    let strangers: (Set<UserID>, Set<UserID>) = ([former], [known])
    return try readAdministered(policy.refusal(of: kind, former, known, persons: strangers, wasUndone: false)) { db in
      let existing = try IdentityTable.edge(db, former, known)
      return try IdentityTable.refusal(db, kind, former, known, policy, existing)
    }
  }

  /// All identifiers of the person of `identifier` at present, itself among them, ascending by bytes, and the edges of
  /// any state with one of them, in the order of arrival.
  public func person(of identifier: UserID) throws -> (members: [UserID], edges: [IdentityEdge]) {
    try readAdministered(([identifier], [])) { db in
      let members = try IdentityTable.members(db, of: identifier)
      return (members.sorted(), try IdentityTable.edges(db, touching: members))
    }
  }

  /// Edges in the order of arrival, the last of them first.
  ///
  /// - Parameter state: only those in this state.
  public func identityEdges(_ state: IdentityEdge.State? = nil, limit: Int? = nil) throws -> [IdentityEdge] {
    try readAdministered([]) { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM identity_edge WHERE state = ifnull(?, state) ORDER BY id DESC LIMIT ?",
        arguments: [state?.rawValue, limit ?? -1]
      ).map(IdentityTable.edge)
    }
  }

  /// Number of edges by state.
  public func identityEdgeCounts() throws -> [IdentityEdge.State: Int] {
    try readAdministered([:]) { db in
      var counts: [IdentityEdge.State: Int] = [:]
      for row in try Row.fetchAll(db, sql: "SELECT state, count(*) FROM identity_edge GROUP BY state") {
        if let state = IdentityEdge.State(rawValue: try row.value(0)) { counts[state] = try row.value(1) }
      }
      return counts
    }
  }

  /// Who is whom by what was said before `asOf`, by everything that was said without one.
  public func personIndex(asOf: Timestamp? = nil) throws -> PersonIndex {
    try readAdministered(PersonIndex([])) { db in try IdentityTable.index(db, asOf: asOf) }
  }

  /// The edges whose state was changed at `moment` or later, in the order of arrival.
  public func identityEdges(changedSince moment: Timestamp) throws -> [IdentityEdge] {
    try readAdministered([]) { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM identity_edge WHERE changed >= ? ORDER BY id", arguments: [moment.milliseconds]
      ).map(IdentityTable.edge)
    }
  }

  /// Who is whom among `users` and everybody joined with them, by what was said before `asOf`, by everything that was
  /// said without one.
  ///
  /// - Complexity: O(users and those joined with them), whatever else the store knows.
  public func personIndex(around users: some Sequence<UserID>, asOf: Timestamp? = nil) throws -> PersonIndex {
    try readAdministered(PersonIndex([])) { db in
      guard try Bool.fetchOne(db, sql: "SELECT 1 FROM identity_edge LIMIT 1") ?? false else { return PersonIndex([]) }
      var edges: [Int64: IdentityEdge] = [:]
      var known = Set(users)
      var pending = Array(known)
      while let next = pending.popLast() {
        for edge in try IdentityTable.edges(db, touching: [next]) where edge.state == .active {
          edges[edge.id] = edge
          for end in [edge.former, edge.known] where known.insert(end).inserted { pending.append(end) }
        }
      }
      return PersonIndex(edges.values, asOf: asOf)
    }
  }
}
