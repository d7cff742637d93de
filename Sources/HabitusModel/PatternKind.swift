extension Pattern {
  /// What kind of regularity a pattern is.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    // MARK: Order

    /// Steps in this order, others may stand between.
    case sequence
    /// Steps in this order, one right after the other.
    case path

    // MARK: Time

    /// An hour of the day with more activity than the reference.
    case hourOfDay = "hour_of_day"
    /// A day of the week with more activity than the reference.
    case weekday
    /// An hour of the week with more activity than the reference.
    case hourOfWeek = "hour_of_week"
    /// Visits that come back at the same phase of a period; figures: `period_days`, `concentration`,
    /// `resultant_length`, and for the day `mean_hour` and `margin_hours`.
    case routine
    /// Visits after even gaps, or in bursts; figures: `gap_median_days`, `coefficient_of_variation`.
    case returns
    /// The next visit to be expected; ``Pattern/period`` is the interval; figures: `expected_days`, `probability`.
    case nextVisit = "next_visit"
    /// The same action after a stable interval; figures: `interval_days`, `coefficient_of_variation`.
    case recurrentAction = "recurrent_action"

    // MARK: Association

    /// Things that are done in the same sessions, or by the same users; figures: `phi`, `log_likelihood_ratio`.
    case together
    /// A thing that is followed by another within a given time; figures: `lag_hours`, `ratio`.
    case followUp = "follow_up"
    /// Features that rise and fall together over users; figures: `rank_correlation`.
    case correlation

    // MARK: Friction

    /// The same thing clicked again and again in quick succession.
    case rageClicks = "rage_clicks"
    /// From a place to another and straight back, again and again.
    case backAndForth = "back_and_forth"
    /// The same steps gone round several times.
    case loop

    // MARK: Change

    /// A lasting change of activity; figures: `level_before`, `level_after`.
    case levelChange = "level_change"
    /// A stretch of unusually much activity; figures: `rate_ratio`.
    case burst
    /// A day that does not fit its weekday and the trend; figures: `count`, `expected`.
    case unusualDay = "unusual_day"
    /// A user who stays away longer than is usual; figures: `elapsed_days`, `usual_gap_days`, `probability`.
    case slippingAway = "slipping_away"
  }
}
