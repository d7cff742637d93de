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
    timeOffsetUnit = section.timeOffsetUnit
    for (field, text) in section.columns { mapping[field] = try FieldMapping(parsing: text) }
    eventMapping = configuration.eventMapping
  }
}
