internal import HabitusModel

extension SegmentTracking {
  /// Reads one event of a request.
  ///
  /// - The user is `userId`, or else `anonymousId`; of an alias it is `userId`. Numbers are taken as their text.
  /// - The type is the `event` of a track, `page_view`, `screen_view`, `identify`, `group` or `alias`.
  /// - The time is that of receipt − (`sentAt` − `timestamp`); without `sentAt` it is `timestamp` (or RudderStack's
  ///   `originalTimestamp`), without that the time of receipt. A `sentAt` that is no time is kept as a property.
  /// - The session is `context.sessionId`, as RudderStack sends it.
  /// - The page of an event without one by the mapping is the `path` or `url` of its properties, the `name` of a
  ///   screen, or the `path` or `url` of `context.page`.
  /// - The properties are all other members under their own names, the write key excepted, then those of `properties`;
  ///   those that are called like one of the first stay together in an object `properties`, where they differ.
  ///   `context` and `integrations` of the batch are merged into those of the event, whose members go before.
  func event(from node: JSONNode, _ envelope: SegmentEnvelope) throws(EventDefect) -> (
    event: TrackedEvent, link: IdentityStatement?
  ) {
    guard node.kind == .object else { throw EventDefect(.notAnObject, "the event is no JSON object") }
    guard node.sourceBytes.count <= Self.maximumEventByteCount else {
      throw EventDefect(
        reason: SegmentCall.tooLarge,
        message: "it has \(node.sourceBytes.count) bytes; send at most " + "\(Self.maximumEventByteCount)")
    }
    let call = if let call = envelope.call { call } else { try Self.call(node) }
    let known = try EventValues.text(node["userId"], "userId")
    let anonymous = try EventValues.text(node["anonymousId"], "anonymousId")
    guard let user = call == .alias ? known : known ?? anonymous else {
      throw EventDefect(
        .noUser, call == .alias ? "an alias has no `userId`" : "there is neither `userId` nor `anonymousId`")
    }
    var former = call == .identify ? anonymous : nil
    if call == .alias {
      former = try EventValues.text(node["previousId"], "previousId") ?? anonymous
      guard former != nil else { throw EventDefect(reason: "no_previous_id", message: "an alias has no `previousId`") }
    }
    var taken: Set<String> = ["type", "userId", "messageId", "timestamp", "writeKey", "context", "integrations"]
    let type = if let type = call.eventType { type } else { try EventValues.text(node["event"], "event") }
    guard let type else { throw EventDefect(.noType, "a track has no `event`; send its name") }
    if call == .track { taken.insert("event") }
    if known == nil || anonymous == nil { taken.insert("anonymousId") }

    let context = envelope.shared("context", node)
    var event = Event(
      id: try EventValues.text(node["messageId"], "messageId") ?? "", user: UserID(user),
      time: try time(of: node, envelope, &taken), type: type, session: Self.first("sessionId", in: context),
      source: name)
    let properties = node["properties"].flatMap { $0.kind == .object ? $0 : nil }
    if properties != nil { taken.insert("properties") }
    assembly.complete(&event, from: [properties, node].compactMap { $0 })
    if event.page == nil { event.page = page(of: call, node, properties, context) }
    if event.category == nil, call == .page || call == .screen {
      event.category = EventValues.optionalText(node["category"])
    }
    event.properties = text(of: node, properties, envelope, without: taken)
    try EventValues.check(event, mayHoldNUL: envelope.mayHoldNUL)
    return (tracked(event, context, envelope.request), link(former, known, event.time, call))
  }

  private static func call(_ node: JSONNode) throws(EventDefect) -> SegmentCall {
    guard let type = try EventValues.text(node["type"], "type") else {
      throw EventDefect(.noType, "the event has no `type`; send track, identify, page, screen, group or alias")
    }
    guard let call = SegmentCall(rawValue: type) else {
      throw EventDefect(reason: "unknown_type", message: "the `type` '\(type.prefix(60))' is not known")
    }
    return call
  }

  private func time(of node: JSONNode, _ envelope: SegmentEnvelope, _ taken: inout Set<String>) throws(EventDefect)
    -> Timestamp
  {
    let received = envelope.request.received
    let own = node["sentAt"].flatMap(TrackerTime.parse)
    if own != nil { taken.insert("sentAt") }
    var time = try EventValues.time(node["timestamp"], "timestamp")
    if time == nil {
      time = try EventValues.time(node["originalTimestamp"], "originalTimestamp")
      if time != nil { taken.insert("originalTimestamp") }
    }
    guard let time else { return received }
    return ClockSkew.corrected(time, sent: own ?? envelope.sent.flatMap(TrackerTime.parse), received: received)
  }

  private func page(of call: SegmentCall, _ node: JSONNode, _ properties: JSONNode?, _ context: [JSONNode]) -> String? {
    let name = call == .screen ? EventValues.optionalText(node["name"]) : nil
    if let page = name ?? EventValues.optionalText(properties?["path"]) ?? EventValues.optionalText(properties?["url"])
    {
      return page
    }
    for page in context.compactMap({ $0["page"] }) {
      if let text = EventValues.optionalText(page["path"]) ?? EventValues.optionalText(page["url"]) { return text }
    }
    return nil
  }

  private func link(_ former: String?, _ known: String?, _ time: Timestamp, _ call: SegmentCall) -> IdentityStatement? {
    guard let former, let known, UserID(former) != UserID(known), IdentityRules.canJoin(former),
      IdentityRules.canJoin(known), !former.utf8.contains(0)
    else { return nil }
    return IdentityStatement(
      former: UserID(former), known: UserID(known), time: time, kind: call == .alias ? .alias : .identify, source: name)
  }

  // MARK: Properties

  private func text(of node: JSONNode, _ properties: JSONNode?, _ envelope: SegmentEnvelope, without taken: Set<String>)
    -> String?
  {
    var text = PropertyText()
    text.append(membersOf: node, except: taken)
    for name: StaticString in ["context", "integrations"] {
      let objects = envelope.shared(name, node)
      if objects.count == 2 {
        text.append(
          "\(name)",
          object: { object in
            object.append(membersOf: objects[0])
            object.append(membersOf: objects[1], except: Set(objects[0].members.map(\.key)))
          })
      } else if let value = objects.first ?? node[name] ?? envelope.batch?[name], !value.isNull {
        text.append("\(name)", value)
      }
    }
    guard let properties else { return text.text }
    node.document.withView { view in
      let names = NamesInUse(view, node.index) { key in
        let name = view.string(key)
        return !taken.contains(name) || name == "context" || name == "integrations"
      }
      text.append(membersOf: properties.index, of: view, besides: names, name: "properties", keepingEqual: false)
    }
    return text.text
  }

  // MARK: The sender

  /// The event with what is known about the visitor. Libraries of servers come from an address that is not the
  /// visitor's.
  private func tracked(_ event: Event, _ context: [JSONNode], _ request: TrackerRequest) -> TrackedEvent {
    let library = context.lazy.compactMap { $0["library"]?["name"]?.string }.first?.lowercased()
    let isServer = library.map { library in Self.serverLibraries.contains { library.hasSuffix($0) } } ?? false
    return TrackedEvent(
      event, address: Self.first("ip", in: context) ?? (isServer ? nil : request.address),
      userAgent: Self.first("userAgent", in: context) ?? (isServer ? nil : request.browserAgent))
  }

  /// How the names of the libraries for servers end, as in `analytics-python`.
  private static let serverLibraries = [
    "-python", "-ruby", "-go", "-node", "-java", "-php", ".net", "-rust", "-clojure", "-elixir", "-scala",
  ]

  private static func first(_ name: StaticString, in objects: [JSONNode]) -> String? {
    objects.lazy.compactMap { EventValues.optionalText($0[name]) }.first
  }
}
