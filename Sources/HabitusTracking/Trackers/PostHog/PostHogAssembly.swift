internal import HabitusModel

/// Turns events of PostHog into events.
///
/// | event | from |
/// |---|---|
/// | id | `uuid`, else `properties.$insert_id` |
/// | user | `distinct_id`, `$distinct_id`, `properties.distinct_id`, `properties.$distinct_id`: the first that is given |
/// | time | `timestamp`, corrected by when the request was sent (unless `properties.$ignore_sent_at` is true or the request is a migration); else `offset`, milliseconds before the receipt; else the receipt |
/// | type | `event` as it is, but `$pageview` is `page_view`, and `$autocapture` with the `$event_type` `click` is `click`: the property `$event` then keeps the name |
/// | session | `properties.$session_id` |
/// | item, category, value | by configuration |
/// | page | by configuration, else `$pathname`, the path of `$current_url`, `$screen_name` |
///
/// Properties are the members of `properties` and then the other members of the event under their own names; where a
/// property is called like one of these, the member is put under `$root_` and its name. `$set` and `$set_once` stand in
/// either place and become one. The key of the project is not kept.
struct PostHogAssembly {
  private let assembly: EventAssembly

  init(_ mapping: EventMapping) { assembly = EventAssembly(mapping) }

  /// Libraries that run where the visitor is: the address that their requests come from is the visitor's.
  private static let libraries: Set<String> = [
    "web", "js", "posthog-js", "posthog-js-lite", "posthog-ios", "posthog-android", "posthog-react-native",
    "posthog-flutter", "posthog-unity",
  ]

  /// The event, and what it says about two identifiers of its user.
  ///
  /// - Parameters:
  ///   - token: The key of the request.
  ///   - isWhole: Whether the event is the whole request, so that its members also speak of the request.
  ///   - defaultType: The type of an event without a name.
  func event(
    of node: JSONNode, _ envelope: PostHogEnvelope, token: String?, isWhole: Bool, defaultType: String?
  ) throws(EventDefect) -> (event: TrackedEvent, link: IdentityStatement?) {
    guard node.kind == .object else {
      throw EventDefect(.notAnObject, "an event is no object: \(node.excerpt)")
    }
    let given = node["properties"].flatMap { $0.isNull ? nil : $0 }
    if let given, given.kind != .object {
      throw EventDefect(
        reason: "invalid_properties", message: "the 'properties' of an event are no object: \(given.excerpt)")
    }
    var properties = PostHogProperties(root: node, given: given, isWhole: isWhole, token: token)
    guard let name = properties.take(["event"], orIn: []) ?? defaultType else {
      throw EventDefect(.noType, "an event has no name, the member 'event'")
    }
    guard let user = properties.take(["distinct_id", "$distinct_id"], orIn: ["distinct_id", "$distinct_id"]) else {
      throw EventDefect(.noUser, "an event has no user: 'distinct_id' is missing, empty, or no text")
    }
    let time = try time(of: node, given, envelope, &properties)
    let id = properties.take(["uuid"], orIn: ["$insert_id"]) ?? ""
    let type = Self.type(name, given)
    if type != name { properties.name = name }
    var event = Event(
      id: id, user: UserID(user), time: time, type: type, session: properties.take([], orIn: ["$session_id"]),
      source: "posthog")
    assembly.complete(&event, from: [given, node].compactMap(\.self))
    if event.page == nil { event.page = Self.page(given) }
    try EventValues.check(event, mayHoldNUL: true)
    event.properties = try properties.text()
    return (tracked(event, given, envelope), Self.link(name, user, given, time))
  }

  // MARK: Parts

  private func time(
    of node: JSONNode, _ given: JSONNode?, _ envelope: PostHogEnvelope, _ properties: inout PostHogProperties
  ) throws(EventDefect) -> Timestamp {
    let time: Timestamp
    if let stamp = node["timestamp"], !stamp.isNull, stamp.string?.isEmpty != true {
      guard let moment = TrackerTime.parse(stamp) else {
        throw EventDefect(.invalidTime, "the 'timestamp' of an event is no time: \(stamp.excerpt)")
      }
      let isExact = envelope.isMigration || given?["$ignore_sent_at"]?.boolean == true
      time = ClockSkew.corrected(moment, sent: isExact ? nil : envelope.sent, received: envelope.received)
      properties.drop("timestamp")
    } else if let offset = node["offset"], !offset.isNull {
      guard let milliseconds = offset.number ?? offset.string.flatMap(Double.init), abs(milliseconds) < 1e15 else {
        throw EventDefect(
          .invalidTime, "the 'offset' of an event is no number of milliseconds: \(offset.excerpt)")
      }
      let (moment, isTooEarly) = envelope.received.milliseconds.subtractingReportingOverflow(
        Int64(max(0, milliseconds).rounded(.up)))
      time = Timestamp(milliseconds: isTooEarly ? .min : moment)
      properties.drop("offset")
    } else {
      time = envelope.received
    }
    guard Timestamp.representable.contains(time) else {
      throw EventDefect(.timeOutOfRange, "the time of an event lies outside the years 1 to 9999")
    }
    return time
  }

  private static func type(_ name: String, _ given: JSONNode?) -> String {
    switch name {
    case "$pageview": "page_view"
    case "$autocapture" where given?["$event_type"]?.string == "click": "click"
    default: name
    }
  }

  private static func page(_ given: JSONNode?) -> String? {
    let text = { (node: JSONNode?) in node?.string.flatMap { $0.isEmpty ? nil : $0 } }
    return text(given?["$pathname"]) ?? text(given?["$current_url"]).map(SnowplowPage.path)
      ?? text(given?["$screen_name"])
  }

  private func tracked(_ event: Event, _ given: JSONNode?, _ envelope: PostHogEnvelope) -> TrackedEvent {
    let library = given?["$lib"]?.string ?? ""
    // A client that sends null wants no address to be known.
    let address =
      given?["$ip"].map { $0.string.flatMap { $0.isEmpty ? nil : $0 } }
      ?? (Self.libraries.contains(library) ? envelope.address : nil)
    let agent = given?["$raw_user_agent"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    return TrackedEvent(
      event, address: address, userAgent: agent ?? (library == "web" ? envelope.userAgent : nil))
  }

  private static func link(_ name: String, _ user: String, _ given: JSONNode?, _ time: Timestamp) -> IdentityStatement?
  {
    let (former, known, kind): (String?, String?, IdentityStatement.Kind)
    switch name {
    case "$identify": (former, known, kind) = (given?["$anon_distinct_id"]?.scalarText, user, .identify)
    case "$create_alias": (former, known, kind) = (user, given?["alias"]?.scalarText, .alias)
    case "$merge_dangerously": (former, known, kind) = (given?["alias"]?.scalarText, user, .alias)
    default: return nil
    }
    guard let former, let known, !former.utf8.elementsEqual(known.utf8), IdentityRules.canJoin(former),
      IdentityRules.canJoin(known), !former.utf8.contains(0), !known.utf8.contains(0)
    else { return nil }
    return IdentityStatement(former: UserID(former), known: UserID(known), time: time, kind: kind, source: "posthog")
  }
}
