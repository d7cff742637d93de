import ArgumentParser
import Habitus

/// How files of events are read.
struct ReadingOptions: ParsableArguments {
  /// The names of formats on the command line.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case auto, csv, jsonl, json
    case snowplowEnriched = "snowplow-enriched"
  }
  /// The names of delimiters on the command line.
  enum Delimiter: String, CaseIterable, ExpressibleByArgument { case auto, comma, semicolon, tab, pipe, blank }
  /// The units of numbers that are added to times.
  enum Unit: String, CaseIterable, ExpressibleByArgument { case s, ms, us, ns }

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Where a field comes from (repeatable): user=CustomerID for a column or a path of keys, type==purchase for a \
      constant, id={InvoiceNo}/{StockCode} for a template. Fields: id, user, time, time_offset, type, item, category, \
      value, page, session.
      """,
      valueName: "field=mapping"))
  var map: [String] = []

  @Option(name: .long, help: "The format of the files.")
  var format = Format.auto

  @Option(name: .long, help: "What separates the fields of a text table.")
  var delimiter: Delimiter?

  @Flag(name: .long, help: "The first line holds no names; the columns are called column1, column2 ….")
  var noHeader = false

  @Option(name: .long, help: ArgumentHelp("How times are written, as in %d/%m/%Y %H:%M.", valueName: "strptime"))
  var timeFormat: String?

  @Option(name: .long, help: ArgumentHelp("The zone of times that state no offset.", valueName: "zone"))
  var timeZone: String?

  @Option(name: .long, help: "The unit of the number that the field time_offset adds to the time.")
  var timeOffsetUnit: Unit?

  @Option(name: .long, help: ArgumentHelp("A text that means that a row has no user (repeatable).", valueName: "text"))
  var missingUser: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("Event ids are told apart by it: files that carry the same events share one.", valueName: "name")
  )
  var namespace: String?

  @Option(name: .long, help: ArgumentHelp("The name of the source that every event carries.", valueName: "name"))
  var source: String?

  func validate() throws { _ = try mapping() }

  /// The settings that the flags override.
  var overrides: [ConfigurationOverride] {
    let given: [(String, String?, String)] = [
      ("import.delimiter", delimiter?.rawValue, "--delimiter"), ("import.time_format", timeFormat, "--time-format"),
      ("import.time_zone", timeZone, "--time-zone"), ("import.namespace", namespace, "--namespace"),
      ("import.time_offset_unit", timeOffsetUnit?.rawValue, "--time-offset-unit"),
    ]
    return given.compactMap { key, value, flag in value.map { ConfigurationOverride(key: key, value: $0, flag: flag) } }
  }

  /// The options of an import with this configuration and these flags.
  func options(_ configuration: HabitusConfiguration) throws -> ImportOptions {
    var options = try ImportOptions(configuration)
    options.format = FileFormat(rawValue: format.rawValue)
    options.hasHeader = !noHeader
    options.noUserTexts.formUnion(missingUser)
    if let source { options.source = source }
    options.mapping.merge(try mapping()) { _, flag in flag }
    return options
  }

  private func mapping() throws -> [EventField: FieldMapping] {
    var mapping: [EventField: FieldMapping] = [:]
    for text in map {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw ValidationError("'--map \(text)' is not of the form FIELD=MAPPING, as in --map user=CustomerID.")
      }
      guard let field = EventField(rawValue: String(parts[0])) else {
        let names = EventField.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'--map \(text)': an event has no field '\(parts[0])'; the fields are \(names).")
      }
      do {
        mapping[field] = try FieldMapping(parsing: String(parts[1]))
      } catch {
        throw ValidationError("\(error)")
      }
    }
    return mapping
  }
}
