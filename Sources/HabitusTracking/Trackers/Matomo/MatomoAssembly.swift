internal import HabitusModel

/// Turns requests of Matomo into events.
///
/// | event | from |
/// |---|---|
/// | id | see below |
/// | user | `uid`, `cid`, `_id`: the first that can stand for a person, else the first |
/// | time | `cdt` (seconds since 1970, or UTC), less `cdo` seconds; without them, and for a time to come, the receipt |
/// | type, item, category, value | see `MatomoAction`; what it leaves open by configuration |
/// | page | by configuration, else the path of `url`; of a page view without one, `action_name` |
///
/// Properties are the other parameters under their own names, as texts. Not kept are empty ones, `rec`, `send_image`,
/// `token_auth` and `cip`.
///
/// Matomo has no identifier of an event, so that a request which comes twice would count twice. It does not where
/// - it is an order (`idgoal=0`, `ec_id`): the identifier is made of `idsite` and `ec_id`, as Matomo, too, takes an
///   order once;
/// - it has `pv_id`, `rand` (or `r`) and the visitor's `h`, `m` and `s`, as all that browsers send has: the identifier
///   is made of these and a hash of all parameters. Two requests that are alike to the letter, made on the same view of
///   a page, in the same second and with the same random number, are one that was sent twice;
/// - it has `cdt`: then all of its content is the same each time, and an event without identifier is known by that.
///
/// What has none of these (a picture in a mail, a server that keeps no clock) counts each time it comes.
struct MatomoAssembly {
  private let assembly: EventAssembly
  private let visitor: (@Sendable (MatomoVisit) -> UserID?)?

  init(_ mapping: EventMapping, visitor: (@Sendable (MatomoVisit) -> UserID?)?) {
    assembly = EventAssembly(mapping)
    self.visitor = visitor
  }

  /// The event of a request, and what it says about two identifiers of its user.
  ///
  /// - Parameter hasToken: Whether the request carries a key.
  func event(
    of parameters: MatomoParameters, _ request: TrackerRequest, hasToken: Bool
  ) throws(EventDefect) -> (event: TrackedEvent, link: IdentityStatement?) {
    guard let site = parameters["idsite"], let number = Int64(site), number > 0 else {
      throw EventDefect(reason: "invalid_site", message: "'idsite' is missing or no number above 0")
    }
    guard parameters["rec"] == "1" else { throw EventDefect(reason: "no_rec", message: "'rec=1' is missing") }
    let (time, timeNames) = try MatomoTime.time(of: parameters, received: request.received, hasToken: hasToken)
    if parameters["cip"] != nil, !hasToken {
      throw EventDefect(reason: "token_required", message: "'cip' sets the visitor's address, which needs 'token_auth'")
    }
    let address = parameters["cip"] ?? request.address
    let agent = parameters["ua"] ?? request.headers["user-agent"]
    let person = MatomoPerson(parameters)
    let anonymous = person.user == nil ? visitor?(MatomoVisit(address: address, userAgent: agent, time: time)) : nil
    guard let user = person.user.map({ UserID($0) }) ?? anonymous, !user.rawValue.isEmpty else {
      throw EventDefect(.noUser, "a request has no user: none of 'uid', 'cid' and '_id'")
    }

    let action = MatomoAction(parameters)
    var event = Event(
      id: Self.id(of: parameters, type: action.type), user: user, time: time, type: action.type, item: action.item,
      category: action.category, value: action.value, source: "matomo")
    var used: Set<String> = ["rec", "send_image", "token_auth"]
    used.formUnion(timeNames)
    if let name = person.name { used.insert(name) }
    var properties = PropertyText()
    for (name, value) in parameters.pairs where !value.isEmpty && !used.contains(name) {
      properties.append(name, value)
    }
    event.properties = properties.text
    try complete(&event)
    if event.page == nil {
      event.page =
        parameters["url"].map(SnowplowPage.path) ?? (event.type == "page_view" ? parameters["action_name"] : nil)
    }
    try EventValues.check(event, mayHoldNUL: true)
    return (TrackedEvent(event, address: address, userAgent: agent), person.link(at: time))
  }

  private func complete(_ event: inout Event) throws(EventDefect) {
    guard let text = event.properties else { return }
    do throws(JSONTextError) {
      assembly.complete(&event, from: [try JSONDocument(text).root])
    } catch {
      throw EventDefect(.invalidJSON, "the parameters are \(error)")
    }
  }

  private static func id(of parameters: MatomoParameters, type: String) -> String {
    if type == "purchase", let order = parameters["ec_id"] { return "order.\(parameters["idsite"] ?? "").\(order)" }
    guard let view = parameters["pv_id"], let random = parameters["rand"] ?? parameters["r"],
      let hour = parameters["h"],
      let minute = parameters["m"], let second = parameters["s"]
    else { return "" }
    return "\(view).\(random).\(hour)-\(minute)-\(second).\(String(hash(of: parameters), radix: 16))"
  }

  /// FNV-1a in 64 bits (draft-eastlake-fnv) over names and values.
  private static func hash(of parameters: MatomoParameters) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let add = { (byte: UInt8) in hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    for (name, value) in parameters.pairs where name != "token_auth" {
      for byte in name.utf8 { add(byte) }
      add(0xFF)
      for byte in value.utf8 { add(byte) }
      add(0xFF)
    }
    return hash
  }
}
