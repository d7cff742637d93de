/// Leaves out traits that say what a stronger one says.
struct TraitRedundancy {
  let columns: [DescribedFeature]
  /// What was found of pairs of features, by the smaller and the larger index.
  private var known: [SIMD2<Int>: Bool] = [:]

  /// Features that correlate more than this over users, in either direction, say the same.
  private static let highestCorrelation = 0.9

  /// Features that say the same to a reader, whatever their correlation.
  static let synonyms: [Set<String>] =
    [
      ["active_days", "activity_ratio"],
      ["engagement_raw", "engagement_score"],
      ["session_duration_mean_s", "session_duration_median_s", "session_duration_max_s"],
      ["hour_concentration", "hour_entropy"],
      ["distinct_types", "type_entropy_bits"],
      ["distinct_categories", "category_entropy_bits", "top_category_share"],
      ["night_share", "mean_hour"],
      ["weekend_share", "business_share"],
      ["goal_count", "conversion_rate"],
      ["longest_streak_days", "current_streak_days"],
      ["share_search", "search_count", "type:search"],
      ["share_click", "click_count", "type:click"],
    ]
    + ["page_view", "filter", "download", "apply", "save", "message"].map { ["share_\($0)", "type:\($0)"] }

  init(columns: [DescribedFeature]) { self.columns = columns }

  /// The effects, strongest first, without those that repeat an earlier one.
  mutating func thinned(_ effects: [ClusterDescription.Effect]) -> [ClusterDescription.Effect] {
    var kept: [ClusterDescription.Effect] = []
    for effect in effects where !kept.contains(where: { sayTheSame($0.column, effect.column) }) { kept.append(effect) }
    return kept
  }

  /// Whether two features say the same.
  mutating func sayTheSame(_ a: Int, _ b: Int) -> Bool {
    let pair = SIMD2(min(a, b), max(a, b))
    if let answer = known[pair] { return answer }
    let answer =
      Self.synonyms.contains { $0.contains(columns[a].name) && $0.contains(columns[b].name) }
      || (correlation(columns[a], columns[b])?.magnitude ?? 0) > Self.highestCorrelation
    known[pair] = answer
    return answer
  }

  /// Pearson's, over the users who have both values; `nil` where one of the two does not vary or is an hour of the day.
  private func correlation(_ a: DescribedFeature, _ b: DescribedFeature) -> Double? {
    guard !a.isCircular, !b.isCircular else { return nil }
    var (count, meanA, meanB, squaresA, squaresB, products) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for (x, y) in zip(a.values, b.values) where !x.isNaN && !y.isNaN {
      count += 1
      let (stepA, stepB) = (x - meanA, y - meanB)
      meanA += stepA / count
      meanB += stepB / count
      squaresA += stepA * (x - meanA)
      squaresB += stepB * (y - meanB)
      products += stepA * (y - meanB)
    }
    guard squaresA > 0, squaresB > 0 else { return nil }
    return products / (squaresA.squareRoot() * squaresB.squareRoot())
  }
}
