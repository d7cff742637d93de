import ArgumentParser
import Foundation
import Habitus

/// `habitus import`.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Stores the events of files: CSV, JSON Lines or a JSON array, plain, .gz or .zst.",
    discussion: """
      Columns called event_id, user_id, timestamp, event_type, item_id, category, value, page and session_id need no \
      flags; further columns become properties. Repeating an import stores nothing twice, so an interrupted one is \
      simply repeated. Rows that cannot be read go to the quarantine. '-' is standard input.

      Examples:
        habitus import events.csv
        habitus import 'logs/*.jsonl.gz' --map user=actor.login
        habitus import sales.csv --map user=CustomerID --map type==purchase
        gunzip -c old.gz | habitus import - --format csv
        habitus import --access-log '/var/log/nginx/access.log*'
        habitus import enriched.tsv.gz --format snowplow-enriched
      """)

  @Argument(help: ArgumentHelp("Files, patterns such as 'logs/*.csv', or - for standard input.", valueName: "file"))
  var files: [String]

  @Flag(
    name: .long,
    help: "The files are access logs of web servers; the format is recognised. Visitors are told apart by a keyed hash."
  )
  var accessLog = false

  @Flag(name: .long, help: "Of access logs, keeps requests for static files, too.")
  var staticFiles = false

  @OptionGroup(title: "Reading") var reading: ReadingOptions

  @Flag(
    name: .long, help: "Ends at the first row that cannot be read; nothing that was read but not yet written is kept.")
  var strict = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if accessLog, reading.format != .auto { throw ValidationError("--access-log and --format exclude each other.") }
    if staticFiles, !accessLog { throw ValidationError("--static-files belongs to --access-log.") }
  }

  func run() async throws {
    if accessLog {
      var options = AccessLogOptions()
      options.keepsStaticFiles = staticFiles
      if let zone = reading.timeZone { options.timeZone = zone }
      return try await importRecords(.accessLog(options))
    }
    if reading.format == .snowplowEnriched { return try await importRecords(.snowplowEnriched) }
    let files = try FilePatterns.files(files)
    let workspace = try store.workspace(.write, reading.overrides)
    var options = try reading.options(workspace.configuration)
    options.isStrict = strict
    let importer = FileImport(workspace, options: options)
    let progress = ProgressLine(totalByteCount: Self.byteCount(files))
    let started = ContinuousClock.now
    let task = Task { try await importer.run(files) { progress.show($0) } }
    Interruption.handle {
      task.cancel()
      progress.say("Ending … (Ctrl-C again ends at once)")
    }
    let report: FileImport.Report
    do {
      report = try await task.value
    } catch {
      progress.end()
      if error is CancellationError {
        try? Terminal.errors.print(
          "Interrupted. What was written stays; repeat the command to go on: nothing is stored twice.")
      }
      throw error
    }
    progress.end()
    let answer = ImportAnswer(report, fileCount: files.count, seconds: (ContinuousClock.now - started) / .seconds(1))
    try output.print(answer) { answer.fill(&$0, flags: store.repeatedFlags) }
  }

  private func importRecords(_ format: RecordImport.Format) async throws {
    let files = try FilePatterns.files(files)
    let importer = RecordImport(try store.workspace(.write), format: format, namespace: reading.namespace)
    let started = ContinuousClock.now
    let task = Task { try await importer.run(files) }
    Interruption.handle { task.cancel() }
    let report = try await task.value
    let answer = RecordImportAnswer(
      report, fileCount: files.count, seconds: (ContinuousClock.now - started) / .seconds(1))
    try output.print(answer) { answer.fill(&$0, flags: store.repeatedFlags) }
  }

  /// The size of all files, or `nil` where one is no regular file.
  private static func byteCount(_ files: [String]) -> Int? {
    var sum = 0
    for file in files {
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: file),
        attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int
      else { return nil }
      sum += size
    }
    return sum
  }
}
