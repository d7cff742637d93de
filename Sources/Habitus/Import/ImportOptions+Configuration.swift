public import HabitusTracking

extension ImportOptions {
  /// The options that the sections `import` and `tracking_integration.event_mapping` ask for.
  ///
  /// - Throws: `TrackingError` for a mapping text that cannot be understood.
  public init(_ configuration: HabitusConfiguration) throws {
    self.init()
    let section = configuration.importing
    namespace = section.namespace
    delimiter = section.delimiter.character?.asciiValue
    timestampFormat = section.timeFormat
    timeZone = section.timeZone
    noUserTexts = Set(section.missingUser)
    if let unit = TimeUnit(rawValue: section.timeOffsetUnit.rawValue) { timeOffsetUnit = unit }
    for (name, text) in section.columns {
      if let field = EventField(rawValue: name.rawValue) { mapping[field] = try FieldMapping(parsing: text) }
    }
    eventMapping = EventMapping()
    for (type, properties) in configuration.eventMapping {
      let rule = EventMapping.Rule(
        item: properties.item, category: properties.category, value: properties.value, page: properties.page)
      if type == HabitusConfiguration.EventProperties.anyType {
        eventMapping.fallback = rule
      } else {
        eventMapping.rules[type] = rule
      }
    }
  }
}
