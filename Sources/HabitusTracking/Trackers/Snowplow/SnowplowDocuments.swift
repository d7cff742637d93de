/// The JSON of an enriched event's columns.
struct SnowplowDocuments {
  /// What such a column holds.
  enum Content {
    case json(JSONNode)
    /// What is no object or array, with networks in place of addresses: they cannot be told by their names.
    case text(String)
  }

  private var contents: [Int: Content] = [:]
  /// The data of the self-describing event.
  private(set) var eventData: [JSONNode] = []
  /// What the self-describing event is called, where its schema is there.
  private(set) var eventName: String?
  /// The session of a mobile tracker.
  private(set) var clientSession: SnowplowClientSession?

  init(_ record: SnowplowRecord, _ columns: SnowplowColumns) {
    for position in columns.json where !record[position].isEmpty {
      guard let node = try? JSONDocument(record[position]).root, node.kind == .object || node.kind == .array else {
        let bytes = AddressTruncation.truncatingAddresses(in: Array(record[position]))
        contents[position] = .text(String(decoding: bytes, as: UTF8.self))
        continue
      }
      contents[position] = .json(node)
      read(node, of: columns.names[position].lowercased())
    }
  }

  /// What a column of JSON holds; `nil` for other columns.
  subscript(_ position: Int) -> Content? { contents[position] }

  private mutating func read(_ node: JSONNode, of column: String) {
    switch column {
    case "contexts", "derived_contexts":
      if clientSession == nil { clientSession = SnowplowClientSession(inContexts: node) }
    case "unstruct_event":
      guard let event = SnowplowSchema.event(in: node) else { return }
      eventName = event.name
      if let data = event.data { eventData.append(data) }
    default:
      let data = node.kind == .array ? node.elements.first : node
      guard let data else { return }
      if column.hasPrefix("unstruct_event_") {
        eventData.append(data)
      } else if column.hasPrefix("contexts_com_snowplowanalytics_snowplow_client_session_"), clientSession == nil {
        clientSession = SnowplowClientSession(data)
      }
    }
  }
}
