/// Options that have been checked, with what is made from them once.
struct ImportPlan: Sendable {
  let options: ImportOptions
  let zone: ZoneOffsets
  let timestampFormat: TimestampFormat?
  let timeOffsetUnit: TimeUnit
  let noUserTexts: Set<[UInt8]>
  let longestNoUserText: Int
  /// The source's name, followed by ``ByteArena/slack`` zeros; empty for none.
  let source: [UInt8]

  init(_ options: ImportOptions) throws(TrackingError) {
    self.options = options
    zone = options.timeZone == "UTC" ? .utc : try ZoneOffsets(identifier: options.timeZone)
    if let format = options.timestampFormat {
      timestampFormat = try TimestampFormat(format)
    } else {
      timestampFormat = nil
    }
    timeOffsetUnit = options.timeOffsetUnit
    noUserTexts = Set(options.noUserTexts.map { Array($0.utf8) })
    longestNoUserText = noUserTexts.map(\.count).max() ?? 0
    let name = Array(options.source.utf8)
    source = name.isEmpty ? [] : name + [UInt8](repeating: 0, count: ByteArena.slack)
  }
}

/// What the records of one file mean.
struct FilePlan: Sendable {
  let file: String
  let layout: RecordLayout
  let fields: Fields

  /// The two kinds of plans.
  enum Fields: Sendable {
    case csv(CSVPlan)
    case json(JSONPlan)
  }

  /// The plan of a file with this layout.
  init(file: String, layout: RecordLayout, options: ImportOptions) throws(TrackingError) {
    self.file = file
    self.layout = layout
    fields =
      layout.format == .csv
      ? .csv(try CSVPlan(file: file, columns: layout.columns, options: options)) : .json(JSONPlan(options: options))
  }
}

extension FilePlan {
  /// The plan of a file without a byte in it.
  init(emptyFile file: String, format: FileFormat, options: ImportOptions) {
    self.file = file
    layout = RecordLayout(format: format)
    fields = .json(JSONPlan(options: options))
  }
}
