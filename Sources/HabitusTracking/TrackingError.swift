/// Why a source could not be read at all. What is wrong with single rows is a ``RefusedRow``, not an error.
public enum TrackingError: Error, Equatable, Sendable {
  /// A file cannot be opened or read; `reason` is the system's.
  case unreadable(file: String, reason: String)
  /// Compressed data is damaged or cut short.
  case corruptCompression(file: String, reason: String)
  /// A mapping names a column that the file does not have.
  case unknownColumn(String, field: EventField, file: String, columns: [String])
  /// A list is named by a column that the file does not have.
  case unknownListColumn(String, file: String, columns: [String])
  /// The file has no column for a field that every event needs, and the mapping names none.
  case unmappedField(EventField, file: String, columns: [String])
  /// Two columns of a file carry the same name.
  case repeatedColumn(String, file: String)
  /// A mapping cannot be read.
  case invalidMapping(String, reason: String)
  /// A format of times cannot be read.
  case invalidTimestampFormat(String, reason: String)
  /// A time zone is not known on this machine.
  case unknownTimeZone(String)
  /// A JSON array is not closed, or has something other than elements and commas at its top level.
  case malformedArray(file: String, line: Int, reason: String)
  /// There is no memory for the tokens of a JSON text.
  case outOfMemory
  /// A row was refused while reading strictly.
  case refused(RefusedRow)
}

extension TrackingError: CustomStringConvertible {
  /// What was wrong, where, and what to do.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .corruptCompression(let file, let reason):
      "\(file): the compressed data is damaged: \(reason)"
    case .unknownColumn(let column, let field, let file, let columns):
      "\(file): no column '\(column)' for \(field.rawValue); the file's columns are: \(columns.joined(separator: ", "))"
    case .unknownListColumn(let column, let file, let columns):
      "\(file): no column '\(column)' to read as a list; the file's columns are: \(columns.joined(separator: ", "))"
    case .unmappedField(.item, let file, let columns):
      "\(file): no column for the items' ids: it is called item_id, item or id, or named by --id; the file's columns are: "
        + columns.joined(separator: ", ")
    case .unmappedField(let field, let file, let columns):
      "\(file): no column for \(field.rawValue): name one in the mapping; the file's columns are: "
        + columns.joined(separator: ", ")
    case .repeatedColumn(let column, let file):
      "\(file): two columns are called '\(column)'"
    case .invalidMapping(let text, let reason):
      "mapping '\(text)': \(reason)"
    case .invalidTimestampFormat(let format, let reason):
      "timestamp format '\(format)': \(reason)"
    case .unknownTimeZone(let name):
      "time zone '\(name)' is not known: use an IANA name such as Europe/Paris"
    case .malformedArray(let file, let line, let reason):
      "\(file), line \(line): not a JSON array of objects: \(reason)"
    case .outOfMemory:
      "no memory is left for reading JSON"
    case .refused(let row):
      "\(row.file), line \(row.line): \(row.message)"
    }
  }
}
