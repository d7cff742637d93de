import HabitusModel

/// Reads files of events: CSV, JSON Lines and JSON arrays, plain, gzip or Zstandard.
///
/// ```swift
/// let reader = try EventFileReader()
/// let summary = try reader.read(["events.csv"], workers: 2) { chunk in
///   print(chunk.batch.count, "events,", chunk.refused.count, "rows refused")
/// }
/// ```
public struct EventFileReader: Sendable {
  /// The options it was made with.
  public var options: ImportOptions { plan.options }

  let plan: ImportPlan

  /// Checks the options.
  ///
  /// - Throws: ``TrackingError`` for an unknown time zone or a format of times that cannot be read.
  public init(_ options: ImportOptions = ImportOptions()) throws(TrackingError) { plan = try ImportPlan(options) }

  /// Reads `files` (`-` is standard input) and delivers their events and refused rows in the order of the files.
  ///
  /// Every file is opened and its mapping resolved before anything is delivered, standard input and pipes excepted.
  /// Whatever the number of workers and the size of the chunks, the same events come in the same order; only the codes
  /// differ.
  ///
  /// - Parameters:
  ///   - workers: how many threads parse, at least 1; with 1 everything happens on the caller's.
  ///   - deliver: called on the caller's thread for one chunk after the other. It may throw to end the import. The
  ///     chunk's memory is used again if the chunk is not kept.
  /// - Returns: what was read.
  /// - Throws: ``TrackingError``, `CancellationError` when the surrounding task is cancelled, or what `deliver` throws.
  ///   When strict, ``TrackingError/refused(_:)`` at the first refused row, before its chunk is delivered.
  /// - Complexity: O(bytes) time; memory O(workers · chunk size + distinct terms).
  @discardableResult
  public func read(
    _ files: [String], workers: Int = 1, deliver: (borrowing ImportedChunk) throws -> Void
  ) throws -> ImportSummary {
    for file in files where FileSource.canBeReadTwice(file) { _ = try OpenedFile(path: file, options: options) }
    var summary = ImportSummary()
    var place = FilePlace()
    func receive(_ chunk: inout ImportedChunk, _ position: FilePosition) throws {
      if Task.isCancelled { throw CancellationError() }
      place.advance(to: position)
      for index in chunk.refused.indices { chunk.refused[index].line += place.lineCount }
      place.lineCount += chunk.newlineCount
      if options.isStrict, let first = chunk.refused.first { throw TrackingError.refused(first) }
      try deliver(chunk)
      summary.eventCount += chunk.batch.count
      summary.byteCount += chunk.byteCount
      for row in chunk.refused { summary.refusedCounts[row.reason, default: 0] += 1 }
    }
    if workers <= 1 {
      try readAlone(files, receive)
    } else {
      try ParallelReading(files: files, plan: plan, workers: workers).run(receive)
    }
    return summary
  }

  private func readAlone(
    _ files: [String], _ receive: (inout ImportedChunk, FilePosition) throws -> Void
  ) throws {
    let parser = ChunkParser(plan)
    var source = ChunkSequence(files: files, options: options)
    var chunk = Chunk()
    var result = ImportedChunk()
    while let place = try source.next(&chunk) {
      try parser.parse(chunk, of: place.plan, fileIndex: place.position.fileIndex, into: &result)
      result.fileByteCount = place.byteCount
      try receive(&result, place.position)
    }
  }
}
