/// One thing that a user did, as every source is turned into.
public struct Event: Sendable, Equatable {
  /// The source's identifier of the event; empty where the source gave none (the store then makes one from the content).
  public var id: String
  /// Who did it.
  public var user: UserID
  /// When, in UTC, cut to milliseconds.
  public var time: Timestamp
  /// What kind of thing it was, as in `page_view`.
  public var type: String
  /// The source's own session identifier.
  public var session: String?
  /// What it was done to: a product, a job, a document.
  public var item: String?
  /// The class of the item.
  public var category: String?
  /// A finite quantity, with the meaning that its type gives it: seconds of a view, results of a search, money.
  public var value: Double?
  /// Where in the product it happened.
  public var page: String?
  /// Which source it came from.
  public var source: String?
  /// Everything else, as the text of one JSON object, kept as it came.
  public var properties: String?
  /// Whether a program did it, not a person: such an event is stored and counted, and analysis leaves it out unless it is
  /// asked not to.
  public var isBot: Bool

  /// Makes an event from its parts.
  public init(
    id: String = "", user: UserID, time: Timestamp, type: String, session: String? = nil, item: String? = nil,
    category: String? = nil, value: Double? = nil, page: String? = nil, source: String? = nil,
    properties: String? = nil,
    isBot: Bool = false
  ) {
    self.id = id
    self.user = user
    self.time = time
    self.type = type
    self.session = session
    self.item = item
    self.category = category
    self.value = value
    self.page = page
    self.source = source
    self.properties = properties
    self.isBot = isBot
  }
}
