extension ConfigurationSchema {
  static let patterns = Section(
    name: "pattern_detector", meaning: "How patterns are looked for (PatternDetector).",
    keys: [
      .choices(
        "pattern_detector.sequence_dimensions", \.patterns.sequenceDimensions,
        "The parts of events that sequences are made of."),
      .choice(
        "pattern_detector.sequence_scope", \.patterns.sequenceScope,
        "Whether a session is one sequence, or all of a user's events in the window."),
      .number(
        "pattern_detector.sequence_pattern_min_support", \.patterns.minimumSupport,
        ConfigurationNumberRange(lower: 0, upper: 1, excludesLower: true),
        "The share of users who have a frequent sequence at least."),
      .integer(
        "pattern_detector.sequence_pattern_max_length", \.patterns.maximumLength, 2...100,
        "The largest number of steps in a sequence."),
      .optionalInteger(
        "pattern_detector.sequence_max_gap", \.patterns.maximumGap, 0...Int.max,
        "The most events that may stand between two steps of a sequence; none for any number."),
      .optionalDuration(
        "pattern_detector.sequence_window_minutes", \.patterns.maximumSpan, .minutes, minutes,
        "The longest time from the first to the last step, in minutes; none for any."),
      .choice(
        "pattern_detector.sequence_selection", \.patterns.selection,
        "Whether all frequent sequences are kept, or those that no longer one with the same support contains (closed), "
          + "or that no longer frequent one contains (maximal)."),
      .choice(
        "pattern_detector.sequence_null_model", \.patterns.nullModel,
        "What chance is taken to be: every event drawn by itself (independence), or by what usually follows the event "
          + "before it (markov)."),
      .choices(
        "pattern_detector.time_based_pattern_intervals", \.patterns.intervals,
        "The cycles that activity is compared with."),
      .integer(
        "pattern_detector.recurrent_pattern_min_occurrences", \.patterns.minimumOccurrences, 2...Int.max,
        "How often something happens at least to be recurrent."),
      .number(
        "pattern_detector.correlation_threshold", \.patterns.correlationThreshold,
        ConfigurationNumberRange(lower: 0, upper: 1),
        "How closely things go together at least (phi, or a rank correlation) to be told."),
      .duration(
        "pattern_detector.follow_up_lag_hours", \.patterns.followUpLag, .hours,
        ConfigurationNumberRange(lower: 0.01, upper: 8760), "Within how many hours a thing follows another."),
      .number(
        "pattern_detector.false_discovery_level", \.patterns.falseDiscoveryLevel,
        ConfigurationNumberRange(lower: 0, upper: 1, excludesLower: true, excludesUpper: true),
        "The expected share of false discoveries among the reported patterns."),
      .integer(
        "pattern_detector.pattern_budget", \.patterns.budget.patternCount, 1...10_000_000,
        "The most sequences that a search keeps; the shortest are then found and the answer says what is missing."),
      .integer(
        "pattern_detector.memory_budget_bytes", \.patterns.budget.byteCount, (1 << 20)...Int.max,
        "The most memory that a search for sequences takes, in bytes."),
      .duration(
        "pattern_detector.time_budget_seconds", \.patterns.budget.time, .seconds,
        ConfigurationNumberRange(lower: 0.001, upper: 86_400),
        "The longest time of a search for the sequences of one dimension, in seconds."),
    ])

  private static let minutes = ConfigurationNumberRange(lower: 0.001, upper: 52_560_000)
}
