internal import HabitusModel

/// The texts of events.
enum SnowplowText {
  /// Refuses an event with a NUL in one of its texts.
  static func check(_ event: Event) throws(SnowplowFault) {
    let texts = [event.session, event.item, event.category, event.page].compactMap(\.self)
    for text in [event.id, event.user.rawValue, event.type] + texts where text.utf8.contains(0) {
      throw SnowplowFault(.nulByte, "a text holds a NUL: '\(excerpt(text).replacing("\0", with: "\\0"))'")
    }
  }

  /// The beginning of a text, for a message.
  static func excerpt(_ text: String) -> String {
    text.utf8.count <= 60 ? text : String(decoding: text.utf8.prefix(60), as: UTF8.self) + "…"
  }
}
