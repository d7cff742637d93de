/// Features whose correlation says nothing about users, since both are made of the same thing by definition.
///
/// Every feature of the dictionary is made of some ingredients: the number of events, the lengths of sessions, the shares
/// of types, and so on. Two that have one in common are bound: who has more events has more days, more or longer
/// sessions and more different items; of shares that add up to 1, one falls where another rises. A diversity (a number
/// of different things, an entropy) also grows with the number of events it is taken from. Features that are not in the
/// list, as those that an application adds, are bound to none.
enum BoundFeatures {
  enum Ingredient: Hashable {
    case amount, sessionLength, typeShares, clock, gaps, recency, items, categories, searchResults, viewLength, goals
  }

  /// What each feature is made of.
  static let ingredients: [String: Set<Ingredient>] = [
    "event_count": [.amount, .sessionLength], "session_count": [.amount], "active_days": [.amount],
    "activity_ratio": [.amount],
    "busiest_day_events": [.amount, .sessionLength], "longest_streak_days": [.amount],
    "current_streak_days": [.amount, .recency], "click_count": [.amount, .typeShares, .sessionLength],
    "search_count": [.amount, .typeShares, .sessionLength],
    "goal_count": [.amount, .goals, .typeShares, .sessionLength],
    "events_last_7d": [.amount, .recency, .sessionLength], "events_prev_7d": [.amount, .recency, .sessionLength],
    "engagement_raw": [.amount, .recency, .sessionLength], "engagement_score": [.amount, .recency, .sessionLength],
    "momentum": [.recency, .amount], "recency_days": [.recency, .amount], "span_days": [.amount, .recency],
    "distinct_types": [.amount, .typeShares, .sessionLength],
    "type_entropy_bits": [.amount, .typeShares, .sessionLength],
    "distinct_items": [.amount, .items, .sessionLength], "item_repeat_ratio": [.amount, .items, .sessionLength],
    "items_per_session": [.items, .sessionLength],
    "distinct_categories": [.amount, .categories, .sessionLength],
    "category_entropy_bits": [.amount, .categories, .sessionLength],
    "top_category_share": [.amount, .categories, .sessionLength],
    "hour_entropy": [.amount, .clock], "hour_concentration": [.amount, .clock], "mean_hour": [.clock],
    "weekend_share": [.clock], "night_share": [.clock], "business_share": [.clock],
    "events_per_session": [.sessionLength, .amount], "session_duration_mean_s": [.sessionLength],
    "session_duration_median_s": [.sessionLength], "session_duration_max_s": [.sessionLength, .amount],
    "bounce_rate": [.sessionLength], "gap_median_s": [.sessionLength, .viewLength],
    "view_seconds_mean": [.viewLength, .sessionLength],
    "burstiness": [.gaps, .amount, .sessionLength], "return_gap_mean_h": [.gaps, .amount],
    "return_gap_cv": [.gaps, .amount],
    "share_page_view": [.typeShares], "share_click": [.typeShares], "share_search": [.typeShares],
    "share_filter": [.typeShares], "share_download": [.typeShares], "share_apply": [.typeShares, .goals],
    "share_save": [.typeShares], "share_message": [.typeShares], "search_refine_rate": [.typeShares],
    "conversion_rate": [.goals, .typeShares, .sessionLength], "search_results_mean": [.searchResults],
  ]

  /// Whether the correlation of two features says nothing about users.
  static func areBound(_ first: String, _ second: String) -> Bool {
    guard let own = ingredients[first], let others = ingredients[second] else { return false }
    return !own.isDisjoint(with: others)
  }
}
