public import HabitusModel

extension TrackingService {
  /// Reads one event of the tracking system's format, wherever it comes from.
  ///
  /// - `event_id`, `user_id`, `session_id` are texts or numbers; the type is `event_type`, or else `action_type`.
  /// - The time is `timestamp`, or else `client_timestamp`, or else `received`. One that is there but cannot be read
  ///   makes the event unreadable.
  /// - `item_id`, `category`, `value` and `page` feed the event, then what the mapping names, at top level or in
  ///   `properties`.
  /// - All other members are its properties, in their order and under their own names; those of a nested object
  ///   `properties` follow. Of those that are called like one at top level both are kept: the nested ones in an object
  ///   `properties`, as files are imported.
  /// - A member that comes twice: the last one feeds a field of the event; as properties both are kept.
  /// - `null` and an empty text count as missing where a field is fed.
  ///
  /// The address is `ip_address`, the user agent `userAgent` or `user_agent`, where the event has them.
  ///
  /// - Parameters:
  ///   - node: The event, a JSON object.
  ///   - assembly: The rules for item, category, value and page.
  ///   - received: The time of an event that has none.
  /// - Throws: ``EventDefect`` with `not_an_object`, `not_a_scalar`, `no_user`, `no_type`, `invalid_time`,
  ///   `time_out_of_range` or `nul_byte`.
  public static func event(from node: JSONNode, assembly: EventAssembly, received: Timestamp) throws(EventDefect)
    -> TrackedEvent
  {
    try event(
      from: node, type: nil, newMatchID: nil, assembly: assembly, received: received,
      mayHoldNUL: node.document.mayHoldNUL)
  }

  /// Reads one event.
  ///
  /// - Parameters:
  ///   - node: The event.
  ///   - type: What it is by the path that it came on; an `event_type` of another kind is then a property.
  ///   - newMatchID: The `match_id` that the event gets.
  ///   - assembly: The rules for item, category, value and page.
  ///   - received: The time of an event that has none.
  ///   - mayHoldNUL: Whether the document has an escaped NUL.
  static func event(
    from node: JSONNode, type: String?, newMatchID: String?, assembly: EventAssembly, received: Timestamp,
    mayHoldNUL: Bool
  ) throws(EventDefect) -> TrackedEvent {
    let members = try TrackingMembers(node)
    var taken: TrackingMembers.Names = [.eventID, .userID, .sessionID, .timestamp]

    guard let user = try EventValues.text(members[.userID], "user_id") else {
      throw EventDefect(.noUser, "the event has no `user_id`; send the user's pseudonym")
    }
    let given = try EventValues.text(members[.eventType], "event_type")
    if type == nil || given == nil || given == type { taken.insert(.eventType) }
    var kind = type ?? given
    if kind == nil {
      kind = try EventValues.text(members[.actionType], "action_type")
      taken.insert(.actionType)
    }
    guard let kind else { throw EventDefect(.noType, "the event has no `event_type`") }
    var time = try EventValues.time(members[.timestamp], "timestamp")
    if time == nil {
      time = try EventValues.time(members[.clientTimestamp], "client_timestamp")
      taken.insert(.clientTimestamp)
    }

    var event = Event(
      id: try EventValues.text(members[.eventID], "event_id") ?? "", user: UserID(user), time: time ?? received,
      type: kind, session: try EventValues.text(members[.sessionID], "session_id"),
      item: EventValues.optionalText(members[.itemID]), category: EventValues.optionalText(members[.category]),
      value: EventValues.number(members[.value]), page: EventValues.optionalText(members[.page]), source: name)
    let nested = members[.properties].flatMap { $0.kind == .object ? $0 : nil }
    assembly.complete(&event, from: nested.map { [node, $0] } ?? [node])
    if let newMatchID {
      taken.insert(.matchID)
      if event.item == nil, assembly.mapping.rules[kind]?.item == "match_id" { event.item = newMatchID }
    }
    if nested != nil { taken.insert(.properties) }
    event.properties = members.properties(without: taken, nested: nested, matchID: newMatchID)
    try EventValues.check(event, mayHoldNUL: mayHoldNUL)
    return TrackedEvent(
      event, address: EventValues.optionalText(members[.address]),
      userAgent: EventValues.optionalText(members[.userAgent] ?? members[.userAgentInSnakeCase]))
  }
}
