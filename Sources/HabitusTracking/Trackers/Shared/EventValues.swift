internal import Glibc
internal import HabitusModel

/// The values that make an event, read from members of JSON objects by rules that adapters share.
enum EventValues {
  /// The text of a string or number; `nil` for nothing, `null` and an empty string.
  static func text(_ node: JSONNode?, _ name: StaticString) throws(EventDefect) -> String? {
    guard let node else { return nil }
    switch node.kind {
    case .null: return nil
    case .number: return node.source
    case .string:
      guard let text = node.string, !text.isEmpty else { return nil }
      return text
    case .boolean, .array, .object:
      throw EventDefect(.notAScalar, "`\(name)` is neither a text nor a number; send a text")
    }
  }

  /// The text of a string or number that is not empty; `nil` for anything else.
  static func optionalText(_ node: JSONNode?) -> String? {
    guard let node, node.kind == .string || node.kind == .number, let text = node.scalarText, !text.isEmpty else {
      return nil
    }
    return text
  }

  /// A time; `nil` for nothing, `null` and an empty string.
  static func time(_ node: JSONNode?, _ name: StaticString) throws(EventDefect) -> Timestamp? {
    guard let node, !node.isNull, !node.isEmptyString else { return nil }
    switch TrackerTime.outcome(node) {
    case .milliseconds(let moment): return Timestamp(milliseconds: moment)
    case .outOfRange: throw EventDefect(.timeOutOfRange, "`\(name)` is outside the years 0001 to 9999: \(node.excerpt)")
    case .invalid:
      throw EventDefect(
        .invalidTime, "`\(name)` is no time: \(node.excerpt); send ISO 8601, as in 2026-01-05T09:30:00.000Z")
    }
  }

  /// A finite number, written as such or as a text.
  static func number(_ node: JSONNode?) -> Double? {
    guard let node else { return nil }
    switch node.kind {
    case .number: return node.number
    case .string:
      guard case .number(let number)? = node.string.map(Self.decimal) else { return nil }
      return number
    case .null, .boolean, .array, .object: return nil
    }
  }

  private static func decimal(_ text: String) -> DecimalParser.Outcome {
    var text = text
    return text.withUTF8 { DecimalParser.parse(UnsafeRawBufferPointer($0)) }
  }

  /// Checks what every event must fulfil: a user, a type, a time that can be written, no NUL in the fields that are
  /// columns of the store.
  static func check(_ event: Event, mayHoldNUL: Bool) throws(EventDefect) {
    guard Timestamp.representable.contains(event.time) else {
      throw EventDefect(.timeOutOfRange, "the time of the event is outside the years 0001 to 9999")
    }
    guard mayHoldNUL else { return }
    let texts =
      [event.id, event.user.rawValue, event.type]
      + [event.session, event.item, event.category, event.page].compactMap { $0 }
    guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw EventDefect(.nulByte, "an identifier, a type or a page holds a NUL")
    }
  }
}

extension JSONNode {
  /// Whether the value is a string without a character.
  var isEmptyString: Bool { kind == .string && sourceBytes.count == 2 }

  /// The beginning of the value as it is written, for messages.
  var excerpt: String { String(decoding: sourceBytes.prefix(60), as: UTF8.self) }
}

extension JSONDocument {
  /// Whether a string of the text can hold a NUL.
  var mayHoldNUL: Bool {
    withView { view in
      guard let base = view.text.baseAddress else { return false }
      let escape: StaticString = "\\u0000"
      let end = base + view.text.count
      var start = base
      while let backslash = memchr(start, 0x5C, end - start), end - UnsafeRawPointer(backslash) >= 6 {
        if memcmp(backslash, escape.utf8Start, 6) == 0 { return true }
        start = UnsafeRawPointer(backslash) + 1
      }
      return false
    }
  }
}
