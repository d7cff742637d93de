public import HabitusModel
internal import HabitusStore

extension PatternDetector {
  /// Where users are stuck: rage clicks, quick returns, loops and dead ends.
  ///
  /// - Parameters:
  ///   - userID: the one user to look at; `nil` for everybody.
  ///   - asOf: the window's end; one millisecond after the last stored event unless given.
  ///   - windowDays: the window's length; the configured one unless given.
  /// - Throws: ``HabitusError/emptyStore(directory:)``, ``FeatureError``, `StoreError`; for one user also
  ///   ``HabitusError/unknownUser(_:)``, ``HabitusError/noConsent(_:)``, ``HabitusError/noEvents(_:_:)``.
  /// - Complexity: O(events · copies in random order).
  public func frictionSignals(
    userID: UserID? = nil, asOf: Timestamp? = nil, windowDays: Int? = nil
  ) async throws -> FrictionReport {
    try await workspace.offloaded {
      try workspace.withSnapshot(asOf: asOf) { snapshot in
        let plan = try FeatureExtractor(workspace).plan(snapshot, asOf: asOf, windowDays: windowDays)
        guard let userID else {
          let dimension = try frictionDimension(snapshot, plan)
          let counts = try frictionCounts(snapshot, plan, dimension)
          return FrictionPatterns(workspace.configuration.patterns, dimension, dictionaries: snapshot.dictionaries)
            .report(counts, window: plan.window, user: nil)
        }
        let timeline = try workspace.timeline(of: userID, in: snapshot, plan: plan)
        let dimension = Self.dimension(pages: timeline.pageCount, events: timeline.count)
        var scanner = FrictionScanner(dimension, copyCount: FrictionPatterns.userCopyCount, plan: plan)
        var counts = FrictionCounts()
        let user = UserID(snapshot.dictionaries.users.text(of: timeline.user))
        counts.add(timeline, user: user, scanner: &scanner)
        return FrictionPatterns(workspace.configuration.patterns, dimension, dictionaries: snapshot.dictionaries)
          .report(counts, window: plan.window, user: user)
      }
    }
  }

  /// What everybody's sessions show.
  func frictionCounts(
    _ snapshot: EventSnapshot, _ plan: FeaturePlan, _ dimension: EventDimension
  ) throws -> FrictionCounts {
    let parts = try snapshot.scan(
      columns: plan.columns.union([.items, .pages, .values]).intersection([.items, .pages, .values, .sessions]),
      workers: workspace.workers,
      makeState: { FrictionScanner(dimension, copyCount: FrictionPatterns.everybodyCopyCount, plan: plan) }
    ) { scanner, frame in
      var counts = FrictionCounts()
      for index in frame.users.indices {
        if let timeline = plan.timeline(of: frame, userAt: index) { counts.add(timeline, scanner: &scanner) }
      }
      return counts
    }
    return parts.reduce(into: FrictionCounts()) { $0.add($1) }
  }

  /// Pages, where at least half of everybody's events have one; types of events otherwise.
  func frictionDimension(_ snapshot: EventSnapshot, _ plan: FeaturePlan) throws -> EventDimension {
    guard snapshot.dictionaries.pages.count > 0 else { return .eventType }
    let parts = try snapshot.scan(columns: .pages, workers: workspace.workers, makeState: {}) {
      (_: inout Void, frame) in
      frame.users.indices.reduce(into: (pages: 0, events: 0)) { sum, index in
        guard let timeline = plan.timeline(of: frame, userAt: index) else { return }
        sum.pages += timeline.pageCount
        sum.events += timeline.count
      }
    }
    return Self.dimension(pages: parts.reduce(0) { $0 + $1.pages }, events: parts.reduce(0) { $0 + $1.events })
  }

  static func dimension(pages: Int, events: Int) -> EventDimension {
    pages > 0 && 2 * pages >= events ? .page : .eventType
  }
}

extension UserTimeline {
  /// Events that have a page.
  var pageCount: Int {
    guard !frame.pages.isEmpty else { return 0 }
    return frame.pages[range].count { $0 != TermDictionary.missing }
  }
}
