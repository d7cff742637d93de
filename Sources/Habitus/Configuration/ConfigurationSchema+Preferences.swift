/// The keys of preferences.
extension ConfigurationSchema {
  static let preferences = Section(
    name: "preference_calculator", meaning: "How preferences are calculated (PreferenceCalculator).",
    keys: [
      .choices(
        "preference_calculator.preference_categories", \.preferences.categories,
        "The kinds of preferences to calculate."),
      .integer(
        "preference_calculator.time_window_days", \.preferences.windowDays, days,
        "The length of the window that is analysed, in days."),
      .duration(
        "preference_calculator.half_life_days.content", \.preferences.halfLives.content, .days, dayCount,
        "The days after which an event counts half for preferences of content."),
      .duration(
        "preference_calculator.half_life_days.interaction", \.preferences.halfLives.interaction, .days, dayCount,
        "The days after which an event counts half for preferences of ways of acting."),
      .duration(
        "preference_calculator.half_life_days.time", \.preferences.halfLives.time, .days, dayCount,
        "The days after which an event counts half for preferences of times of day and days of the week."),
      .duration(
        "preference_calculator.half_life_days.feature", \.preferences.halfLives.feature, .days, dayCount,
        "The days after which an event counts half for preferences of parts of the product."),
      .numbers(
        "preference_calculator.event_weights", \.preferences.eventWeights, .any,
        "Points by event type; negative ones speak against."),
      .number(
        "preference_calculator.other_event_weight", \.preferences.otherEventWeight, .any,
        "Points of any other event type."),
      .list(
        "preference_calculator.properties", \.preferences.properties, .filled,
        "The properties, of events or of their items, whose values may be preferred."),
      .duration(
        "preference_calculator.usual_view_seconds", \.preferences.usualViewTime, .seconds,
        ConfigurationNumberRange(lower: 0.01, upper: 86_400),
        "The seconds of looking at a page that count as one view, where the view tells them as its value."),
      .text(
        "preference_calculator.reasons_property", \.preferences.reasonsProperty, .filled,
        "The property that says why something was turned away from."),
      .list(
        "preference_calculator.ratings.types", \.preferences.ratings.types, .filled,
        "The event types that are ratings."),
      .text(
        "preference_calculator.ratings.property", \.preferences.ratings.property, .filled,
        "The property that holds the rating; where there is none it is the event's value."),
      .text(
        "preference_calculator.ratings.aspects_property", \.preferences.ratings.aspectsProperty, .filled,
        "The property that holds the ratings of single aspects, by name."),
      .number(
        "preference_calculator.ratings.lowest", \.preferences.ratings.lowest, .any, "The lowest rating there is."),
      .number(
        "preference_calculator.ratings.highest", \.preferences.ratings.highest, .any, "The highest rating there is."),
      .number(
        "preference_calculator.ratings.weight", \.preferences.ratings.weight,
        ConfigurationNumberRange(lower: 0, upper: 1_000_000),
        "Points of the best rating of a reviewer; the worst has as many against."),
    ])
}
