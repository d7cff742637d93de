internal import HabitusModel
internal import HabitusStore
public import HabitusTracking
internal import Synchronization

/// Reads files of events into a store.
public struct FileImport: Sendable {
  /// How far an import has come.
  public struct Progress: Sendable {
    /// The file that is being read; `-` is standard input.
    public let file: String
    /// Position of the file in the list, from 0, and the number of files.
    public let fileIndex: Int, fileCount: Int
    /// Bytes of this file read so far (compressed ones, where it is compressed), and of how many, where that is known.
    public let bytesRead: Int, byteCount: Int?
    /// Rows read so far, of all files.
    public let rowsRead: Int
  }

  /// What an import did.
  public struct Report: Sendable, Equatable, Codable {
    /// Rows that were read, refused ones included.
    public var read = 0
    /// Events that are now stored.
    public var stored = 0
    /// Events that were stored before, or stand in the same files twice.
    public var duplicate = 0
    /// Events whose id was known with another content; the first one stays.
    public var differing = 0
    /// Events of users without consent: not stored.
    public var withoutConsent = 0
    /// Rows that were refused, by reason; they are in the quarantine.
    public var refused: [String: Int] = [:]
    /// Bytes of records, after decompression.
    public var byteCount = 0

    /// All refused rows.
    public var refusedCount: Int { refused.values.reduce(0, +) }
  }

  /// Configuration and store.
  public let workspace: Workspace
  /// How files are read.
  public let options: ImportOptions

  /// Reads files as `options` say.
  public init(_ workspace: Workspace, options: ImportOptions) {
    self.workspace = workspace
    self.options = options
  }

  /// Reads files as the configuration says.
  ///
  /// - Throws: `TrackingError` for a mapping that cannot be understood.
  public init(_ workspace: Workspace) throws {
    self.init(workspace, options: try ImportOptions(workspace.configuration))
  }

  /// Imports `files`; when this returns, everything that was read is durable. Repeating an import adds nothing.
  ///
  /// - Parameter progress: called now and then, on the thread that imports.
  /// - Throws: `TrackingError`, `StoreError`; `CancellationError` when the task is cancelled. What was written before
  ///   stays.
  public func run(
    _ files: [String], progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Report {
    let cancellation = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await workspace.offloaded { try self.importFiles(files, cancellation, progress) }
    } onCancel: {
      cancellation.cancel()
    }
  }

  private func importFiles(
    _ files: [String], _ cancellation: CancellationFlag, _ progress: (Progress) -> Void
  ) throws -> Report {
    let reader = try EventFileReader(options)
    let (consents, now) = (try workspace.consentStates(), Timestamp.now)
    let session = try workspace.store.beginImport(
      namespace: options.namespace, workers: workspace.workers, permits: { consents.permits($0, at: now) })
    // A file that is named twice is read once: what is the same row twice in one file would otherwise count as new.
    var seen = Set<String>()
    let files = files.filter { seen.insert($0).inserted }
    var currentFile: String?
    var rowsRead = 0
    let summary = try reader.read(files, workers: workspace.workers) { chunk in
      if cancellation.isCancelled { throw CancellationError() }
      if chunk.file != currentFile {
        currentFile = chunk.file
        try session.beginFile()
      }
      try session.append(chunk.batch, parser: chunk.worker, newTerms: chunk.newTerms)
      for row in chunk.refused { try session.quarantine(QuarantinedRow(row)) }
      rowsRead += chunk.batch.count + chunk.refused.count
      progress(
        Progress(
          file: chunk.file, fileIndex: files.firstIndex(of: chunk.file) ?? 0, fileCount: files.count,
          bytesRead: chunk.fileBytesRead,
          byteCount: chunk.fileByteCount, rowsRead: rowsRead))
    }
    let stored = try session.finish()
    return Report(
      read: summary.eventCount + summary.refusedCount, stored: stored.stored, duplicate: stored.duplicate,
      differing: stored.differing, withoutConsent: stored.withoutConsent,
      refused: Dictionary(uniqueKeysWithValues: summary.refusedCounts.map { ($0.key.rawValue, $0.value) }),
      byteCount: summary.byteCount)
  }
}

/// Says from another thread that an import should end.
final class CancellationFlag: Sendable {
  private let flag = Atomic(false)

  var isCancelled: Bool { flag.load(ordering: .relaxed) }

  func cancel() { flag.store(true, ordering: .relaxed) }
}
