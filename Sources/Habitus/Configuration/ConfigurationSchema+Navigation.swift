extension ConfigurationSchema {
  static let navigation = Section(
    name: "navigation", meaning: "How users are followed through the product (NavigationAnalyzer).",
    keys: [
      .lists(
        "navigation.funnels", \.navigation.funnels,
        "By name, the steps of a funnel, as in application: [search, click:category=jobs, apply]. A step names event "
          + "types, separated by commas, or * for all, and the item, category or page that the event must have."),
      .lists(
        "navigation.funnel_exclusions", \.navigation.funnelExclusions,
        "By name of the funnel, events, written like steps, that end every attempt."),
      .list(
        "navigation.strict_funnels", \.navigation.strictFunnels, .filled,
        "The names of the funnels that let no other event come between two steps."),
      .list(
        "navigation.any_order_funnels", \.navigation.anyOrderFunnels, .filled,
        "The names of the funnels whose steps may come in any order."),
      .duration(
        "navigation.funnel_window_hours", \.navigation.funnelWindow, .hours, windowHours,
        "The longest time from the first to the last step of a funnel, in hours."),
      .numbers(
        "navigation.funnel_windows_hours", \.navigation.funnelWindowHours, windowHours,
        "That time by name of the funnels that have one of their own, in hours."),
      .text(
        "navigation.retention_start", \.navigation.retentionStart, .filled,
        "The events that let users join a cohort, written like a step."),
      .text(
        "navigation.retention_return", \.navigation.retentionReturn, .filled,
        "The events that count as coming back, written like a step."),
      .choice("navigation.retention_period", \.navigation.retentionPeriod, "The length of a period of retention."),
      .integer(
        "navigation.retention_periods", \.navigation.retentionPeriodCount, RetentionDefinition.periodCounts,
        "How many periods after that of the start are looked at."),
      .choice(
        "navigation.retention_cut", \.navigation.retentionCut,
        "Whether periods are those of the calendar, or begin at the user's own start event (rolling)."),
      .choice(
        "navigation.retention_cohorts", \.navigation.retentionCohorts,
        "Whether the first start event of all counts, or the first in each period."),
      .choice(
        "navigation.retention_counting", \.navigation.retentionCounting,
        "Whether a user returned in a period by an event within it, or by one on or after its beginning."),
    ])

  private static let windowHours = ConfigurationNumberRange(lower: 0.001, upper: 876_000)
}
