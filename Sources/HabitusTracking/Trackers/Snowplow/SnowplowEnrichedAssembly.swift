internal import HabitusModel

/// Turns enriched events of Snowplow into events.
///
/// Where several columns are named, the first that is not empty counts.
///
/// - id: `event_id`.
/// - user: the first of `user_id`, `domain_userid`, `userId` of the context `client_session` (mobile trackers) and
///   `network_userid` that can stand for a person; where none can, the first of them but the last, as it came.
/// - time: `derived_tstamp`, `collector_tstamp`.
/// - type: where `event` is struct the action `se_action`, without one `struct`; where it is unstruct `event_name`, or
///   NAME of the schema in `unstruct_event`; else `event`, or without it `event_name`.
/// - session: `domain_sessionid`, `sessionId` of `client_session`.
/// - page: `page_urlpath`, the path of `page_url`.
/// - item, category, value: by configuration; else of struct `se_label`, `se_category`, `se_value`, of transaction
///   `tr_orderid`, `tr_affiliation`, `tr_total`, of transaction_item `ti_sku`, `ti_category`, `ti_price`.
///
/// Properties are the other columns that are not empty under their own names, as texts; `contexts…`, `derived_contexts`
/// and `unstruct_event…` as JSON, where they are. Configuration can name members of a self-describing event's data. The
/// address is only passed on.
struct SnowplowEnrichedAssembly {
  private let assembly: EventAssembly

  init(_ mapping: EventMapping) { assembly = EventAssembly(mapping) }

  /// The event of a record with as many fields as there are columns, and what it says about two identifiers of its
  /// user.
  func event(
    of record: SnowplowRecord, _ columns: SnowplowColumns
  ) throws(SnowplowFault) -> (event: TrackedEvent, link: IdentityStatement?) {
    func text(_ name: String) -> String? {
      guard let position = columns.index[name], !record[position].isEmpty else { return nil }
      return record.text(position)
    }
    let documents = SnowplowDocuments(record, columns)
    let type = try self.type(text, documents)
    let client = documents.clientSession
    let person = SnowplowPerson(
      known: text("user_id"), domain: text("domain_userid") ?? client?.user, network: text("network_userid"))
    guard let user = person.user else {
      throw SnowplowFault(.noUser, "none of 'user_id', 'domain_userid' and 'network_userid' is given")
    }
    let timeColumn = text("derived_tstamp") == nil ? "collector_tstamp" : "derived_tstamp"
    let time = try Self.time(text(timeColumn), timeColumn)

    var event = Event(id: text("event_id") ?? "", user: UserID(user), time: time, type: type, source: "snowplow")
    event.session = text("domain_sessionid") ?? client?.session
    event.page = text("page_urlpath") ?? text("page_url").map(SnowplowPage.path)
    let userColumn = ["user_id", "domain_userid", "network_userid"].first { text($0) == user }
    let typeColumns = ["event", "event_name"] + (text("event") == "struct" ? ["se_action"] : [])
    let used =
      ["event_id", "domain_sessionid", "user_ipaddress", timeColumn] + typeColumns.filter { text($0) == type }
      + [userColumn].compactMap(\.self)
    event.properties = properties(of: record, columns, documents, except: Set(used.compactMap { columns.index[$0] }))

    var objects = documents.eventData
    if let properties = event.properties {
      do throws(JSONTextError) {
        objects.append(try JSONDocument(properties).root)
      } catch {
        throw SnowplowFault(.invalidJSON, "the columns are \(error)")
      }
    }
    assembly.complete(&event, from: objects)
    SnowplowRule.rule(ofEnriched: text("event") ?? "")?.complete(&event, from: text)
    try SnowplowText.check(event)
    return (
      TrackedEvent(event, address: text("user_ipaddress"), userAgent: text("useragent")), person.link(at: time)
    )
  }

  private func type(
    _ text: (String) -> String?, _ documents: SnowplowDocuments
  ) throws(SnowplowFault) -> String {
    switch text("event") {
    case "struct": return text("se_action") ?? "struct"
    case "unstruct":
      guard let name = text("event_name") ?? documents.eventName else {
        throw SnowplowFault(
          .noType, "a self-describing event has neither 'event_name' nor a schema in 'unstruct_event'")
      }
      return name
    case .some(let event): return event
    case nil:
      guard let name = text("event_name") else {
        throw SnowplowFault(.noType, "neither 'event' nor 'event_name' is given")
      }
      return name
    }
  }

  private static func time(_ text: String?, _ column: String) throws(SnowplowFault) -> Timestamp {
    guard var text else { throw SnowplowFault(.noTime, "neither 'derived_tstamp' nor 'collector_tstamp' is given") }
    var parser = TimestampParser(zone: .utc, format: nil)
    switch text.withUTF8({ parser.parse(UnsafeRawBufferPointer($0)) }) {
    case .milliseconds(let moment): return Timestamp(milliseconds: moment)
    case .invalid:
      throw SnowplowFault(.invalidTime, "the column '\(column)' is no time: '\(SnowplowText.excerpt(text))'")
    case .outOfRange:
      throw SnowplowFault(
        .timeOutOfRange,
        "the column '\(column)' lies outside the years 1 to 9999: '\(SnowplowText.excerpt(text))'")
    }
  }

  private func properties(
    of record: SnowplowRecord, _ columns: SnowplowColumns, _ documents: SnowplowDocuments, except used: Set<Int>
  ) -> String? {
    var properties = PropertyText()
    for (position, name) in columns.names.enumerated()
    where !record[position].isEmpty && !used.contains(position) && columns.isFirst[position] {
      switch documents[position] {
      case .json(let node): properties.append(name, node)
      case .text(let text): properties.append(name, text)
      case nil: properties.append(name, record.text(position))
      }
    }
    return properties.text
  }
}
