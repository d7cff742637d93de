extension PrefixSpan.Plan {
  /// The frequent patterns. The result does not depend on `threadCount` (`nil`: one a processor).
  ///
  /// Time grows with the patterns and their projections; memory is O(items + patterns), and the projections' part of
  /// the byte budget.
  public func patterns(threadCount: Int? = nil) -> PrefixSpan.Result {
    search.uncancelledOutcome(threadCount: threadCount) { $0.single }
  }

  /// The frequent patterns; `checkpoint` is called again and again, by this thread, with the number of items whose
  /// patterns are complete.
  public func patterns(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> PrefixSpan.Result {
    try search.outcome(threadCount: threadCount, checkpoint: checkpoint) { $0.single }
  }

  /// The frequent patterns up to the greatest length that `checkpoint` leaves time for.
  ///
  /// Searches up to length 1, 2, 4 and so on, anew each time. When `checkpoint` throws, the last complete search is the
  /// result and ``PrefixSpan/Outcome/searchedLength`` says how far it went. The search up to length 1, a short
  /// one, cannot be stopped. Closed patterns are then closed among patterns of all lengths.
  public func patternsUntilStopped(threadCount: Int? = nil, by checkpoint: Checkpoint) -> PrefixSpan.Result {
    search.outcome(threadCount: threadCount, until: checkpoint) { $0.single }
  }

  private var search: PatternMining {
    let mining = PatternMining(
      parameters: parameters, sequenceCount: database.sequenceCount, ownerCount: database.ownerCount,
      minimumCount: minimumCount)
    if parameters.constraints == .none {
      return mining.searching(SequenceColumns(database, minimumCount: minimumCount))
    }
    return mining.searching(ElementColumns(ItemsetDatabase(database), minimumCount: minimumCount), elements: false)
  }
}

extension PrefixSpan.ItemsetPlan {
  /// The frequent patterns; see ``PrefixSpan/Plan/patterns(threadCount:)``.
  public func patterns(threadCount: Int? = nil) -> PrefixSpan.ItemsetResult {
    search.uncancelledOutcome(threadCount: threadCount) { $0.itemset }
  }

  /// The frequent patterns; see ``PrefixSpan/Plan/patterns(threadCount:checkpoint:)``.
  public func patterns(
    threadCount: Int? = nil, checkpoint: Checkpoint
  ) throws(CancellationError) -> PrefixSpan.ItemsetResult {
    try search.outcome(threadCount: threadCount, checkpoint: checkpoint) { $0.itemset }
  }

  /// The frequent patterns up to the greatest length that `checkpoint` leaves time for; see
  /// ``PrefixSpan/Plan/patternsUntilStopped(threadCount:by:)``.
  public func patternsUntilStopped(threadCount: Int? = nil, by checkpoint: Checkpoint) -> PrefixSpan.ItemsetResult {
    search.outcome(threadCount: threadCount, until: checkpoint) { $0.itemset }
  }

  private var search: PatternMining {
    PatternMining(
      parameters: parameters, sequenceCount: database.sequenceCount, ownerCount: database.ownerCount,
      minimumCount: minimumCount
    ).searching(ElementColumns(database, minimumCount: minimumCount), elements: true)
  }
}
