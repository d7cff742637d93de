import CSimdJSON
import Glibc

/// Reads JSON objects, one a record, and puts their mapped values into a table.
///
/// Of a key that comes twice the last value counts. Members that feed no field become the event's properties, together
/// with those of an object called `properties`; where both have a name, the inner one is kept in an inner `properties`.
final class JSONReader {
  private let plan: JSONPlan
  private let keys: KeyTable
  private let indexer: OpaquePointer
  private let members: JSONMembers
  private let present: [Bool]
  private let types = TermTable()
  private var rulesByType: [[(field: EventField, names: [[UInt8]])]] = []
  private var constants: [(field: EventField, span: FieldSpan)] = []
  private(set) var newlineCount = 0

  private struct Refused {
    var reason: RefusalReason
    var value = FieldSpan.missing
  }

  init(_ plan: JSONPlan) throws(TrackingError) {
    guard let indexer = csimdjson_create() else { throw .outOfMemory }
    self.indexer = indexer
    self.plan = plan
    keys = KeyTable(plan.keys)
    members = JSONMembers(keyCount: plan.keys.count)
    var present = [Bool](repeating: false, count: EventField.allCases.count)
    let fields = plan.direct.map(\.field) + plan.constants.map(\.field) + plan.templates.map(\.field) + plan.ruled
    for field in fields { present[field.index] = true }
    self.present = present
  }

  deinit { csimdjson_destroy(indexer) }

  /// Reads the lines of a chunk, which ends with a newline and is followed by 64 readable bytes. Lines of blanks are
  /// passed over.
  func readLines(_ base: UnsafePointer<UInt8>, length: Int, into table: RecordTable) {
    var records: [Range<Int>] = []
    records.reserveCapacity(length / 128)
    newlineCount = 0
    var start = 0
    while start < length, let hit = memchr(base + start, 0x0A, length - start) {
      let newline = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
      newlineCount &+= 1
      var first = start
      var end = newline
      while first < end, Self.isBlank(base[first]) { first &+= 1 }
      while end > first, Self.isBlank(base[end &- 1]) { end &-= 1 }
      if end > first { records.append(first..<end) }
      start = newline &+ 1
    }
    read(records, base, length: length, into: table)
  }

  /// Reads the elements of an array that lie at `elements`.
  func readElements(_ elements: [Range<Int>], _ base: UnsafePointer<UInt8>, length: Int, into table: RecordTable) {
    newlineCount = 0
    var position = 0
    while position < length, let hit = memchr(base + position, 0x0A, length - position) {
      position = UnsafeRawPointer(hit) - UnsafeRawPointer(base) + 1
      newlineCount += 1
    }
    read(elements, base, length: length, into: table)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0D || byte == 0x09 }

  private func read(_ records: [Range<Int>], _ base: UnsafePointer<UInt8>, length: Int, into table: RecordTable) {
    table.begin(base: base, capacity: records.count, present: present, hasProperties: true)
    constants = plan.constants.map { constant in
      let start = table.arena.count
      table.arena.append(constant.text)
      return (constant.field, table.arenaSpan(from: start))
    }
    if let tokens = JSONTokens(base, 0..<length, indexer: indexer) {
      var token = 0
      for record in records {
        while tokens.position(token) < record.lowerBound { token &+= 1 }
        token = read(record, tokens, from: token, into: table)
      }
      return
    }
    // Some record is broken in a way that hides the others' tokens: each has to be looked at alone.
    for record in records {
      if let tokens = JSONTokens(base, record, indexer: indexer) {
        _ = read(record, tokens, from: 0, into: table)
      } else {
        let bytes = UnsafeBufferPointer(start: base + record.lowerBound, count: record.count)
        let isText = (try? UTF8Span(validating: bytes.span)) != nil
        table.refuse(start: record.lowerBound, end: record.upperBound, isText ? .invalidJSON : .invalidUTF8)
      }
    }
  }

  /// Reads one record, whose first token is `first`, and returns a token that is not behind the next record's first.
  private func read(_ record: Range<Int>, _ tokens: JSONTokens, from first: Int, into table: RecordTable) -> Int {
    var walk = JSONTokens.Members(tokens, object: first, depth: 0)
    var refused: Refused?
    if tokens.byte(first) != UInt8(ascii: "{") {
      var end = 0
      let isWhole = tokens.skipValue(first, depth: 0, end: &end) >= 0 && end == record.upperBound
      refused = Refused(reason: isWhole ? .notAnObject : .invalidJSON)
    } else {
      members.removeAll()
      while walk.next() { members.append(walk.member, key: keys.position(of: key(walk.member, tokens, table))) }
      if walk.isBroken || tokens.position(walk.token &- 1) &+ 1 != record.upperBound {
        refused = Refused(reason: .invalidJSON)
      } else {
        refused = fillFields(tokens, table)
      }
    }
    if let refused {
      table.refuse(start: record.lowerBound, end: record.upperBound, refused.reason, refused.value)
      return first
    }
    applyRules(tokens, table)
    table.properties[table.count] = properties(tokens, table)
    table.addRow(start: record.lowerBound, end: record.upperBound)
    return walk.token
  }

  /// A member's key with its escapes resolved.
  @inline(__always)
  private func key(_ member: JSONTokens.Member, _ tokens: JSONTokens, _ table: RecordTable) -> UnsafeRawBufferPointer {
    let raw = tokens.bytes(member.keyStart, member.keyEnd)
    if !tokens.hasEscapes || !raw.contains(0x5C) { return raw }
    let start = table.arena.count
    JSONText.appendUnescaped(raw, to: table.arena)
    return table.bytes(of: table.arenaSpan(from: start))
  }

  private func fillFields(_ tokens: JSONTokens, _ table: RecordTable) -> Refused? {
    let row = table.count
    for field in plan.ruled { table.column(field)[row] = .missing }
    for (field, span) in constants { table.column(field)[row] = span }
    for candidate in plan.direct {
      let spans = table.column(candidate.field)
      if candidate.isFirst {
        spans[row] = .missing
      } else if !spans[row].isMissing {
        continue
      }
      guard let value = value(at: candidate.path, tokens, takes: true), tokens.byte(value.token) != UInt8(ascii: "n")
      else { continue }
      guard let span = scalar(value, tokens, table) else {
        return Refused(
          reason: .notAScalar, value: FieldSpan(offset: value.start, length: value.end - value.start))
      }
      if holdsNUL(span, tokens, table) { return Refused(reason: .nulByte) }
      spans[row] = span
    }
    return plan.templates.isEmpty ? nil : fillTemplates(tokens, table)
  }

  private func fillTemplates(_ tokens: JSONTokens, _ table: RecordTable) -> Refused? {
    for (field, pieces) in plan.templates {
      let start = table.arena.count
      var isEmpty = true
      for piece in pieces {
        switch piece {
        case .text(let text): table.arena.append(text)
        case .path(let path):
          guard let value = value(at: path, tokens, takes: false), tokens.byte(value.token) != UInt8(ascii: "n") else {
            continue
          }
          let length = table.arena.count
          guard appendScalar(value, tokens, table) else {
            return Refused(
              reason: .notAScalar, value: FieldSpan(offset: value.start, length: value.end - value.start))
          }
          isEmpty = isEmpty && table.arena.count == length
        }
      }
      if isEmpty { table.arena.truncate(to: start) }
      let span = table.arenaSpan(from: start)
      if holdsNUL(span, tokens, table) { return Refused(reason: .nulByte) }
      table.column(field)[table.count] = span
    }
    return nil
  }

  /// The value at a path; its member is no property any more if the path is its whole name.
  @inline(__always)
  private func value(at path: JSONPlan.Path, _ tokens: JSONTokens, takes: Bool) -> JSONTokens.Value? {
    let position = members.position(ofKey: path.key)
    if position >= 0 {
      if takes { members.take(position) }
      return members[position].member.value
    }
    return path.dotted < 0 ? nil : value(atDotted: plan.dotted[path.dotted], tokens)
  }

  private func value(atDotted name: JSONPlan.DottedName, _ tokens: JSONTokens) -> JSONTokens.Value? {
    let position = members.position(ofKey: name.first)
    return position < 0 ? nil : value(at: name.rest[...], in: members[position].member.value, tokens)
  }

  private func value(
    at parts: ArraySlice<[UInt8]>, in object: JSONTokens.Value, _ tokens: JSONTokens
  ) -> JSONTokens.Value? {
    guard let part = parts.first else { return object }
    guard tokens.byte(object.token) == UInt8(ascii: "{") else { return nil }
    var result: JSONTokens.Value?
    var walk = JSONTokens.Members(tokens, object: object.token, depth: 0)
    while walk.next() {
      if tokens.bytes(walk.member.keyStart, walk.member.keyEnd).elementsEqual(part) { result = walk.member.value }
    }
    return result.flatMap { value(at: parts.dropFirst(), in: $0, tokens) }
  }

  /// A text, number or truth value as a span; `nil` for an object or array.
  @inline(__always)
  private func scalar(_ value: JSONTokens.Value, _ tokens: JSONTokens, _ table: RecordTable) -> FieldSpan? {
    switch tokens.base[value.start] {
    case UInt8(ascii: "\""):
      let text = tokens.bytes(value.start &+ 1, value.end &- 1)
      if tokens.hasEscapes, text.contains(0x5C) {
        let start = table.arena.count
        JSONText.appendUnescaped(text, to: table.arena)
        return table.arenaSpan(from: start)
      }
      return FieldSpan(offset: value.start &+ 1, length: text.count)
    case UInt8(ascii: "{"), UInt8(ascii: "["): return nil
    default: return FieldSpan(offset: value.start, length: value.end &- value.start)
    }
  }

  private func appendScalar(_ value: JSONTokens.Value, _ tokens: JSONTokens, _ table: RecordTable) -> Bool {
    switch tokens.base[value.start] {
    case UInt8(ascii: "\""):
      JSONText.appendUnescaped(tokens.bytes(value.start + 1, value.end - 1), to: table.arena)
    case UInt8(ascii: "{"), UInt8(ascii: "["): return false
    default: table.arena.append(tokens.bytes(value.start, value.end))
    }
    return true
  }

  /// Whether a text holds a NUL, which only an escape can bring.
  private func holdsNUL(_ span: FieldSpan, _ tokens: JSONTokens, _ table: RecordTable) -> Bool {
    tokens.hasEscapes && span.isInArena && memchr(table.pointer(of: span), 0, span.length) != nil
  }

  private func applyRules(_ tokens: JSONTokens, _ table: RecordTable) {
    let row = table.count
    var isComplete = true
    for field in plan.ruled where table.column(field)[row].isMissing { isComplete = false }
    if isComplete { return }
    var hasProperties = false
    for position in 0..<members.count where !members[position].isTaken { hasProperties = true }
    let type = table.isPresent[EventField.type.index] ? table.column(.type)[row] : .missing
    if !hasProperties || type.isMissing { return }
    let code = Int(types.code(adding: table.pointer(of: type), length: type.length))
    if code == rulesByType.count {
      let rule = plan.eventMapping.properties(ofType: String(decoding: table.bytes(of: type), as: UTF8.self))
      rulesByType.append(rule.map { ($0.field, [Array($0.name.utf8)] + JSONPlan.parts($0.name)) })
    }
    for (field, names) in rulesByType[code] where table.column(field)[row].isMissing {
      guard let value = property(names, tokens), tokens.base[value.start] != UInt8(ascii: "n"),
        let span = scalar(value, tokens, table), !holdsNUL(span, tokens, table)
      else { continue }
      if field == .value, case .invalid = DecimalParser.parse(table.bytes(of: span)) { continue }
      table.column(field)[row] = span
    }
  }

  /// A property by its whole name (`names[0]`) or by its parts (`names[1...]`), at the top level or in `properties`.
  private func property(_ names: [[UInt8]], _ tokens: JSONTokens) -> JSONTokens.Value? {
    let nested = members.position(ofKey: 0)
    for (name, rest) in [(names[0], [][...]), (names[1], names[2...])] {
      for position in (0..<members.count).reversed() where !members[position].isTaken {
        let member = members[position].member
        guard tokens.bytes(member.keyStart, member.keyEnd).elementsEqual(name) else { continue }
        if let found = value(at: rest, in: member.value, tokens) { return found }
      }
      if nested >= 0, let found = value(at: [name] + rest, in: members[nested].member.value, tokens) { return found }
    }
    return nil
  }

  /// The members that feed no field, as one JSON object in the arena; missing where there are none.
  private func properties(_ tokens: JSONTokens, _ table: RecordTable) -> FieldSpan {
    var outer = 0
    for position in 0..<members.count where !members[position].isTaken { outer &+= 1 }
    if outer == 0 { return .missing }
    let nested = members.position(ofKey: 0)
    let isNestedObject =
      nested >= 0 && !members[nested].isTaken
      && tokens.byte(members[nested].member.value.token) == UInt8(ascii: "{")
    let arena = table.arena
    let start = arena.count
    for position in 0..<members.count where !members[position].isTaken && !(isNestedObject && position == nested) {
      append(members[position].member, arena.count == start ? "{" : ",", tokens, arena)
    }
    if isNestedObject {
      var hidden: [JSONTokens.Member] = []
      var walk = JSONTokens.Members(tokens, object: members[nested].member.value.token, depth: 0)
      while walk.next() {
        if outer > 1, isOuterProperty(walk.member, nested, tokens) {
          hidden.append(walk.member)
        } else {
          append(walk.member, arena.count == start ? "{" : ",", tokens, arena)
        }
      }
      for (position, member) in hidden.enumerated() {
        append(member, position == 0 ? ",\"properties\":{" : ",", tokens, arena)
      }
      if !hidden.isEmpty { arena.append(UInt8(ascii: "}")) }
    }
    if arena.count > start { arena.append(UInt8(ascii: "}")) }
    return table.arenaSpan(from: start)
  }

  /// Whether a property outside the object at position `nested` has the same name.
  private func isOuterProperty(_ member: JSONTokens.Member, _ nested: Int, _ tokens: JSONTokens) -> Bool {
    let key = tokens.bytes(member.keyStart, member.keyEnd)
    for position in 0..<members.count where !members[position].isTaken && position != nested {
      let other = members[position].member
      if tokens.bytes(other.keyStart, other.keyEnd).elementsEqual(key) { return true }
    }
    return false
  }

  private func append(_ member: JSONTokens.Member, _ opening: StaticString, _ tokens: JSONTokens, _ arena: ByteArena) {
    arena.append(UnsafeRawBufferPointer(start: opening.utf8Start, count: opening.utf8CodeUnitCount))
    arena.append(tokens.bytes(member.keyStart - 1, member.keyEnd + 1))
    arena.append(UInt8(ascii: ":"))
    arena.append(tokens.bytes(member.value.start, member.value.end))
  }
}
