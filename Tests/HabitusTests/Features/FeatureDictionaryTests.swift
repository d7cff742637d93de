import HabitusModel
import Testing

@testable import Habitus

@Suite("Feature dictionary")
struct FeatureDictionaryTests {
  static let columns = [
    "event_count", "recency_days", "span_days", "gap_median_s", "burstiness", "weekend_share", "night_share",
    "business_share", "hour_concentration", "mean_hour", "distinct_items", "item_repeat_ratio", "share_page_view",
    "share_click", "share_search", "share_filter", "share_download", "share_apply", "share_save", "share_message",
    "click_count", "search_count", "search_results_mean", "view_seconds_mean", "goal_count", "search_refine_rate",
    "events_last_7d", "events_prev_7d", "engagement_raw", "active_days", "activity_ratio", "busiest_day_events",
    "longest_streak_days", "current_streak_days", "session_count", "events_per_session", "session_duration_mean_s",
    "session_duration_median_s", "session_duration_max_s", "bounce_rate", "items_per_session", "conversion_rate",
    "return_gap_mean_h", "return_gap_cv", "hour_entropy", "distinct_types", "type_entropy_bits",
    "distinct_categories", "category_entropy_bits", "top_category_share", "momentum", "engagement_score",
  ]

  @Test("has the columns of the reference definition, in its order")
  func order() {
    #expect(FeatureDictionary.definitions.map(\.name) == Self.columns)
    #expect(FeatureColumn.allCases.count == Self.columns.count)
  }

  @Test("says of every feature in one sentence what it is")
  func descriptions() {
    for definition in FeatureDictionary.definitions {
      #expect(definition.description.hasSuffix("."), "\(definition.name)")
      #expect(definition.description.count >= 15, "\(definition.name)")
    }
  }

  @Test("uses every group")
  func groups() {
    #expect(Set(FeatureDictionary.definitions.map(\.group)) == Set(FeatureGroup.allCases))
  }
}
