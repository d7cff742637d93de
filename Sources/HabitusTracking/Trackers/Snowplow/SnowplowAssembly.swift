internal import HabitusModel

/// Turns payloads of Snowplow's trackers into events.
///
/// - id: `eid`.
/// - user: the first of `uid`, `duid`, `userId` of the context `client_session` (mobile trackers), `tnuid` and `nuid`
///   that can stand for a person; where none can, the first of `uid` and `duid`, as it came.
/// - time: `ttm`; without it `received` − max(0, `stm` − `dtm`); without one of these `received`. So does Snowplow
///   derive its `derived_tstamp`.
/// - type: of the code `e` in `pv` page_view, `pp` page_ping, `tr` transaction, `ti` transaction_item; of `se` the
///   action `se_ac`, without one `struct`; of `ue` NAME of the schema `iglu:vendor/NAME/format/version`. Other codes
///   are types as they come.
/// - session: `sid`, else `sessionId` of `client_session`.
/// - page: the path of `url`.
/// - item, category, value: by configuration; else of `se` `se_la`, `se_ca`, `se_va`, of `tr` `tr_id`, `tr_af`,
///   `tr_tt`, of `ti` `ti_sk`, `ti_ca`, `ti_pr`.
///
/// Properties are the other fields under their own names, the empty ones excepted. `cx` is kept as `co` and `ue_px` as
/// `ue_pr`, which are the names of the same JSON in plain text (where both come, the plain one counts). The members of
/// a self-describing event's data are properties, too, and `ue_pr` is left with the schema; where one of them is called
/// like a field of the payload, the field keeps the name, and `ue_pr` holds schema and data in full.
struct SnowplowAssembly {
  private let assembly: EventAssembly

  init(_ mapping: EventMapping) { assembly = EventAssembly(mapping) }

  /// The event of a payload, and what it says about two identifiers of its user.
  func event(
    of payload: SnowplowPayload, received: Timestamp
  ) throws(SnowplowFault) -> (event: Event, link: IdentityStatement?) {
    guard payload.node.kind == .object else {
      throw SnowplowFault(
        .notAnObject, "a payload is no object with fields: \(SnowplowText.excerpt(payload.node.source))")
    }
    guard let code = payload.text("e") else {
      throw SnowplowFault(.noType, "a payload has no event type, the field 'e'")
    }
    let contexts = try payload.json(plain: "co", encoded: "cx")
    let description = try payload.json(plain: "ue_pr", encoded: "ue_px")
    let selfDescribing = description.flatMap(SnowplowSchema.event)
    let type = try self.type(code, payload, selfDescribing)
    let client = SnowplowClientSession(inContexts: contexts)
    let person = SnowplowPerson(
      known: payload.text("uid"), domain: payload.text("duid") ?? client?.user,
      network: payload.text("tnuid") ?? payload.text("nuid"))
    guard let user = person.user else {
      throw SnowplowFault(.noUser, "a payload has no user: none of 'uid', 'duid', 'tnuid' and 'nuid'")
    }
    let (time, isGiven) = try SnowplowTime.time(of: payload, received: received)

    var event = Event(id: payload.text("eid") ?? "", user: UserID(user), time: time, type: type, source: "snowplow")
    event.session = payload.text("sid") ?? client?.session
    let data = selfDescribing?.data
    assembly.complete(&event, from: [data, payload.node].compactMap(\.self))
    SnowplowRule.rule(of: code)?.complete(&event) { payload.text($0) }
    if event.page == nil { event.page = payload.text("url").map(SnowplowPage.path) }
    try SnowplowText.check(event)

    var used: Set<String> = ["eid", "sid", "co", "cx", "ue_pr", "ue_px"]
    for name in ["uid", "duid", "tnuid", "nuid"] where payload.text(name) == user {
      used.insert(name)
      break
    }
    if isGiven { used.insert("ttm") }
    if code == "se", payload.text("se_ac") == type { used.insert("se_ac") }
    var properties = PropertyText()
    for (key, value) in payload.fields(except: used) { properties.append(key, value) }
    if let contexts { properties.append("co", contexts) }
    try append(description, selfDescribing, of: payload, to: &properties)
    event.properties = properties.text
    return (event, person.link(at: time))
  }

  private func type(
    _ code: String, _ payload: SnowplowPayload, _ selfDescribing: SnowplowSchema?
  ) throws(SnowplowFault) -> String {
    switch code {
    case "pv": return "page_view"
    case "pp": return "page_ping"
    case "tr": return "transaction"
    case "ti": return "transaction_item"
    case "se": return payload.text("se_ac") ?? "struct"
    case "ue":
      guard let selfDescribing else {
        throw SnowplowFault(
          .noType,
          "a self-describing event has no schema 'iglu:vendor/NAME/format/version' in 'ue_pr' or 'ue_px'")
      }
      return selfDescribing.name
    default: return code
    }
  }

  private func append(
    _ description: JSONNode?, _ selfDescribing: SnowplowSchema?, of payload: SnowplowPayload,
    to properties: inout PropertyText
  ) throws(SnowplowFault) {
    guard let selfDescribing, let data = selfDescribing.data, data.kind == .object else {
      if let description { properties.append("ue_pr", description) }
      return
    }
    let taken = payload.names.union(["ue_pr", "co"])
    var isComplete = true
    for (key, value) in SnowplowPayload.distinct(data.members) {
      if taken.contains(key) { isComplete = false } else { properties.append(key, value) }
    }
    guard isComplete else { return properties.append("ue_pr", selfDescribing.node) }
    do throws(JSONTextError) {
      properties.append("ue_pr", try JSONDocument("{\"schema\":\(selfDescribing.schema.source)}").root)
    } catch {
      throw SnowplowFault(.invalidJSON, "the schema of a self-describing event is \(error)")
    }
  }
}
