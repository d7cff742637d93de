public import HabitusModel

/// The core feature dictionary: what each column of an extraction means.
///
/// Order and names are those of the reference definition in SQL. Days and hours are in the configured time zone;
/// "view", "click", "search", "filter", "download" and "goal" stand for the event types that play those roles
/// (``EventRoles``), whereas `share_apply`, `share_save` and `share_message` are about the types of exactly those
/// names. Every feature describes one user's events inside the window; who has none there has no features at all.
public enum FeatureDictionary {
  /// All definitions, in the order of the columns.
  public static let definitions: [FeatureDefinition] = eventDefinitions + dayAndSessionDefinitions + varietyDefinitions

  private static func define(
    _ name: String, _ group: FeatureGroup, _ unit: FeatureUnit, _ description: String
  ) -> FeatureDefinition {
    FeatureDefinition(name: name, group: group, unit: unit, description: description)
  }

  private static let eventDefinitions = [
    define("event_count", .activity, .count, "Number of events."),
    define("recency_days", .activity, .days, "Time from the last event to the end of the window, in days of 24 hours."),
    define("span_days", .activity, .days, "Time from the first event to the last, in days of 24 hours."),
    define(
      "gap_median_s", .temporal, .seconds,
      "Median time between successive events of one session; no value where every session has a single event."),
    define(
      "burstiness", .temporal, .index,
      "(s - m) / (s + m) of the times between successive events, with mean m and population standard deviation s: -1 "
        + "is a clock, towards 1 is bursts; no value for one event or where all events fall into one millisecond."),
    define("weekend_share", .temporal, .share, "Share of events on Saturday or Sunday."),
    define("night_share", .temporal, .share, "Share of events from 22:00 to before 06:00."),
    define("business_share", .temporal, .share, "Share of events on Monday to Friday from 09:00 to before 18:00."),
    define(
      "hour_concentration", .temporal, .index,
      "Length of the mean vector of the times of day on the 24-hour circle: 1 is one time, 0 no preference."),
    define(
      "mean_hour", .temporal, .hourOfDay,
      "Circular mean of the times of day, in hours; no value where hour_concentration is below 1e-6."),
    define("distinct_items", .content, .count, "Number of different items."),
    define(
      "item_repeat_ratio", .content, .share,
      "1 - distinct items / events with an item; no value where no event has an item."),
    define("share_page_view", .activity, .share, "Share of events that are views."),
    define("share_click", .activity, .share, "Share of events that are clicks."),
    define("share_search", .activity, .share, "Share of events that are searches."),
    define("share_filter", .activity, .share, "Share of events that are filters, the refinements of a search."),
    define("share_download", .activity, .share, "Share of events that are downloads."),
    define("share_apply", .activity, .share, "Share of events of the type apply."),
    define("share_save", .activity, .share, "Share of events of the type save."),
    define("share_message", .activity, .share, "Share of events of the type message."),
    define("click_count", .activity, .count, "Number of clicks."),
    define("search_count", .activity, .count, "Number of searches."),
    define(
      "search_results_mean", .content, .count,
      "Mean value of searches, their number of results; no value where no search has a value."),
    define(
      "view_seconds_mean", .content, .seconds,
      "Mean value of views, their length; no value where no view has a value."),
    define("goal_count", .engagement, .count, "Number of events of all goal types."),
    define(
      "search_refine_rate", .engagement, .share,
      "Share of filters among the events that directly follow a search in its session; no value where none follows."),
    define("events_last_7d", .activity, .count, "Number of events in the 7 calendar days before the window's end."),
    define("events_prev_7d", .activity, .count, "Number of events in the 7 calendar days before those."),
    define(
      "engagement_raw", .engagement, .score,
      "Sum of the events' weights, halved with every half-life that lies between the event and the window's end."),
  ]

  private static let dayAndSessionDefinitions = [
    define("active_days", .activity, .days, "Number of dates with an event."),
    define("activity_ratio", .engagement, .share, "Dates with an event / dates that the window touches."),
    define("busiest_day_events", .activity, .count, "Number of events on the date that has most."),
    define("longest_streak_days", .engagement, .days, "Longest run of successive dates with events."),
    define(
      "current_streak_days", .engagement, .days,
      "Length of the run of successive dates with events that reaches the window's last date; 0 where none does."),
    define("session_count", .activity, .count, "Number of sessions."),
    define("events_per_session", .engagement, .count, "Mean number of events in a session."),
    define("session_duration_mean_s", .engagement, .seconds, "Mean time from a session's first event to its last."),
    define("session_duration_median_s", .engagement, .seconds, "Median time from a session's first event to its last."),
    define("session_duration_max_s", .engagement, .seconds, "Longest time from a session's first event to its last."),
    define("bounce_rate", .engagement, .share, "Share of sessions with a single event."),
    define("items_per_session", .content, .count, "Mean number of different items in a session."),
    define("conversion_rate", .engagement, .share, "Share of sessions with an event of a goal type."),
    define(
      "return_gap_mean_h", .temporal, .hours,
      "Mean time from the end of a session to the start of the next; no value for a single session."),
    define(
      "return_gap_cv", .temporal, .ratio,
      "Population standard deviation / mean of the times between sessions; no value for one session or a mean of 0."),
  ]

  private static let varietyDefinitions = [
    define(
      "hour_entropy", .temporal, .index,
      "Entropy of the events over the 24 hours of the day / log2(24): 0 is a single hour, 1 is all hours alike."),
    define("distinct_types", .activity, .count, "Number of different event types."),
    define("type_entropy_bits", .activity, .bits, "Entropy of the events over the event types."),
    define("distinct_categories", .content, .count, "Number of different categories."),
    define(
      "category_entropy_bits", .content, .bits,
      "Entropy of the events with a category over the categories; no value where no event has one."),
    define(
      "top_category_share", .content, .share,
      "Share of the most frequent category among the events that have one; no value where no event has one."),
    define(
      "momentum", .engagement, .index,
      "log2((events_last_7d + 1) / (events_prev_7d + 1)); no value for windows shorter than 14 days."),
    define("engagement_score", .engagement, .score, "100 (1 - exp(-engagement_raw / 50)): 0 to below 100."),
  ]
}
