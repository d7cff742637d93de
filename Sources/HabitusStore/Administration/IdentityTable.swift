internal import Foundation
internal import GRDB
internal import HabitusModel

/// The table of who is whom: an edge for each pair of identifiers that a statement named, and what became of it.
///
/// - Statements are decided on in the order in which they come. An anonymous identifier stays with the first person that
///   it was identified as; a later one is refused, and decided on again when it is said again.
/// - The same statement again changes nothing, but for an earlier time, from which on the two are then joined.
/// - What somebody has undone stays undone, whichever way round it is said again, until it is linked by hand.
enum IdentityTable {
  /// Records statements.
  ///
  /// - Throws: ``StoreError/invalidStatement(reason:)`` for the first that has a problem; the transaction must then be
  ///   given up.
  static func record(
    _ db: Database, _ statements: some Sequence<IdentityStatement>, policy: IdentityPolicy, at now: Timestamp
  ) throws -> IdentityOutcome {
    var outcome = IdentityOutcome()
    for statement in statements { try record(db, statement, policy, now, &outcome) }
    return outcome
  }

  private static func record(
    _ db: Database, _ statement: IdentityStatement, _ policy: IdentityPolicy, _ now: Timestamp,
    _ outcome: inout IdentityOutcome
  ) throws {
    if let problem = statement.problem { throw StoreError.invalidStatement(reason: problem) }
    let existing = try edge(db, statement.former, statement.known)
    if let existing, existing.state == .active {
      outcome.repeated += 1
      if statement.time < existing.time { try write(db, statement, .active, nil, now) }
      return
    }
    let refusal = try refusal(db, statement.kind, statement.former, statement.known, policy, existing)
    switch refusal {
    case .undone where existing?.state == .undone: outcome.repeated += 1
    case let refusal?:
      outcome.refused[refusal, default: 0] += 1
      if existing?.reason != refusal || existing?.state != .refused {
        // An edge that was undone keeps saying so: it is what later statements are refused by.
        if existing?.state != .undone { try write(db, statement, .refused, refusal, now) }
      }
    case nil:
      outcome.joined += 1
      try write(db, statement, .active, nil, now)
    }
  }

  /// Why the two cannot be joined by a statement of `kind`; `nil` where they can.
  static func refusal(
    _ db: Database, _ kind: IdentityStatement.Kind, _ former: UserID, _ known: UserID, _ policy: IdentityPolicy,
    _ existing: IdentityEdge?
  ) throws -> IdentityRefusal? {
    let wasUndone = try existing?.state == .undone || edge(db, known, former)?.state == .undone
    return policy.refusal(
      of: kind, former, known, persons: (try members(db, of: former), try members(db, of: known)), wasUndone: wasUndone)
  }

  private static func write(
    _ db: Database, _ statement: IdentityStatement, _ state: IdentityEdge.State, _ reason: IdentityRefusal?,
    _ now: Timestamp
  ) throws {
    let upsert = try db.cachedStatement(
      sql: """
        INSERT INTO identity_edge (former, known, time, kind, source, state, reason, changed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (former, known) DO UPDATE SET
          time = excluded.time, kind = excluded.kind, source = excluded.source, state = excluded.state,
          reason = excluded.reason, changed = excluded.changed
        """)
    try upsert.execute(arguments: [
      statement.former.rawValue, statement.known.rawValue, statement.time.milliseconds, statement.kind.rawValue,
      statement.source, state.rawValue, reason?.rawValue, now.milliseconds,
    ])
    if state == .active { try AdministrationVersion.grow(.identities, db) }
  }

  /// Undoes the edges between `identifier` and `other`, or all of `identifier`.
  ///
  /// - Returns: the edges that are undone by this.
  static func undo(_ db: Database, _ identifier: UserID, from other: UserID?, at now: Timestamp) throws
    -> [IdentityEdge]
  {
    let edges = try edges(db, touching: [identifier]).filter { edge in
      edge.state == .active && (other.map { $0 == edge.former || $0 == edge.known } ?? true)
    }
    let update = try db.cachedStatement(sql: "UPDATE identity_edge SET state = 'undone', changed = ? WHERE id = ?")
    for edge in edges { try update.execute(arguments: [now.milliseconds, edge.id]) }
    if !edges.isEmpty { try AdministrationVersion.grow(.identities, db) }
    return edges
  }

  // MARK: Reading

  /// All identifiers of the person of `identifier`, itself among them, at present.
  static func members(_ db: Database, of identifier: UserID) throws -> Set<UserID> {
    let forward = try db.cachedStatement(sql: "SELECT known FROM identity_edge WHERE former = ? AND state = 'active'")
    let backward = try db.cachedStatement(sql: "SELECT former FROM identity_edge WHERE known = ? AND state = 'active'")
    var members: Set<UserID> = [identifier]
    var pending = [identifier]
    while let next = pending.popLast() {
      for statement in [forward, backward] {
        for text in try String.fetchAll(statement, arguments: [next.rawValue]) {
          let neighbour = UserID(text)
          if members.insert(neighbour).inserted { pending.append(neighbour) }
        }
      }
    }
    return members
  }

  static func edge(_ db: Database, _ former: UserID, _ known: UserID) throws -> IdentityEdge? {
    let statement = try db.cachedStatement(sql: "SELECT * FROM identity_edge WHERE former = ? AND known = ?")
    return try Row.fetchOne(statement, arguments: [former.rawValue, known.rawValue]).map(edge)
  }

  /// The edges of any state with one of `identifiers`, in the order of arrival.
  static func edges(_ db: Database, touching identifiers: Set<UserID>) throws -> [IdentityEdge] {
    let statement = try db.cachedStatement(sql: "SELECT * FROM identity_edge WHERE former = ?1 OR known = ?1")
    var edges: [Int64: IdentityEdge] = [:]
    for identifier in identifiers {
      for row in try Row.fetchAll(statement, arguments: [identifier.rawValue]) {
        let edge = try edge(row)
        edges[edge.id] = edge
      }
    }
    return edges.values.sorted { $0.id < $1.id }
  }

  static func edge(_ row: Row) throws -> IdentityEdge {
    guard let kind = IdentityStatement.Kind(rawValue: try row.value("kind")),
      let state = IdentityEdge.State(rawValue: try row.value("state"))
    else { throw StoreError.damaged("an edge between identifiers is of a kind or in a state that there is not") }
    return IdentityEdge(
      id: try row.value("id"), former: UserID(try row.value("former")), known: UserID(try row.value("known")),
      time: Timestamp(milliseconds: try row.value("time")), kind: kind, source: try row.value("source"), state: state,
      reason: try row.optionalValue("reason", as: String.self).flatMap(IdentityRefusal.init),
      changed: Timestamp(milliseconds: try row.value("changed")))
  }

  /// Who is whom, by the active edges that were said before `asOf`.
  static func index(_ db: Database, asOf: Timestamp?) throws -> PersonIndex {
    var builder = PersonIndex.Builder()
    let rows = try Row.fetchCursor(
      db, sql: "SELECT former, known, time FROM identity_edge WHERE state = 'active' AND time < ?",
      arguments: [asOf?.milliseconds ?? .max])
    while let row = try rows.next() {
      func code(_ column: Int) throws -> UInt32 {
        try row.withUnsafeData(atIndex: column) { data in
          (data ?? .init()).withUnsafeBytes { builder.code($0) }
        }
      }
      builder.join(try code(0), try code(1), time: try row.value(2))
    }
    return PersonIndex(builder)
  }
}
