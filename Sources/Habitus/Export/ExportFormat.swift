/// How exported rows are written.
public enum ExportFormat: String, Sendable, CaseIterable, Codable {
  /// Comma-separated values after RFC 4180 with a header and LF line ends; an empty cell is "no value".
  case csv
  /// One JSON object a line; a key that is absent is "no value".
  case jsonLines = "jsonl"
}
