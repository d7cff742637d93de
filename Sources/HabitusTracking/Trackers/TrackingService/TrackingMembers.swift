internal import Glibc

/// The members of an event of the tracking system that feed a field, found in one pass.
struct TrackingMembers {
  /// A member that feeds a field.
  enum Name: Int {
    case eventID, userID, eventType, actionType, sessionID, timestamp, clientTimestamp, properties, itemID, category
    case value, page, userAgent, userAgentInSnakeCase, address, matchID

    /// The member with a key.
    @inline(__always) init?(_ key: UnsafeRawBufferPointer) {
      func isKey(_ name: StaticString) -> Bool {
        key.baseAddress.map { memcmp($0, name.utf8Start, key.count) == 0 } ?? false
      }
      switch key.count {
      case 4 where isKey("page"): self = .page
      case 5 where isKey("value"): self = .value
      case 7 where isKey("user_id"): self = .userID
      case 7 where isKey("item_id"): self = .itemID
      case 8 where isKey("event_id"): self = .eventID
      case 8 where isKey("match_id"): self = .matchID
      case 8 where isKey("category"): self = .category
      case 9 where isKey("timestamp"): self = .timestamp
      case 9 where isKey("userAgent"): self = .userAgent
      case 10 where isKey("event_type"): self = .eventType
      case 10 where isKey("session_id"): self = .sessionID
      case 10 where isKey("properties"): self = .properties
      case 10 where isKey("user_agent"): self = .userAgentInSnakeCase
      case 10 where isKey("ip_address"): self = .address
      case 11 where isKey("action_type"): self = .actionType
      case 16 where isKey("client_timestamp"): self = .clientTimestamp
      default: return nil
      }
    }

    /// The member with the key that a node is.
    @inline(__always) init?(_ key: Int, of view: JSONView) {
      guard view.nodes[key].hasEscapes else {
        self.init(view.inside(key))
        return
      }
      var text = view.string(key)
      guard let name = text.withUTF8({ Name(UnsafeRawBufferPointer($0)) }) else { return nil }
      self = name
    }
  }

  /// A set of members.
  struct Names: OptionSet {
    var rawValue: UInt16
    init(rawValue: UInt16) { self.rawValue = rawValue }
    private init(_ name: Name) { rawValue = 1 << UInt16(name.rawValue) }

    static let eventID = Names(.eventID), userID = Names(.userID), eventType = Names(.eventType)
    static let actionType = Names(.actionType), sessionID = Names(.sessionID), timestamp = Names(.timestamp)
    static let clientTimestamp = Names(.clientTimestamp), properties = Names(.properties), matchID = Names(.matchID)

    @inline(__always) func contains(_ name: Name) -> Bool { rawValue & (1 << UInt16(name.rawValue)) != 0 }
  }

  private let object: JSONNode
  /// The node of each member's value, by its name's number; 0 where it is missing.
  private var values = SIMD16<UInt32>()

  /// Finds the members; of those with the same key the last one counts.
  init(_ object: JSONNode) throws(EventDefect) {
    guard object.kind == .object else { throw EventDefect(.notAnObject, "the event is no JSON object") }
    self.object = object
    var values = SIMD16<UInt32>()
    object.document.withView { view in
      for member in view.members(of: object.index) {
        if let name = Name(member.key, of: view) { values[name.rawValue] = UInt32(member.value) }
      }
    }
    self.values = values
  }

  /// The value of a member.
  subscript(name: Name) -> JSONNode? {
    let index = Int(values[name.rawValue])
    return index == 0 ? nil : JSONNode(document: object.document, index: index)
  }

  /// The text of all members but those `taken`, then of those of `nested`, then of those of `nested` that are called
  /// like one of the first.
  func properties(without taken: Names, nested: JSONNode?, matchID: String?) -> String? {
    var text = PropertyText()
    object.document.withView { view in
      for member in view.members(of: object.index) {
        if let name = Name(member.key, of: view), taken.contains(name) { continue }
        text.append(key: member.key, value: member.value, of: view)
      }
      if let matchID { text.append("match_id", matchID) }
      if let nested {
        let outer = NamesInUse(view, object.index) { key in Name(key, of: view).map { !taken.contains($0) } ?? true }
        text.append(membersOf: nested.index, of: view, besides: outer, name: "properties")
      }
    }
    return text.text
  }
}
