internal import Foundation

/// Which texts a key takes.
public enum ConfigurationTextRule: Sendable, Equatable {
  case any
  /// Any but the empty text.
  case filled
  /// The name of a zone of the IANA database, as in `Europe/Paris`.
  case timeZone
  /// One of these.
  case choice([String])
}

extension ConfigurationTextRule {
  /// What is allowed, as a noun phrase.
  var phrase: String {
    switch self {
    case .any: "a text"
    case .filled: "a text that is not empty"
    case .timeZone: "an IANA time zone such as Europe/Paris"
    case .choice(let names): names.count == 1 ? names.joined() : "one of " + names.joined(separator: ", ")
    }
  }

  func check(_ text: String, allowed: String) throws(ConfigurationProblem.Reason) {
    switch self {
    case .any: break
    case .filled:
      if text.isEmpty { throw .outOfRange(given: "an empty text", allowed: allowed) }
    case .timeZone:
      if !Self.isTimeZone(text) { throw .outOfRange(given: text, allowed: allowed) }
    case .choice(let names):
      if !names.contains(text) { throw .outOfRange(given: text, allowed: allowed) }
    }
  }

  /// Whether the text is the name of a zone; abbreviations and offsets are none.
  private static func isTimeZone(_ name: String) -> Bool {
    if name == "UTC" { return true }
    // Without a slash, Foundation also knows abbreviations and offsets.
    return name.contains("/")
      ? TimeZone(identifier: name) != nil : TimeZone.knownTimeZoneIdentifiers.contains(name)
  }
}
