internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

extension PatternDetector {
  // MARK: Everybody

  /// What patterns of everybody are looked for in.
  func evidence(_ snapshot: EventSnapshot, _ plan: FeaturePlan) throws -> PatternEvidence {
    let settings = workspace.configuration.patterns
    let parts = try snapshot.scan(columns: columns(plan), workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      var evidence = PatternEvidence(settings, plan)
      for index in frame.users.indices {
        if let timeline = plan.timeline(of: frame, userAt: index) { try evidence.add(timeline) }
      }
      return evidence
    }
    return parts.reduce(into: PatternEvidence(settings, plan)) { $0.add($1) }
  }

  /// What stands out among everybody.
  ///
  /// - Parameter features: those of everybody over the same window.
  func report(
    _ evidence: PatternEvidence, _ features: FeatureTable, _ snapshot: EventSnapshot, _ plan: FeaturePlan
  ) throws -> PatternReport {
    let settings = workspace.configuration.patterns
    let search = PopulationSequences(settings: settings, workers: workspace.workers)
    var patterns: [Pattern] = []
    var notes: [LocalizedText] = []
    for sessions in evidence.sessions {
      let sequences = settings.sequenceScope == .sessions ? sessions : sessions.histories
      let found = try search.patterns(sequences, snapshot.dictionaries)
      patterns += found.patterns
      notes += found.notes
    }
    patterns += try TimePatterns(settings, plan, snapshot.dictionaries)
      .patterns(ofEverybody: try evidence.times.finished())
    for association in evidence.associations {
      let terms = association.dimension.terms(in: snapshot.dictionaries)
      patterns += try AssociationPatterns(settings, association.dimension, terms: terms)
        .patterns(ofEverybody: association, workers: workspace.workers)
    }
    patterns += try CorrelationPatterns(settings, workers: workspace.workers).patterns(
      of: features, users: snapshot.dictionaries.users)
    let places = try frictionDimension(snapshot, plan)
    patterns += FrictionPatterns(settings, places, dictionaries: snapshot.dictionaries)
      .patterns(ofEverybody: try frictionCounts(snapshot, plan, places))
    return PatternReport(user: nil, window: plan.window, patterns: patterns, notes: notes)
  }

  // MARK: Users

  /// The patterns of those of `users` who have an event in the window, in order of their codes.
  func reports(
    of users: [UInt32], _ snapshot: EventSnapshot, _ plan: FeaturePlan, _ reference: PatternReference,
    groups: [UInt32: Int]
  ) throws -> [PatternReport] {
    let settings = workspace.configuration.patterns
    let search = try UserPatternSearch(settings, plan, snapshot.dictionaries, reference)
    let parts = try snapshot.scan(columns: columns(plan), users: users, workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      var sessions = settings.orderedDimensions.map(BehaviourSequences.init)
      var others: [(user: UInt32, patterns: [Pattern])] = []
      for index in frame.users.indices {
        guard let timeline = plan.timeline(of: frame, userAt: index) else { continue }
        for place in sessions.indices { sessions[place].add(timeline) }
        others.append((timeline.user, try search.patterns(of: timeline)))
      }
      return (sessions: sessions, others: others)
    }
    var sessions = settings.orderedDimensions.map(BehaviourSequences.init)
    for part in parts { for place in sessions.indices { sessions[place].add(part.sessions[place]) } }
    let inOrder = try UserSequences(settings: settings, workers: workspace.workers)
      .patterns(sessions, snapshot.dictionaries, references: reference.sequences, groups: groups)
    return parts.flatMap(\.others).sorted { $0.user < $1.user }.map { user, others in
      PatternReport(
        user: UserID(snapshot.dictionaries.users.text(of: user)), window: plan.window,
        patterns: (inOrder[user] ?? []) + others)
    }
  }

  // MARK: Company

  /// What users are compared with: what the last analysis kept, unless the moment is given or it does not fit.
  func reference(_ snapshot: EventSnapshot, _ plan: FeaturePlan, isAsOfGiven: Bool) throws -> PatternReference {
    if let kept = try keptReference(), kept.fits(plan.window, workspace.configuration.patterns),
      !isAsOfGiven || kept.window == plan.window
    {
      return kept
    }
    let key = LatestPatternReference.Key(eventCount: snapshot.eventCount, window: plan.window)
    return try workspace.patternReference.reference(key) {
      try newReference(try evidence(snapshot, plan), snapshot, plan)
    }
  }

  /// What users are compared with, by what there is now.
  func newReference(
    _ evidence: PatternEvidence, _ snapshot: EventSnapshot, _ plan: FeaturePlan
  ) throws -> PatternReference {
    try PatternReference(
      evidence, snapshot.dictionaries, groups: try groups(in: snapshot), window: plan.window,
      workers: workspace.workers)
  }

  /// The kind under which references are kept.
  private static let modelKind = "pattern reference"

  /// Keeps what users are compared with until the next analysis.
  func keep(_ reference: PatternReference) throws {
    _ = try workspace.store.saveModel(kind: Self.modelKind, data: try ModelCoding.data(of: reference), at: .now)
  }

  private func keptReference() throws -> PatternReference? {
    guard let entry = try workspace.store.models(kind: Self.modelKind).last else { return nil }
    return try workspace.models.model(entry.id, of: Self.modelKind) {
      try workspace.store.model(kind: Self.modelKind, id: entry.id).map {
        try ModelCoding.model(PatternReference.self, from: $0.data)
      }
    }
  }

  /// By user code, the number of the group that each user was put into.
  func groups(in snapshot: EventSnapshot) throws -> [UInt32: Int] {
    var groups: [UInt32: Int] = [:]
    for (user, membership) in try workspace.store.clusterMemberships(at: .now) {
      if let cluster = membership.cluster, let code = snapshot.code(of: user) { groups[code] = cluster }
    }
    return groups
  }

  /// The same for one user.
  func groups(in snapshot: EventSnapshot, of user: UInt32) throws -> [UInt32: Int] {
    let id = UserID(snapshot.dictionaries.users.text(of: user))
    let profile = try workspace.store.profile(id, at: .now, withSecureFields: false)
    return profile?.cluster?.cluster.map { [user: $0] } ?? [:]
  }

  /// What frames must have for everything that is looked for.
  private func columns(_ plan: FeaturePlan) -> EventColumns {
    workspace.configuration.patterns.sequenceDimensions.reduce(
      into: plan.columns.union([.items, .categories, .pages, .values])
    ) { $0.formUnion($1.columns) }
  }
}
