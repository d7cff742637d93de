import ArgumentParser
import Foundation
import Habitus

/// `habitus quarantine`.
struct QuarantineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "Shows rows that could not be read, and reads them again.",
    discussion: """
      Examples:
        habitus quarantine list
        habitus quarantine show 17
        habitus quarantine replay --time-format '%d/%m/%Y %H:%M'
      """,
    subcommands: [List.self, Show.self, Replay.self], defaultSubcommand: List.self)

  /// A refused row.
  struct RowAnswer: Encodable {
    let id: Int64
    let received: Timestamp?
    let file: String
    let line: Int
    let reason: String
    let message: String
    let raw: String?

    init(_ row: QuarantinedRow, showsRaw: Bool) {
      id = row.id
      received = row.received
      file = row.file
      line = row.line
      reason = row.reason
      message = row.message
      raw = showsRaw ? String(decoding: row.raw, as: UTF8.self) : nil
    }
  }

  /// `habitus quarantine list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists rows that could not be read: file, line and reason.",
      discussion: """
        Example:
          habitus quarantine list --limit 20
        """)

    @Option(
      name: .long, help: ArgumentHelp("The most rows that are listed; 50 for people, all with --json.", valueName: "n"))
    var limit: Int?

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable { let rows: [RowAnswer] }

    func run() throws {
      let quarantine = try store.workspace(.read).store
      let counts = try quarantine.quarantineCounts()
      let rows = try quarantine.quarantinedRows(limit: limit ?? (output.json ? nil : 50))
      try output.print(Answer(rows: rows.map { RowAnswer($0, showsRaw: false) })) { page in
        let total = counts.reduce(0) { $0 + $1.count }
        page.title(total == 0 ? "The quarantine is empty." : "\(NumberText.count(total, "row")) in the quarantine")
        guard total > 0 else { return }
        var reasons = TextTable([.number(""), .prose("")], indentation: 2)
        for (reason, count) in counts {
          reasons.append([NumberText.count(count), RefusalReason(rawValue: reason)?.message ?? reason])
        }
        page.table(reasons)
        page.blank()
        var table = TextTable([.number("row"), .path("file"), .number("line"), .prose("reason")], indentation: 2)
        for row in rows { table.append(["\(row.id)", row.file, "\(row.line)", row.message]) }
        page.table(table)
        if rows.count < total {
          page.note("\(NumberText.count(total - rows.count)) more: --limit \(total)", indentation: 2)
        }
        page.next([
          "habitus quarantine show ROW\(store.repeatedFlags)",
          "habitus quarantine replay\(store.repeatedFlags) --map … (once the cause is mended)",
        ])
      }
    }
  }

  /// `habitus quarantine show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows one row that could not be read, with its text as it came.",
      discussion: """
        Example:
          habitus quarantine show 17
        """)

    @Argument(help: "The number of the row.") var id: Int64
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
      let workspace = try store.workspace(.read)
      guard let row = try workspace.store.quarantinedRow(id) else { throw CommandError.noSuchRow(id) }
      try output.print(RowAnswer(row, showsRaw: true)) { page in
        page.title("Row \(row.id) of the quarantine")
        page.fields([
          ("file", row.file), ("line", NumberText.count(row.line)), ("reason", row.message),
          ("received", row.received.map { workspace.moments.toMinute($0) + " " + workspace.moments.timeZone } ?? ""),
        ])
        page.blank()
        for line in String(decoding: row.raw, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
          page.line(DisplayWidth.printable(String(line)))
        }
      }
    }
  }

  /// `habitus quarantine replay`.
  struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "replay", abstract: "Reads refused rows again; those that become events leave the quarantine.",
      discussion: """
        Give the flags of the import, mended: another mapping, another format of times. Or mend the row itself: \
        --text reads a file, or - for standard input, in place of what the row holds.

        Examples:
          habitus quarantine replay --time-format '%d/%m/%Y %H:%M'
          habitus quarantine replay 17 18 --map user=customer
          habitus quarantine show 17 --json | jq -r .raw | sed s/usr/user_id/ | habitus quarantine replay 17 --text -
        """)

    @Argument(help: "The numbers of the rows; all of them unless given.") var ids: [Int64] = []
    @Option(
      name: .long, help: ArgumentHelp("The mended text of the one row, or - for standard input.", valueName: "file"))
    var text: String?
    @OptionGroup(title: "Reading") var reading: ReadingOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private struct Answer: Encodable {
      let stored: Int
      let duplicates: Int
      let withoutConsent: Int
      let refused: [String: Int]
    }

    func validate() throws {
      if text != nil, ids.count != 1 { throw ValidationError("--text mends one row: name its number.") }
    }

    /// The mended text by number of the row, without the end of its last line.
    private func mended() throws -> [Int64: [UInt8]] {
      guard let text, let id = ids.first else { return [:] }
      let handle = text == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: text)
      guard let data = try handle?.readToEnd() else {
        throw CommandError.unreadable(text, reason: "it is not there or empty")
      }
      return [id: data.last == 0x0A ? Array(data.dropLast()) : Array(data)]
    }

    func run() async throws {
      let workspace = try store.workspace(.write, reading.overrides)
      for id in ids where try workspace.store.quarantinedRow(id) == nil { throw CommandError.noSuchRow(id) }
      let replay = QuarantineReplay(workspace, options: try reading.options(workspace.configuration))
      let report = try await replay.run(ids.isEmpty ? nil : ids, mended: try mended())
      let answer = Answer(
        stored: report.stored, duplicates: report.duplicate,
        withoutConsent: report.withoutConsent, refused: report.refused)
      try output.print(answer) { page in
        let refused = report.refused.values.reduce(0, +)
        page.title("Replayed \(NumberText.count(report.stored + report.duplicate + refused, "row"))")
        var table = TextTable([.init(title: ""), .number(""), .prose("")], indentation: 2)
        table.append(["stored", NumberText.count(report.stored), "events that are new"])
        if report.duplicate > 0 { table.append(["duplicate", NumberText.count(report.duplicate), "known already"]) }
        if report.withoutConsent > 0 {
          table.append(["no consent", NumberText.count(report.withoutConsent), "not stored"])
        }
        table.append(["refused", NumberText.count(refused), refused > 0 ? "still in the quarantine" : ""])
        for (reason, count) in report.refused.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
          table.append(["", NumberText.count(count), RefusalReason(rawValue: reason)?.message ?? reason])
        }
        page.table(table)
      }
    }
  }
}
