import Glibc

/// Splits chunks of CSV into records (RFC 4180) and puts their fields into a table.
///
/// A quote opens a quoted field only at its very beginning; elsewhere in an unquoted field it stands for itself. Inside
/// quotes, delimiters and newlines are content and a doubled quote is one. A carriage return before a newline belongs
/// to the end of the line. Lines with nothing in them are passed over.
final class CSVReader {
  private let plan: CSVPlan
  private let delimiter: UInt8
  private let types = TermTable()
  private var rulesByType: [[(field: EventField, column: Int)]] = []
  private var index = CSVIndex()
  private var fields: [FieldSpan]
  private var constants: [(field: EventField, span: FieldSpan)] = []
  private let hasExtras: Bool
  private let hasRules: Bool
  /// Fields that only a rule feeds.
  private let ruled: [EventField]
  /// Set where a chunk may hold bytes that no text has.
  private var checksText = false
  private(set) var newlineCount = 0

  init(_ plan: CSVPlan, delimiter: UInt8) {
    self.plan = plan
    self.delimiter = delimiter
    fields = Array(repeating: .missing, count: plan.columnCount + 1)
    hasRules = !plan.rules.isEmpty || !plan.fallback.isEmpty
    let fed = Set(plan.direct.map(\.field) + plan.constants.map(\.field) + plan.templates.map(\.field))
    ruled = EventField.allCases.filter { plan.present[$0.index] && !fed.contains($0) }
    hasExtras =
      !plan.templates.isEmpty || !plan.constants.isEmpty || !plan.properties.isEmpty || hasRules
      || plan.direct.count < plan.present.filter { $0 }.count
  }

  /// Reads the records of a chunk, which ends with a newline outside quotes and is followed by 64 readable bytes.
  func read(_ base: UnsafePointer<UInt8>, length: Int, into table: RecordTable) {
    index.index(base, length: length, delimiter: delimiter)
    let holdsNUL = memchr(base, 0, length) != nil
    checksText = holdsNUL || index.hasHighBytes && !Self.isUTF8(base, 0, length)
    // A record takes as many positions as it has columns.
    table.begin(
      base: base, capacity: index.count / max(1, plan.columnCount) + 1, present: plan.present,
      hasProperties: !plan.properties.isEmpty)
    constants = plan.constants.map { constant in
      let start = table.arena.count
      table.arena.append(constant.text)
      return (constant.field, table.arenaSpan(from: start))
    }
    index.positions.withUnsafeBufferPointer { positions in
      fields.withUnsafeMutableBufferPointer { fields in
        guard let positions = positions.baseAddress, let fields = fields.baseAddress else { return }
        if index.hasQuotes {
          readQuoted(base, positions, fields, table)
        } else {
          readPlain(base, positions, fields, table)
        }
      }
    }
  }

  /// Every position is a delimiter or a newline, and every newline ends a record.
  private func readPlain(
    _ base: UnsafePointer<UInt8>, _ positions: UnsafePointer<UInt32>, _ fields: UnsafeMutablePointer<FieldSpan>,
    _ table: RecordTable
  ) {
    var next = 0
    var start = 0
    var lines = 0
    let count = index.count
    let columnCount = plan.columnCount
    defer { newlineCount = lines }
    while next < count {
      var column = 0
      var fieldStart = start
      var end = Int(positions[next])
      while base[end] != 0x0A {
        if column < columnCount { fields[column] = FieldSpan(offset: fieldStart, length: end &- fieldStart) }
        column &+= 1
        fieldStart = end &+ 1
        next &+= 1
        end = Int(positions[next])
      }
      next &+= 1
      lines &+= 1
      let recordEnd = end > start && base[end &- 1] == 0x0D ? end &- 1 : end
      if column < columnCount {
        fields[column] = FieldSpan(offset: fieldStart, length: max(0, recordEnd &- fieldStart))
      }
      if recordEnd > start { finish(base, start, recordEnd, column &+ 1, fields, table) }
      start = end &+ 1
    }
  }

  /// As ``readPlain``, but quotes are among the positions.
  private func readQuoted(
    _ base: UnsafePointer<UInt8>, _ positions: UnsafePointer<UInt32>, _ fields: UnsafeMutablePointer<FieldSpan>,
    _ table: RecordTable
  ) {
    var next = 0
    var start = 0
    var lines = 0
    let count = index.count
    let columnCount = plan.columnCount
    defer { newlineCount = lines }
    while next < count {
      var column = 0
      var fieldStart = start
      var textAfterQuote = false
      var end = start
      while next < count {
        var span: FieldSpan?
        var closed = -1
        if Int(positions[next]) == fieldStart, base[fieldStart] == 0x22 {
          var doubledCount = 0
          next &+= 1
          // The chunk ends outside quotes, so the closing quote is there.
          while next < count {
            let position = Int(positions[next])
            next &+= 1
            if base[position] == 0x0A {
              lines &+= 1
            } else if base[position] == 0x22 {
              if next < count, Int(positions[next]) == position &+ 1, base[position &+ 1] == 0x22 {
                doubledCount &+= 1
                next &+= 1
              } else {
                closed = position
                break
              }
            }
          }
          span = FieldSpan(offset: fieldStart &+ 1, length: max(0, closed &- fieldStart &- 1))
          if doubledCount > 0, let raw = span { span = Self.unescape(raw, table) }
        }
        while next < count, base[Int(positions[next])] == 0x22 { next &+= 1 }
        end = next < count ? Int(positions[next]) : end
        next &+= 1
        let isLast = base[end] == 0x0A
        let fieldEnd = isLast && end > fieldStart && base[end &- 1] == 0x0D ? end &- 1 : end
        if closed >= 0, closed &+ 1 != fieldEnd { textAfterQuote = true }
        if column < columnCount {
          fields[column] = span ?? FieldSpan(offset: fieldStart, length: fieldEnd &- fieldStart)
        }
        column &+= 1
        fieldStart = end &+ 1
        if isLast { break }
      }
      lines &+= 1
      let recordEnd = end > start && base[end &- 1] == 0x0D ? end &- 1 : end
      if textAfterQuote {
        table.refuse(start: start, end: recordEnd, .textAfterQuote)
      } else if recordEnd > start {
        finish(base, start, recordEnd, column, fields, table)
      }
      start = end &+ 1
    }
  }

  @inline(__always)
  private func finish(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ columnCount: Int,
    _ fields: UnsafeMutablePointer<FieldSpan>, _ table: RecordTable
  ) {
    if columnCount != plan.columnCount {
      return table.refuse(start: start, end: end, columnCount < plan.columnCount ? .tooFewFields : .tooManyFields)
    }
    if checksText, let reason = Self.textFault(base, start, end) { return table.refuse(start: start, end: end, reason) }
    let row = table.count
    for (field, column) in plan.direct { table.column(field)[row] = fields[column] }
    if hasExtras { addExtras(fields, row, table) }
    table.addRow(start: start, end: end)
  }

  private func addExtras(_ fields: UnsafeMutablePointer<FieldSpan>, _ row: Int, _ table: RecordTable) {
    let arena = table.arena
    for (field, span) in constants { table.column(field)[row] = span }
    for (field, pieces) in plan.templates {
      let start = arena.count
      var isEmpty = true
      for piece in pieces {
        switch piece {
        case .text(let text): arena.append(text)
        case .column(let column):
          isEmpty = isEmpty && fields[column].isMissing
          append(fields[column], table)
        }
      }
      if isEmpty { arena.truncate(to: start) }
      table.column(field)[row] = table.arenaSpan(from: start)
    }
    if hasRules { applyRules(fields, row, table) }
    if !plan.properties.isEmpty {
      let start = arena.count
      for (column, key) in plan.properties where !fields[column].isMissing {
        if column == plan.object, appendMembers(of: fields[column], start, table) { continue }
        arena.append(arena.count == start ? UInt8(ascii: "{") : UInt8(ascii: ","))
        arena.append(key)
        appendString(fields[column], table)
      }
      if arena.count > start { arena.append(UInt8(ascii: "}")) }
      table.properties[row] = table.arenaSpan(from: start)
    }
  }

  /// Adds the members of a field that is a JSON object to the properties, which begin at `start`; returns whether it
  /// is one.
  private func appendMembers(of span: FieldSpan, _ start: Int, _ table: RecordTable) -> Bool {
    // A copy, for the arena may move while it grows.
    let text = Array(table.bytes(of: span))
    return text.withUnsafeBytes { text in
      guard let members = JSONObjectText.members(of: text) else { return false }
      if !members.isEmpty {
        table.arena.append(table.arena.count == start ? UInt8(ascii: "{") : UInt8(ascii: ","))
        table.arena.append(members)
      }
      return true
    }
  }

  /// Fields that have no column of their own are missing until a rule of the event's type feeds them.
  private func applyRules(_ fields: UnsafeMutablePointer<FieldSpan>, _ row: Int, _ table: RecordTable) {
    for field in ruled { table.column(field)[row] = .missing }
    let type = table.column(.type)[row]
    if type.isMissing { return }
    let code = Int(types.code(adding: table.pointer(of: type), length: type.length))
    if code == rulesByType.count {
      rulesByType.append(plan.rule(forType: String(decoding: table.bytes(of: type), as: UTF8.self)))
    }
    for (field, column) in rulesByType[code] where table.column(field)[row].isMissing {
      if field == .value, case .invalid = DecimalParser.parse(table.bytes(of: fields[column])) { continue }
      table.column(field)[row] = fields[column]
    }
  }

  /// Adds a field to the arena; a field that lies in the arena itself is copied byte by byte, for the arena may move.
  private func append(_ span: FieldSpan, _ table: RecordTable) {
    if !span.isInArena { return table.arena.append(table.bytes(of: span)) }
    for index in 0..<span.length { table.arena.append(table.pointer(of: span)[index]) }
  }

  private func appendString(_ span: FieldSpan, _ table: RecordTable) {
    if !span.isInArena { return JSONText.appendString(table.bytes(of: span), to: table.arena) }
    var text: [UInt8] = []
    JSONText.appendString(table.bytes(of: span), to: &text)
    table.arena.append(text)
  }

  /// The inside of a quoted field with its doubled quotes made single, in the arena.
  private static func unescape(_ span: FieldSpan, _ table: RecordTable) -> FieldSpan {
    let start = table.arena.count
    let bytes = table.bytes(of: span)
    var index = 0
    while index < bytes.count {
      table.arena.append(bytes[index])
      index += bytes[index] == 0x22 ? 2 : 1
    }
    return table.arenaSpan(from: start)
  }

  private static func textFault(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> RefusalReason? {
    if memchr(base + start, 0, end - start) != nil { return .nulByte }
    return isUTF8(base, start, end) ? nil : .invalidUTF8
  }

  private static func isUTF8(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let bytes = UnsafeBufferPointer(start: base + start, count: end - start)
    return (try? UTF8Span(validating: bytes.span)) != nil
  }
}
