/// How the records of a file are separated.
public enum FileFormat: String, Sendable, Codable, CaseIterable {
  /// Delimited text, RFC 4180.
  case csv
  /// One JSON object a line.
  case jsonLines = "jsonl"
  /// One JSON array of objects.
  case json
}

/// A unit of time in numbers of a source.
public enum TimeUnit: String, Sendable, Codable, CaseIterable {
  /// 1 s.
  case seconds = "s"
  /// 10⁻³ s.
  case milliseconds = "ms"
  /// 10⁻⁶ s.
  case microseconds = "us"
  /// 10⁻⁹ s.
  case nanoseconds = "ns"

  /// The power of ten that turns the unit into milliseconds.
  var exponent: Int {
    switch self {
    case .seconds: 3
    case .milliseconds: 0
    case .microseconds: -3
    case .nanoseconds: -6
    }
  }
}

/// How files are to be read. The defaults suit a CSV file with a header or JSON, with columns called event_id, user_id,
/// timestamp, event_type, item_id, category, value, page, session_id.
public struct ImportOptions: Sendable {
  /// The format of all files; `nil` looks at each file's name, then at its first bytes.
  public var format: FileFormat?
  /// The byte between fields of CSV (ASCII); `nil` looks at the first lines: one of comma, semicolon, tab, bar, blank.
  public var delimiter: UInt8?
  /// Whether the first record of a CSV file holds names; if not, the columns are called `column1`, `column2` ….
  public var hasHeader = true
  /// What feeds each field; fields that are not here are fed by their ``EventField/defaultColumns``.
  public var mapping: [EventField: FieldMapping] = [:]
  /// Which properties feed a field that is absent.
  public var eventMapping = EventMapping.standard
  /// How times are written, in the manner of strptime; `nil` takes ISO 8601 and numbers since 1970.
  public var timestampFormat: String?
  /// The IANA time zone of times without an offset.
  public var timeZone = "UTC"
  /// The unit of ``EventField/timeOffset``.
  public var timeOffsetUnit = TimeUnit.milliseconds
  /// Texts that mean "no user"; the empty text always does.
  public var noUserTexts: Set<String> = []
  /// Whether the first refused row ends the import with an error.
  public var isStrict = false
  /// Events with the same id in one namespace are one event; handed on to the store.
  public var namespace = ""
  /// The name of the source that every event carries; empty for none.
  public var source = ""
  /// About how many bytes are read at a time.
  public var chunkByteCount = 1 << 20
  /// The longest record that is read, in bytes; a longer one is refused.
  public var maximumRecordByteCount = 16 << 20

  /// What the records are about.
  var subject = RecordSubject.events

  /// Makes the default options.
  public init() {}
}
