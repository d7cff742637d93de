internal import Foundation
internal import HabitusModel
internal import HabitusStore
public import HabitusTracking

/// Imports files of other systems, line by line: access logs of web servers, and Snowplow's enriched events.
public struct RecordImport: Sendable {
  /// What a file holds.
  public enum Format: Sendable, Equatable {
    /// A web server's access log.
    case accessLog(AccessLogOptions)
    /// Snowplow's enriched events, as tab-separated values or with a header.
    case snowplowEnriched
  }

  /// What an import did.
  public struct Report: Sendable, Equatable {
    /// Events that were read.
    public var read = 0
    /// Events that are now stored.
    public var stored = 0
    /// Events that were stored before.
    public var duplicate = 0
    /// Events whose id was known with another content.
    public var differing = 0
    /// Events of users without consent.
    public var withoutConsent = 0
    /// Events that were marked as a bot's.
    public var bots = 0
    /// Lines that say nothing by design, by reason.
    public var skipped: [String: Int] = [:]
    /// Lines that could not be read, by reason; they are in the quarantine.
    public var refused: [String: Int] = [:]
    /// Bytes that were read.
    public var byteCount = 0
  }

  /// Configuration and store.
  public let workspace: Workspace
  /// What the files hold.
  public let format: Format
  /// Identifiers of events are told apart within it; by default the name of the format.
  public let namespace: String
  /// What refused lines are read again by, whatever the namespace.
  private let sourceName: String

  /// Reads files of `format`.
  public init(_ workspace: Workspace, format: Format, namespace: String? = nil) {
    self.workspace = workspace
    self.format = format
    switch format {
    case .accessLog: sourceName = "access_log"
    case .snowplowEnriched: sourceName = "snowplow"
    }
    self.namespace = namespace ?? sourceName
  }

  /// Imports `files`; when this returns, everything that was read is durable. Repeating an import adds nothing.
  ///
  /// - Throws: `TrackingError`, `StoreError`.
  public func run(_ files: [String]) async throws -> Report {
    try await workspace.offloaded {
      switch format {
      case .accessLog(let options):
        let identity = VisitorIdentity(key: workspace.store.pseudonymKey)
        return try importFiles(files) { try AccessLogParser(identity: identity, options: options) }
      case .snowplowEnriched:
        return try importFiles(files) { SnowplowEnriched(mapping: workspace.configuration.eventMapping) }
      }
    }
  }

  private func importFiles(_ files: [String], makeParser: () throws -> some RecordParser) throws -> Report {
    let session = try workspace.store.beginImport(namespace: namespace, workers: workspace.workers)
    let screening = IntakeScreening(workspace.configuration.intake)
    let consents = try workspace.consentStates()
    let now = Timestamp.now
    var report = Report()
    var links: [IdentityStatement] = []
    for file in files {
      let reader = try RecordFileReader(path: file, parser: try makeParser())
      try session.beginFile()
      while let chunk = try reader.next() {
        if Task.isCancelled { throw CancellationError() }
        let content = screening.screened(chunk.reading)
        let permitted = content.events.filter { consents.permits($0.user, at: now) }
        try session.append(permitted)
        report.read += content.events.count
        report.withoutConsent += content.events.count - permitted.count
        report.bots += permitted.count(where: \.isBot)
        for (reason, count) in chunk.skipped { report.skipped[reason, default: 0] += count }
        for payload in content.refused {
          report.refused[payload.reason, default: 0] += 1
          try session.quarantine(QuarantinedRow(payload, from: source(of: file), at: now))
        }
        links += chunk.links
        if chunk.fileBytesRead > 0, reader.isAtEnd { report.byteCount += chunk.fileBytesRead }
      }
    }
    let summary = try session.finish()
    _ = try workspace.store.recordIdentities(links, policy: IdentityPolicy(workspace.configuration), at: now)
    report.stored = summary.stored
    report.duplicate = summary.duplicate
    report.differing = summary.differing
    return report
  }

  private func source(of file: String) -> IntakeSource {
    let name = file == "-" ? file : URL(fileURLWithPath: file).standardizedFileURL.path
    return IntakeSource(protocolName: sourceName, name: name, namespace: namespace)
  }
}
