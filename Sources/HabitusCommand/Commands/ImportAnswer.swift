import Habitus

/// What an import did.
struct ImportAnswer: Encodable {
  let files: Int
  let read: Int
  let stored: Int
  let duplicates: Int
  let differing: Int
  let withoutConsent: Int
  let refused: [String: Int]
  let bytes: Int
  let seconds: Double

  init(_ report: FileImport.Report, fileCount: Int, seconds: Double) {
    files = fileCount
    read = report.read
    stored = report.stored
    duplicates = report.duplicate
    differing = report.differing
    withoutConsent = report.withoutConsent
    refused = report.refused
    bytes = report.byteCount
    self.seconds = seconds
  }

  /// - Parameter flags: what proposed commands repeat.
  func fill(_ page: inout Page, flags: String) {
    var rates = ""
    if seconds > 0.05 {
      rates =
        ": \(NumberText.count(Int(Double(read) / seconds))) rows/s, "
        + "\(NumberText.decimal(Double(bytes) / seconds / 1e6, digits: 1)) MB/s"
    }
    page.title("Imported \(NumberText.count(files, "file")) in \(NumberText.duration(seconds))\(rates)")
    page.blank()
    var table = TextTable([.init(title: ""), .number(""), .prose("")], indentation: 2)
    table.append(["read", NumberText.count(read), "rows"])
    table.append(["stored", NumberText.count(stored), "events that are new"])
    if duplicates > 0 { table.append(["duplicate", NumberText.count(duplicates), "known already, not stored again"]) }
    if differing > 0 {
      table.append(["differing", NumberText.count(differing), "known id with another content; the first one stays"])
    }
    if withoutConsent > 0 {
      table.append(["no consent", NumberText.count(withoutConsent), "of users who do not agree: not stored"])
    }
    let refusedCount = refused.values.reduce(0, +)
    table.append(["refused", NumberText.count(refusedCount), refusedCount > 0 ? "rows in the quarantine" : ""])
    for (reason, count) in refused.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      table.append(["", NumberText.count(count), RefusalReason(rawValue: reason)?.message ?? reason])
    }
    page.table(table)
    var next: [String] = []
    if refusedCount > 0 { next.append("habitus quarantine list\(flags)") }
    if stored + duplicates + differing > 0 { next.append("habitus analyze\(flags)") }
    if !next.isEmpty { page.next(next) }
  }
}
