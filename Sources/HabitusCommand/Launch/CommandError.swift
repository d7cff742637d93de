/// What can go wrong around an analysis: files named on the command line, output.
enum CommandError: Error, Equatable {
  case noMatch(pattern: String)
  case isFolder(String)
  case outputFailed(String, reason: String)
  case fileExists(String)
  case unreadable(String, reason: String)
  case noSuchRow(Int64)
  /// No source to pull from is configured.
  case noSources
  case notDocument(String)
  /// No short condition sets this group apart.
  case noRule(Int)
  case problemsFound([String])
}

extension CommandError: CustomStringConvertible {
  /// A sentence for the person at the terminal.
  var description: String {
    switch self {
    case .noMatch(let pattern): "No file matches '\(pattern)'."
    case .isFolder(let path): "'\(path)' is a folder. Name files, or a pattern such as '\(path)/*.csv'."
    case .outputFailed(let path, let reason): "\(path) cannot be written: \(reason)."
    case .fileExists(let path): "'\(path)' exists already. Use --force to replace it."
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)."
    case .noSources:
      "No source is configured. Set tracking_integration.postgres_dsn or tracking_integration.tracking_service_url."
    case .noSuchRow(let id): "The quarantine has no row \(id). `habitus quarantine list` shows those there are."
    case .notDocument(let text): "'\(text)' is not of the form KEY=VALUE."
    case .noRule(let id): "No short condition on features sets group \(id) apart from the others."
    case .problemsFound(let problems): problems.joined(separator: "\n")
    }
  }
}
