internal import Foundation
internal import HabitusModel
internal import HabitusStore
internal import HabitusTracking

/// What a reading becomes before anything of it is stored: addresses are truncated, events of programs marked, and
/// events that no store can hold refused.
struct IntakeScreening: Sendable {
  private let keepsNetworks: Bool

  init(_ options: HabitusConfiguration.IntakeOptions) { keepsNetworks = options.addresses == .truncated }

  func screened(_ reading: TrackerReading) -> ScreenedReading {
    var result = ScreenedReading(consents: [], links: reading.links)
    result.events.reserveCapacity(reading.events.count)
    for (position, tracked) in reading.events.enumerated() {
      var event = tracked.event
      if let problem = event.storageProblem {
        let text = "\(event.id) \(event.type) \(event.properties ?? "")"
        result.refused.append(
          RefusedPayload(reason: "unstorable", message: problem, raw: Array(text.utf8), position: position))
        continue
      }
      if let agent = tracked.userAgent, BotRules.isBot(userAgent: agent) { event.isBot = true }
      if keepsNetworks, let address = tracked.address, let network = AddressTruncation.truncated(address) {
        event.properties = Self.properties(event.properties, adding: network)
      }
      result.events.append(event)
    }
    for statement in reading.consents {
      if let problem = statement.problem {
        result.refused.append(
          RefusedPayload(reason: "invalid_consent", message: problem, raw: Array(statement.purpose.utf8)))
      } else {
        result.consents.append(statement)
      }
    }
    result.links = reading.links.filter { $0.problem == nil }
    result.refused = (result.refused + reading.refused).map(Self.withoutAddresses)
    return result
  }

  /// A refused part as it may be kept: with networks in place of addresses, in its text and in what is said of it.
  private static func withoutAddresses(_ payload: RefusedPayload) -> RefusedPayload {
    var payload = payload
    if payload.raw.count >= RefusedRow.maximumRawByteCount {
      // An address that is cut off is none any more, and would be kept.
      payload.raw = Array(payload.raw.prefix(RefusedRow.maximumRawByteCount))
      let rest = payload.raw.suffix(100).reversed().prefix(while: canBePartOfAddress).count
      payload.raw.removeLast(rest)
    }
    payload.raw = AddressTruncation.truncatingAddresses(in: payload.raw)
    payload.message = String(
      decoding: AddressTruncation.truncatingAddresses(in: Array(payload.message.utf8)), as: UTF8.self)
    return payload
  }

  private static func canBePartOfAddress(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "%"),
      UInt8(ascii: "\\"), UInt8(ascii: "u"):
      true
    default: false
    }
  }

  /// The text of a JSON object with the member `ip` behind the others.
  private static func properties(_ text: String?, adding network: String) -> String {
    guard let text, let end = text.lastIndex(of: "}") else { return "{\"ip\":\"\(network)\"}" }
    let inside = text[..<end]
    let isEmpty = inside.allSatisfy { $0 == "{" || $0.isWhitespace }
    return inside + (isEmpty ? "" : ",") + "\"ip\":\"\(network)\"}"
  }
}

/// A reading of which everything can be stored.
struct ScreenedReading: Sendable {
  var events: [Event] = []
  var refused: [RefusedPayload] = []
  var consents: [ConsentStatement]
  var links: [IdentityStatement]

  var isEmpty: Bool { events.isEmpty && refused.isEmpty && consents.isEmpty && links.isEmpty }

  /// What it counts for in the queue: its events, and one for whatever else there is.
  var weight: Int { max(1, events.count + refused.count) }
}

/// What is needed to read a refused part again.
struct IntakeContext: Codable {
  /// The protocol.
  var tracker: String
  /// When it came, in milliseconds since 1970.
  var received: Int64
  /// Length of the whole part, of which the quarantine may hold only the beginning.
  var byteCount: Int
}

extension QuarantinedRow {
  /// A part of a request that could not be read.
  init(_ payload: RefusedPayload, from source: IntakeSource, at now: Timestamp) {
    let context = IntakeContext(
      tracker: source.protocolName, received: now.milliseconds, byteCount: payload.raw.count)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // A struct of a text and two integers can always be encoded.
    let text = (try? encoder.encode(context)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    self.init(
      file: source.label, line: payload.position, reason: payload.reason, message: payload.message, raw: payload.raw,
      context: text)
  }
}
