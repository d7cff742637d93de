internal import GRDB
public import HabitusModel

/// Everything that one transaction of the intake holds.
public struct IntakeCommit: Sendable {
  /// What one sender delivered at once.
  public struct Delivery: Sendable {
    /// The source's name, under which it is counted.
    public var source: String
    /// The events, of which those that are new are stored.
    public var events: EventGroup
    /// Number of further events that are not stored for lack of consent.
    public var withoutConsentCount: Int
    /// What was said about consent.
    public var consents: [ConsentStatement]
    /// What was said about identities.
    public var links: [IdentityStatement]
    /// What could not be read.
    public var quarantined: [QuarantinedRow]

    /// Makes a delivery from its parts.
    public init(
      source: String, events: EventGroup, withoutConsentCount: Int = 0, consents: [ConsentStatement] = [],
      links: [IdentityStatement] = [], quarantined: [QuarantinedRow] = []
    ) {
      self.source = source
      self.events = events
      self.withoutConsentCount = withoutConsentCount
      self.consents = consents
      self.links = links
      self.quarantined = quarantined
    }
  }

  /// The present moment.
  public var now: Timestamp
  /// What decides on what is said about identities.
  public var identityPolicy: IdentityPolicy
  /// The deliveries, in the order in which they came.
  public var deliveries: [Delivery] = []
  /// The most rows that the quarantine holds: beyond it what is refused is only counted.
  public var quarantineLimit = 100_000

  /// Begins an empty transaction.
  public init(at now: Timestamp, identityPolicy: IdentityPolicy) {
    self.now = now
    self.identityPolicy = identityPolicy
  }
}

extension Store {
  /// Stores everything that `commit` holds in one transaction, durably when this returns.
  ///
  /// - Returns: what became of the events of each delivery.
  public func commit(_ commit: IntakeCommit) throws -> [EventImport.Summary] {
    try append(commit.deliveries.map(\.events)) { db, summaries in
      let consents = commit.deliveries.flatMap(\.consents)
      if !consents.isEmpty { _ = try ConsentTable.record(db, consents, at: commit.now) }
      let links = commit.deliveries.flatMap(\.links)
      if !links.isEmpty {
        _ = try IdentityTable.record(db, links, policy: commit.identityPolicy, at: commit.now)
      }
      let quarantined = commit.deliveries.flatMap(\.quarantined)
      if !quarantined.isEmpty {
        let held = try Int.fetchOne(db, sql: "SELECT count(*) FROM quarantine") ?? 0
        let room = max(0, commit.quarantineLimit - held)
        _ = try Quarantine.insert(db, Array(quarantined.prefix(room)), at: commit.now)
      }
      try SourceTables.addCounts(db, commit.counts(summaries))
    }
  }
}

extension IntakeCommit {
  /// What is counted of the deliveries, given what became of their events.
  fileprivate func counts(_ summaries: [EventImport.Summary]) -> [IntakeCount] {
    var counts: [IntakeCount] = []
    let day = now.utcDay
    for (delivery, summary) in zip(deliveries, summaries) {
      func add(_ key: IntakeCount.Key, _ count: Int) {
        if count > 0 { counts.append(IntakeCount(day: day, source: delivery.source, key: key, count: count)) }
      }
      add(.stored, summary.stored)
      add(.duplicate, summary.duplicate)
      add(.differing, summary.differing)
      add(.withoutConsent, delivery.withoutConsentCount)
      add(.bot, delivery.events.events.count(where: \.isBot))
      for row in delivery.quarantined { add(.refused(reason: row.reason), 1) }
    }
    return counts
  }
}
