internal import HabitusKernels
internal import HabitusModel

/// How items are picked that are both what the user may take to and unlike each other: by maximal marginal relevance
/// (`Diversification`) among the best ones.
///
/// Likeness is what the items have in common (``ItemTraits``), which does not depend on how they were found: by the
/// factors that the score comes from, what is most like the user would be alike anyhow, and what is popular has none.
/// That is also what is meant by the diversity of a list where it is studied (Ziegler et al., "Improving recommendation
/// lists through topic diversification", WWW 2005, doi:10.1145/1060745.1060754). Relevance is the place among the
/// candidates, as scores of different ways are on different scales: 1 for the first, and less by the same amount from
/// each to the next.
struct RecommendationDiversity {
  /// How much likeness counts, 0…1.
  let amount: Double
  /// The most items that are picked.
  let count: Int

  /// How many of the best items are picked from.
  var candidateCount: Int { amount > 0 ? max(Self.leastCandidates, 5 * count) : count }

  private static let leastCandidates = 50

  /// The places of the items picked, of `candidateCount` in the order of their scores.
  ///
  /// - Parameter traits: what the items have in common; asked for only where it counts.
  /// - Throws: `KernelError.parameter` for an amount outside 0…1.
  func selection(of candidateCount: Int, traits: () throws -> ItemTraits) throws -> [Int] {
    guard amount != 0 else { return Array(0..<min(count, candidateCount)) }
    let traits = try traits()
    return try Diversification(relevanceShare: 1 - amount).selection(
      count, relevances: (0..<candidateCount).map { 1 - Double($0) / Double(candidateCount) },
      similarity: traits.similarity)
  }
}
