import HabitusModel

/// Turns the records of chunks into columns of events, field by field, with dictionaries that last for a whole import.
final class BatchBuilder {
  private let users = TermTable()
  private let types = TermTable()
  private let items = TermTable()
  private let categories = TermTable()
  private let sessions = TermTable()
  private let pages = TermTable()
  private let sources = TermTable()
  private let plan: ImportPlan
  private var timestamps: TimestampParser
  private let sourceCode: UInt32
  private var marks: [Bool] = []

  init(_ plan: ImportPlan) {
    self.plan = plan
    timestamps = TimestampParser(zone: plan.zone, format: plan.timestampFormat)
    guard !plan.source.isEmpty else {
      sourceCode = TermDictionary.missing
      return
    }
    let sources = sources
    sourceCode = plan.source.withUnsafeBufferPointer { padded in
      guard let base = padded.baseAddress else { return TermDictionary.missing }
      return sources.code(adding: base, length: padded.count - ByteArena.slack)
    }
  }

  /// The terms that became known since the last call.
  func takeNewTerms() -> EventTerms {
    EventTerms(
      users: users.takeNewTerms(), types: types.takeNewTerms(), items: items.takeNewTerms(),
      categories: categories.takeNewTerms(), sessions: sessions.takeNewTerms(), pages: pages.takeNewTerms(),
      sources: sources.takeNewTerms())
  }

  /// Fills `batch`, which is emptied first, with the table's rows; rows that are no events are moved to the refusals.
  func build(_ table: RecordTable, into batch: inout EventBatch) {
    let rows = table.count
    marks.removeAll(keepingCapacity: true)
    marks.append(contentsOf: repeatElement(false, count: rows))
    let refusalCount = table.refusals.count
    refuseMissing(.user, .noUser, table)
    readTimes(table, into: &batch.times)
    refuseMissing(.type, .noType, table)
    readValues(table, into: &batch.values)
    readBots(table, into: &batch.bots)
    if table.refusals.count > refusalCount {
      removeMarked(&batch.times)
      removeMarked(&batch.values)
      if !batch.bots.isEmpty { removeMarked(&batch.bots) }
      table.removeRows(marked: marks)
    }
    code(.user, table, users, into: &batch.users)
    code(.type, table, types, into: &batch.types)
    code(.item, table, items, into: &batch.items)
    code(.category, table, categories, into: &batch.categories)
    code(.session, table, sessions, into: &batch.sessions)
    code(.page, table, pages, into: &batch.pages)
    Self.fill(&batch.sources, with: sourceCode, count: table.count)
    copy(table.isPresent[EventField.id.index] ? table.column(.id) : nil, table, into: &batch.ids)
    copy(table.hasProperties ? table.properties : nil, table, into: &batch.properties)
  }

  private func mark(_ row: Int, _ reason: RefusalReason, _ span: FieldSpan, _ table: RecordTable) {
    if marks[row] { return }
    marks[row] = true
    table.refuse(row: row, reason, span)
  }

  private func refuseMissing(_ field: EventField, _ reason: RefusalReason, _ table: RecordTable) {
    guard table.isPresent[field.index] else {
      for row in 0..<table.count { mark(row, reason, .missing, table) }
      return
    }
    let spans = table.column(field)
    let checksTexts = field == .user && !plan.noUserTexts.isEmpty
    for row in 0..<table.count {
      if spans[row].isMissing {
        mark(row, reason, .missing, table)
      } else if checksTexts, spans[row].length <= plan.longestNoUserText,
        plan.noUserTexts.contains(Array(table.bytes(of: spans[row])))
      {
        mark(row, reason, spans[row], table)
      }
    }
  }

  private func readTimes(_ table: RecordTable, into times: inout [Int64]) {
    Self.fill(&times, with: 0, count: table.count)
    guard table.isPresent[EventField.time.index] else {
      for row in 0..<table.count { mark(row, .noTime, .missing, table) }
      return
    }
    let spans = table.column(.time)
    let offsets = table.isPresent[EventField.timeOffset.index] ? table.column(.timeOffset) : nil
    times.withUnsafeMutableBufferPointer { times in
      for row in 0..<times.count {
        let span = spans[row]
        if span.isMissing {
          mark(row, .noTime, span, table)
          continue
        }
        switch timestamps.parse(table.bytes(of: span)) {
        case .milliseconds(let moment): times[row] = moment
        case .invalid: mark(row, .invalidTime, span, table)
        case .outOfRange: mark(row, .timeOutOfRange, span, table)
        }
        if let offsets { add(offsets[row], to: &times[row], row, table) }
      }
    }
  }

  private func add(_ span: FieldSpan, to time: inout Int64, _ row: Int, _ table: RecordTable) {
    if span.isMissing { return }
    var cursor = TextCursor(table.bytes(of: span))
    cursor.skipBlanks()
    let number = DecimalDigits(&cursor)
    cursor.skipBlanks()
    guard let number, cursor.isAtEnd else { return mark(row, .invalidTimeOffset, span, table) }
    guard let shift = number.floor(shiftedBy: plan.timeOffsetUnit.exponent),
      case .milliseconds(let moment) = TimestampParser.checked(time.addingReportingOverflow(shift).partialValue)
    else { return mark(row, .timeOutOfRange, span, table) }
    time = moment
  }

  private func readValues(_ table: RecordTable, into values: inout [Double]) {
    Self.fill(&values, with: .nan, count: table.count)
    guard table.isPresent[EventField.value.index] else { return }
    let spans = table.column(.value)
    values.withUnsafeMutableBufferPointer { values in
      for row in 0..<values.count where !spans[row].isMissing {
        switch DecimalParser.parse(table.bytes(of: spans[row])) {
        case .number(let number): values[row] = number
        case .missing: break
        case .invalid: mark(row, .invalidValue, spans[row], table)
        }
      }
    }
  }

  /// Leaves `bots` empty where no row is a bot's.
  private func readBots(_ table: RecordTable, into bots: inout [Bool]) {
    bots.removeAll(keepingCapacity: true)
    guard table.isPresent[EventField.bot.index] else { return }
    let spans = table.column(.bot)
    for row in 0..<table.count where !spans[row].isMissing {
      guard let isBot = TruthParser.parse(table.bytes(of: spans[row])) else {
        mark(row, .invalidBot, spans[row], table)
        continue
      }
      guard isBot else { continue }
      if bots.isEmpty { Self.fill(&bots, with: false, count: table.count) }
      bots[row] = true
    }
  }

  private func code(_ field: EventField, _ table: RecordTable, _ terms: TermTable, into codes: inout [UInt32]) {
    Self.fill(&codes, with: TermDictionary.missing, count: table.count)
    guard table.isPresent[field.index] else { return }
    let spans = table.column(field)
    codes.withUnsafeMutableBufferPointer { codes in
      for row in 0..<codes.count where !spans[row].isMissing {
        codes[row] = terms.code(adding: table.pointer(of: spans[row]), length: spans[row].length)
      }
    }
  }

  private func copy(_ spans: UnsafeMutablePointer<FieldSpan>?, _ table: RecordTable, into column: inout ByteColumn) {
    Self.fill(&column.ends, with: 0, count: table.count)
    guard let spans else {
      column.bytes.removeAll(keepingCapacity: true)
      return
    }
    var total = 0
    column.ends.withUnsafeMutableBufferPointer { ends in
      for row in 0..<ends.count {
        total &+= spans[row].length
        ends[row] = total
      }
    }
    // Sixteen bytes are copied at a time where they suffice, so sixteen more are there meanwhile.
    Self.fill(&column.bytes, with: 0, count: total + 16)
    column.bytes.withUnsafeMutableBytes { bytes in
      guard var target = bytes.baseAddress else { return }
      for row in 0..<table.count {
        let length = spans[row].length
        let source = UnsafeRawPointer(table.pointer(of: spans[row]))
        if length <= 16 {
          target.storeBytes(of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        } else {
          target.copyMemory(from: source, byteCount: length)
        }
        target += length
      }
    }
    column.bytes.removeLast(16)
  }

  private func removeMarked<Element>(_ column: inout [Element]) {
    var kept = 0
    for row in column.indices where !marks[row] {
      column[kept] = column[row]
      kept += 1
    }
    column.removeLast(column.count - kept)
  }

  /// Makes `column` hold `count` times `element` in the memory that it has.
  private static func fill<Element>(_ column: inout [Element], with element: Element, count: Int) {
    column.removeAll(keepingCapacity: true)
    column.append(contentsOf: repeatElement(element, count: count))
  }
}
