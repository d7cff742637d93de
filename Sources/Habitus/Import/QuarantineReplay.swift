internal import Foundation
internal import HabitusModel
internal import HabitusStore
public import HabitusTracking

/// Reads refused rows again, after the cause was mended: another mapping, another format of times.
public struct QuarantineReplay: Sendable {
  /// What a replay did.
  public struct Report: Sendable, Equatable, Codable {
    /// Rows that became events and left the quarantine.
    public var stored = 0
    /// Rows whose event was stored already; they left the quarantine, too.
    public var duplicate = 0
    /// Rows whose user does not agree; they left the quarantine and were not stored.
    public var withoutConsent = 0
    /// Rows that still cannot be read; they stay.
    public var refused: [String: Int] = [:]

    /// A report from its counts.
    public init(stored: Int = 0, duplicate: Int = 0, withoutConsent: Int = 0, refused: [String: Int] = [:]) {
      self.stored = stored
      self.duplicate = duplicate
      self.withoutConsent = withoutConsent
      self.refused = refused
    }
  }

  /// Configuration and store.
  public let workspace: Workspace
  /// How rows are read.
  public let options: ImportOptions

  /// Reads rows as `options` say.
  public init(_ workspace: Workspace, options: ImportOptions) {
    self.workspace = workspace
    self.options = options
  }

  /// Tries the rows numbered `ids`, or all of them.
  ///
  /// - Parameter mended: what to read in place of what a row holds, by number.
  public func run(_ ids: [Int64]? = nil, mended: [Int64: [UInt8]] = [:]) async throws -> Report {
    let selection = ids.map { Set($0) }
    let rows = try await workspace.offloaded { try workspace.store.quarantinedRows() }
      .filter { selection?.contains($0.id) ?? true }
    var ofFiles: [(Int64, RefusedRow)] = []
    var ofTrackers: [(row: QuarantinedRow, context: IntakeContext)] = []
    for var row in rows {
      let text = mended[row.id]
      if let text { row.raw = text }
      if var context = try? JSONDecoder().decode(IntakeContext.self, from: Data(row.context.utf8)) {
        if let text { context.byteCount = text.count }
        ofTrackers.append((row, context))
      } else {
        var refused = try RefusedRow(row)
        if let text { refused.rawByteCount = text.count }
        ofFiles.append((row.id, refused))
      }
    }
    let fileRows = ofFiles
    var (report, done) = try await workspace.offloaded { try replay(fileRows) }
    if !ofTrackers.isEmpty { done += try await replay(ofTrackers, into: &report) }
    let finished = done
    try await workspace.offloaded { try workspace.store.removeFromQuarantine(finished) }
    return report
  }

  /// Reads rows of files again; returns the numbers of those that became events.
  private func replay(_ rows: [(Int64, RefusedRow)]) throws -> (Report, [Int64]) {
    let reader = try EventFileReader(options)
    var report = Report()
    var events: [Event] = []
    var done: [Int64] = []
    for (id, row) in rows {
      switch try reader.reread(row) {
      case .success(let event):
        events.append(event)
        done.append(id)
      case .failure(let refused):
        report.refused[refused.reason.rawValue, default: 0] += 1
      }
    }
    let summary = try workspace.store.append(events, namespace: options.namespace)
    report.stored = summary.stored
    report.duplicate = summary.duplicate + summary.differing
    return (report, done)
  }
}

/// What is needed to read a refused row again.
private struct QuarantineContext: Codable {
  var layout: RecordLayout
  /// Length of the whole record, of which the quarantine may hold only the beginning.
  var byteCount: Int
}

extension QuarantinedRow {
  /// A refused row of a file, which is named by its whole path: so a file is the same however it was named.
  init(_ row: RefusedRow) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let context = try encoder.encode(QuarantineContext(layout: row.layout, byteCount: row.rawByteCount))
    let file = row.file == "-" ? row.file : URL(fileURLWithPath: row.file).standardizedFileURL.path
    self.init(
      file: file, line: row.line, reason: row.reason.rawValue, message: row.message, raw: row.raw,
      context: String(decoding: context, as: UTF8.self))
  }
}

extension RefusedRow {
  /// The refused row as it was before it went to the quarantine.
  fileprivate init(_ row: QuarantinedRow) throws {
    guard let context = try? JSONDecoder().decode(QuarantineContext.self, from: Data(row.context.utf8)),
      let reason = RefusalReason(rawValue: row.reason)
    else { throw StoreError.damaged("row \(row.id) of the quarantine cannot be read") }
    self.init(
      file: row.file, line: row.line, reason: reason, value: "", raw: row.raw, rawByteCount: context.byteCount,
      layout: context.layout)
  }
}
