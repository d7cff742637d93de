internal import Foundation
internal import GRDB

extension Statement {
  /// Executes the statement with `arguments` and then one blob.
  func execute(blob bytes: [UInt8], after arguments: [any DatabaseValueConvertible]) throws {
    try execute(arguments: StatementArguments(arguments + [Data(bytes)]))
  }

  /// Calls `body` with the sealed blob in the first column of the only row; the bytes are valid only inside.
  ///
  /// - Throws: ``StoreError/damaged(_:)`` where there is no such row, or the blob is not as it was written.
  func withSealedBlob<Result>(
    arguments: [any DatabaseValueConvertible], _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let rows = try Row.fetchCursor(self, arguments: StatementArguments(arguments))
    guard let row = try rows.next() else { throw StoreError.damaged("a part of the event log is missing") }
    return try row.withUnsafeData(atIndex: 0) { data in
      try (data ?? Data()).withUnsafeBytes { try body(try SealedBlob.open($0, "a page of event keys")) }
    }
  }
}
