extension ConfigurationSchema {
  /// The keys of Habitus.
  public static let habitus = ConfigurationSchema(sections: [
    storage, importing, tracking, consent, identity, features, profiles, clustering, patterns, preferences, predictions,
    navigation, visualization, api, intake, log,
  ])

  /// The longest window, in days: a hundred years.
  static let days = 1...36_500
  static let dayCount = ConfigurationNumberRange(lower: 0.01, upper: 36_500)
  private static let hourCount = ConfigurationNumberRange(lower: 0.01, upper: 876_000)
  private static let minuteCount = ConfigurationNumberRange(lower: 0.01, upper: 525_600)

  private static let storage = Section(
    name: "storage", meaning: "Where the data lives.",
    keys: [
      .text(
        "storage.path", \.storage.path, .filled,
        "The data folder; a relative path starts at the working directory.")
    ])

  private static let importing = Section(
    name: "import", meaning: "How files of events are read.",
    keys: [
      .text(
        "import.namespace", \.importing.namespace, .filled,
        "The namespace of event identifiers: files that carry the same events share one."),
      .choice("import.delimiter", \.importing.delimiter, "What separates the fields of a text table."),
      .optionalText(
        "import.time_format", \.importing.timeFormat, .filled,
        "A strptime format such as %d/%m/%Y %H:%M; without one, ISO 8601 and epoch numbers are recognised."),
      .text("import.time_zone", \.importing.timeZone, .timeZone, "The zone of times that state no offset."),
      .columns(
        "import.columns", \.importing.columns,
        "Where each field comes from: NAME for a column, =TEXT for a constant, braces for a template such as "
          + "{InvoiceNo}/{StockCode}. Fields left out come from event_id, user_id, timestamp, event_type, item_id, "
          + "category, value, page, session_id, is_bot. The field time_offset is a number to add to the time, the field "
          + "bot says whether a program did it."),
      .choice(
        "import.time_offset_unit", \.importing.timeOffsetUnit,
        "The unit of the number that the field time_offset adds to the time."),
      .list(
        "import.missing_user", \.importing.missingUser, .any,
        "Texts that mean that a row has no user, besides the empty text."),
    ])

  private static let tracking = Section(
    name: "tracking_integration", meaning: "How tracked events are understood.",
    keys: [
      .eventProperties(
        "tracking_integration.event_mapping", \.eventRules,
        "By event type, the properties that become item, category, value and page where the event has none itself. "
          + "Those of \"*\" hold for every type, after its own.")
    ] + pulls)

  private static let features = Section(
    name: "feature_extraction", meaning: "What is measured about each user (FeatureExtractor).",
    keys: [
      .integer(
        "feature_extraction.time_window_days", \.features.windowDays, days,
        "The length of the window that is analysed, in days."),
      .integer(
        "feature_extraction.min_events_count", \.features.minimumEventCount, 0...Int.max,
        "Users with fewer events in the window stay out of whatever compares users."),
      .boolean(
        "feature_extraction.include_bots", \.features.includesBots,
        "Whether events that are marked as a bot's are looked at, by every analysis."),
      .choices("feature_extraction.feature_groups", \.features.groups, "The groups of features to extract."),
      .duration(
        "feature_extraction.session_gap_minutes", \.features.sessionGap, .minutes, minuteCount,
        "A silence of more minutes than this ends a session."),
      .optionalDuration(
        "feature_extraction.session_cap_minutes", \.features.sessionCap, .minutes, minuteCount,
        "The longest session, in minutes; without one, sessions are as long as they are."),
      .choice(
        "feature_extraction.sessions.from", \.features.sessionBoundary,
        "What cuts sessions: the gap, or the session identifiers that the source gave."),
      .text(
        "feature_extraction.time_zone", \.features.timeZone, .timeZone, "The zone that days and hours are in."),
      .text("feature_extraction.roles.view", \.features.roles.view, .filled, "The event type of a page view."),
      .text("feature_extraction.roles.click", \.features.roles.click, .filled, "The event type of a click."),
      .text("feature_extraction.roles.search", \.features.roles.search, .filled, "The event type of a search."),
      .text(
        "feature_extraction.roles.filter", \.features.roles.filter, .filled,
        "The event type of the refinement of a search."),
      .text("feature_extraction.roles.download", \.features.roles.download, .filled, "The event type of a download."),
      .list(
        "feature_extraction.roles.goal", \.features.roles.goal, .filled,
        "The event types that count as reaching a goal."),
      .numbers(
        "feature_extraction.event_weights", \.features.eventWeights, .any, "Engagement points by event type."),
      .number(
        "feature_extraction.other_event_weight", \.features.otherEventWeight, .any,
        "Engagement points of any other event type."),
      .duration(
        "feature_extraction.engagement_half_life_days", \.features.engagementHalfLife, .days, dayCount,
        "The time after which an event counts half for engagement, in days."),
      .lists(
        "feature_extraction.property_statistics", \.features.propertyStatistics,
        "By event type, the properties whose distribution is kept, as in click: [element_type]."),
    ])

  private static let profiles = Section(
    name: "profile_manager", meaning: "How profiles are kept (ProfileManager).",
    keys: [
      .duration(
        "profile_manager.update_frequency_hours", \.profiles.updateFrequency, .hours, hourCount,
        "A profile that is more hours old than this is due for an update; a service analyses everybody so often."),
      .choice(
        "profile_manager.refresh", \.profiles.refresh,
        "When a service computes the features of users anew of whom events have come: live, within a second, or "
          + "scheduled, together with the analysis."),
      .duration(
        "profile_manager.refresh_interval_seconds", \.profiles.refreshInterval, .seconds,
        ConfigurationNumberRange(lower: 0.05, upper: 3600), "The pause between two live refreshes, in seconds."),
      .boolean(
        "profile_manager.auto_create_profiles", \.profiles.createsProfiles,
        "Whether updating the profile of a user who has none creates it."),
      .optionalDuration(
        "profile_manager.profile_ttl_days", \.profiles.timeToLive, .days, dayCount,
        "The days after its last update at which a profile expires; none for never."),
      .list(
        "profile_manager.secure_fields", \.profiles.secureFields, .filled,
        "The fields of base information that are kept apart and left out unless asked for."),
      .boolean(
        "profile_manager.keep_history", \.profiles.keepsHistory, "Whether earlier feature values are kept."),
    ])

  private static let predictions = Section(
    name: "predictions", meaning: "What is predicted of users (PreferenceCalculator).",
    keys: [
      .integer(
        "predictions.horizon_days", \.predictions.horizonDays, 1...3650,
        "Within how many days leaving, and reaching a goal, are predicted."),
      .list(
        "predictions.value_types", \.predictions.valueTypes, .filled,
        "The event types whose values are amounts that users spend, such as purchase; what users will spend is then "
          + "predicted."),
    ])
}

extension ConfigurationKey {
  fileprivate static func columns(
    _ path: String, _ property: any Property<[EventField: String]>, _ meaning: String
  ) -> Self {
    return Self(
      path, property, type: .texts(names: EventField.allCases.map(\.rawValue)), meaning: meaning,
      encode: { .texts(Dictionary(uniqueKeysWithValues: $0.map { ($0.key.rawValue, $0.value) })) }
    ) {
      guard case .texts(let map) = $0 else { return nil }
      var columns: [EventField: String] = [:]
      for (name, text) in map {
        if let field = EventField(rawValue: name) { columns[field] = text }
      }
      return columns
    }
  }

  fileprivate static func eventProperties(
    _ path: String, _ property: any Property<[String: EventMapping.Rule]>, _ meaning: String
  ) -> Self {
    return Self(
      path, property, type: .fields(["item", "category", "value", "page"]), meaning: meaning,
      encode: { map in
        .fields(
          map.mapValues { fields in
            let all = ["item": fields.item, "category": fields.category, "value": fields.value, "page": fields.page]
            return all.compactMapValues(\.self)
          })
      }
    ) {
      guard case .fields(let map) = $0 else { return nil }
      return map.filter { !$0.value.isEmpty }.mapValues { fields in
        EventMapping.Rule(
          item: fields["item"], category: fields["category"], value: fields["value"], page: fields["page"])
      }
    }
  }
}
