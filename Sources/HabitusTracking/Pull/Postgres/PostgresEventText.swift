internal import HabitusModel

/// A row as the tracker sends events: one flat JSON object. Reading that makes an event that is pulled equal the same
/// event that was posted.
struct PostgresEventText {
  /// The object.
  private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

  private typealias Column = PostgresEventPlan.Column

  private static let parts: [(column: Column, name: String, key: [UInt8])] = [
    (.id, "event_id", Array(#""event_id":"#.utf8)), (.user, "user_id", Array(#""user_id":"#.utf8)),
    (.session, "session_id", Array(#""session_id":"#.utf8)), (.type, "event_type", Array(#""event_type":"#.utf8)),
    (.time, "timestamp", Array(#""timestamp":"#.utf8)),
  ]

  /// Writes the columns of a row that are not NULL, then the members of `metadata`. Those that are called like a column
  /// with a value stand in an object `metadata`. Moments outside the years 1 to 9999 are no properties.
  ///
  /// - Parameters:
  ///   - longest: Longer values are left out.
  ///   - isLenient: Whether JSON that cannot be read is kept as a text.
  /// - Throws: For JSON that ``JSONDocument`` does not read: nested too deeply, or not UTF-8.
  init(
    _ row: PostgresRow, _ plan: PostgresEventPlan, longest: Int = .max, isLenient: Bool = false
  ) throws(JSONTextError) {
    bytes.reserveCapacity(512)
    for (column, _, key) in Self.parts {
      guard let value = row.bytes(column.rawValue), value.count <= longest else { continue }
      let start = appendKey(key)
      if column != .time { append(text: value) } else if !append(row.moment(column.rawValue)) { remove(from: start) }
    }
    let metadata = plan.metadata.lazy.compactMap(row.bytes).first { $0.count <= longest }
    var names: Set<String> = metadata == nil ? [] : Set(Self.parts.map(\.name))
    for property in plan.properties {
      for (index, kind) in property.alternatives {
        guard kind != .members, let value = row.bytes(index), value.count <= longest else { continue }
        let start = appendKey(property.column.key)
        guard try append(value, isLenient && kind == .json ? .text : kind, row.moment(index)) else {
          remove(from: start)
          continue
        }
        if metadata != nil { names.insert(property.column.name) }
        break
      }
    }
    if let metadata, isLenient {
      _ = appendKey(Array(#""metadata":"#.utf8))
      append(text: metadata)
    } else if let metadata {
      try append(metadata: JSONDocument(metadata).root, besides: names)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  // MARK: Values

  /// Adds a value; returns whether it is one that JSON can write.
  private mutating func append(
    _ value: UnsafeRawBufferPointer, _ kind: PostgresColumn.Kind, _ moment: @autoclosure () -> PostgresMoment?
  ) throws(JSONTextError) -> Bool {
    switch kind {
    case .text: append(text: value)
    case .scalar:
      // What is neither a number nor true or false is NaN or an infinity.
      guard JSONText.isNumber(value) || value.elementsEqual("true".utf8) || value.elementsEqual("false".utf8) else {
        return false
      }
      bytes.append(contentsOf: value)
    case .moment: return append(moment())
    case .json, .members:
      guard try !JSONDocument(value).root.isNull else { return false }
      bytes.append(contentsOf: value)
    }
    return true
  }

  private mutating func append(metadata: JSONNode, besides names: Set<String>) throws(JSONTextError) {
    var (flat, nested) = (PropertyText(), PropertyText())
    switch metadata.kind {
    case .null: return
    case .object:
      for (key, value) in metadata.members {
        if names.contains(key) { nested.append(key, value) } else { flat.append(key, value) }
      }
      if let nested = nested.text { flat.append("metadata", try JSONDocument(nested).root) }
    case .boolean, .number, .string, .array: flat.append("metadata", metadata)
    }
    guard let text = flat.text else { return }
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(contentsOf: text.utf8.dropFirst().dropLast())
  }

  private mutating func append(text: UnsafeRawBufferPointer) {
    let isPlain = text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    guard isPlain else { return JSONText.appendString(text, to: &bytes) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(_ moment: PostgresMoment?) -> Bool {
    bytes.append(UInt8(ascii: "\""))
    guard let moment, moment.append(to: &bytes) else { return false }
    bytes.append(UInt8(ascii: "\""))
    return true
  }

  // MARK: Keys

  /// Adds a key; returns where it begins.
  private mutating func appendKey(_ key: [UInt8]) -> Int {
    let start = bytes.count
    if start > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(contentsOf: key)
    return start
  }

  private mutating func remove(from start: Int) { bytes.removeSubrange(start...) }
}
