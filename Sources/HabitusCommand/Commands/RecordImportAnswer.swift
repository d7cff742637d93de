import Habitus

/// What an import of access logs or of another system's records did.
struct RecordImportAnswer: Encodable {
  let files: Int
  let read: Int
  let stored: Int
  let duplicates: Int
  let differing: Int
  let withoutConsent: Int
  let bots: Int
  let skipped: [String: Int]
  let refused: [String: Int]
  let seconds: Double

  init(_ report: RecordImport.Report, fileCount: Int, seconds: Double) {
    files = fileCount
    read = report.read
    stored = report.stored
    duplicates = report.duplicate
    differing = report.differing
    withoutConsent = report.withoutConsent
    bots = report.bots
    skipped = report.skipped
    refused = report.refused
    self.seconds = seconds
  }

  /// - Parameter flags: what proposed commands repeat.
  func fill(_ page: inout Page, flags: String) {
    page.title("Imported \(NumberText.count(files, "file")) in \(NumberText.duration(seconds))")
    page.blank()
    var table = TextTable([.init(title: ""), .number(""), .prose("")], indentation: 2)
    table.append(["events", NumberText.count(read), "were read"])
    table.append(["stored", NumberText.count(stored), "are new"])
    let further = [
      ("bots", bots, "are marked as programs' and left out of analyses"),
      ("duplicate", duplicates, "known already, not stored again"),
      ("differing", differing, "known id with another content; the first one stays"),
      ("no consent", withoutConsent, "of users who do not agree: not stored"),
    ]
    for (name, count, meaning) in further where count > 0 { table.append([name, NumberText.count(count), meaning]) }
    for (reason, count) in skipped.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      table.append(["skipped", NumberText.count(count), reason.replacing("_", with: " ")])
    }
    let refusedCount = refused.values.reduce(0, +)
    table.append(["refused", NumberText.count(refusedCount), refusedCount > 0 ? "lines in the quarantine" : ""])
    for (reason, count) in refused.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      table.append(["", NumberText.count(count), reason.replacing("_", with: " ")])
    }
    page.table(table)
    var next: [String] = []
    if refusedCount > 0 { next.append("habitus quarantine list\(flags)") }
    if read > 0 { next.append("habitus analyze\(flags)") }
    if !next.isEmpty { page.next(next) }
  }
}
