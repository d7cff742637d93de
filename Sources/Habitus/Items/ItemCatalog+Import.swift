internal import Foundation
internal import HabitusStore
public import HabitusTracking

/// What an import of items did.
public struct ItemImportReport: Sendable, Equatable, Codable {
  /// A row that is not in the catalogue.
  public struct Row: Sendable, Equatable, Codable {
    /// The file.
    public let file: String
    /// The line of its first byte, from 1.
    public let line: Int
    /// Why it was refused: a stable code.
    public let reason: String
    /// Why it was refused, in words.
    public let message: String
  }

  /// Rows that were read, refused ones included.
  public var read = 0
  /// Items that the catalogue did not have.
  public var added = 0
  /// Items that the catalogue had; they hold now what the files say, and nothing else.
  public var replaced = 0
  /// Rows whose id came again further down in the same files: the last counts.
  public var repeated = 0
  /// Rows that were refused, by reason.
  public var refused: [String: Int] = [:]
  /// The first ``mostRows`` of them.
  public var refusedRows: [Row] = []
  /// Bytes of records, after decompression.
  public var byteCount = 0

  /// All refused rows.
  public var refusedCount: Int { refused.values.reduce(0, +) }

  /// The most refused rows that are told one by one.
  public static let mostRows = 1000
}

extension ItemCatalog {
  /// Imports files of items: CSV with any delimiter, JSON Lines, JSON arrays; plain, gzip or Zstandard. `-` is standard
  /// input.
  ///
  /// Every item of the files replaces the one with its id; others stay. When this returns, everything is durable. A
  /// file that is named twice is read once.
  ///
  /// - Throws: `TrackingError` for files that cannot be read, before anything is written; `StoreError`;
  ///   `CancellationError` when the task is cancelled. What was written before stays, and repeating the import
  ///   completes it.
  /// - Complexity: O(bytes) time; memory O(1 MiB + longest record), and some 16 bytes for each id.
  public func importItems(
    _ files: [String], options: ItemFileOptions = ItemFileOptions()
  ) async throws -> ItemImportReport {
    let cancellation = CancellationFlag()
    return try await withTaskCancellationHandler {
      try await workspace.offloaded { try self.importFiles(files, options, cancellation) }
    } onCancel: {
      cancellation.cancel()
    }
  }

  private func importFiles(
    _ files: [String], _ options: ItemFileOptions, _ cancellation: CancellationFlag
  ) throws -> ItemImportReport {
    let before = try workspace.store.itemCount()
    var report = ItemImportReport()
    var named = Set<String>()
    // Hashes, so that a million ids take some megabytes.
    var seen = Set<UInt64>()
    try ItemFileReader(options).read(files.filter { named.insert($0).inserted }) { chunk in
      if cancellation.isCancelled { throw CancellationError() }
      try workspace.store.saveItems(chunk.items, at: now())
      for item in chunk.items where !seen.insert(IdentifierHash.hash(of: item.id)).inserted { report.repeated += 1 }
      report.read += chunk.items.count + chunk.refused.count
      report.byteCount += chunk.byteCount
      for row in chunk.refused {
        report.refused[row.reason.rawValue, default: 0] += 1
        guard report.refusedRows.count < ItemImportReport.mostRows else { continue }
        report.refusedRows.append(
          .init(file: row.file, line: row.line, reason: row.reason.rawValue, message: row.message))
      }
    }
    report.added = try workspace.store.itemCount() - before
    report.replaced = max(0, seen.count - report.added)
    return report
  }
}
