/// Events as columns in order of arrival: what a parser hands to the store.
///
/// Strings that recur are codes into the ``EventDictionaries`` that the parser keeps for the whole import;
/// ``TermDictionary/missing`` stands for "none". All columns have ``count`` entries, but for ``bots``.
public struct EventBatch: Sendable {
  /// Milliseconds since 1970, UTC.
  public var times: [Int64] = []
  /// Codes in ``EventDictionaries/users``; never missing.
  public var users: [UInt32] = []
  /// Codes in ``EventDictionaries/types``; never missing.
  public var types: [UInt32] = []
  /// Codes in ``EventDictionaries/items``.
  public var items: [UInt32] = []
  /// Codes in ``EventDictionaries/categories``.
  public var categories: [UInt32] = []
  /// Finite values; NaN stands for "none".
  public var values: [Double] = []
  /// Codes in ``EventDictionaries/sessions``.
  public var sessions: [UInt32] = []
  /// Codes in ``EventDictionaries/pages``.
  public var pages: [UInt32] = []
  /// Codes in ``EventDictionaries/sources``.
  public var sources: [UInt32] = []
  /// The source's event identifiers; empty where it gave none.
  public var ids = ByteColumn()
  /// JSON objects as text; empty where there are no further properties.
  public var properties = ByteColumn()
  /// Which events are a bot's; empty where none is.
  public var bots: [Bool] = []

  /// Makes an empty batch.
  public init() {}

  /// Number of events.
  @inlinable public var count: Int { times.count }

  /// Makes room for `count` events.
  public mutating func reserveCapacity(_ count: Int) {
    times.reserveCapacity(count)
    users.reserveCapacity(count)
    types.reserveCapacity(count)
    items.reserveCapacity(count)
    categories.reserveCapacity(count)
    values.reserveCapacity(count)
    sessions.reserveCapacity(count)
    pages.reserveCapacity(count)
    sources.reserveCapacity(count)
    ids.reserveCapacity(count, byteCount: count * 16)
    properties.reserveCapacity(count, byteCount: 0)
  }

  /// Adds one event.
  public mutating func append(_ event: Event, coding dictionaries: inout EventDictionaries) {
    func code(_ text: String?, _ dictionary: inout TermDictionary) -> UInt32 {
      guard let text, !text.isEmpty else { return TermDictionary.missing }
      return dictionary.code(adding: text)
    }
    times.append(event.time.milliseconds)
    users.append(dictionaries.users.code(adding: event.user.rawValue))
    types.append(dictionaries.types.code(adding: event.type))
    items.append(code(event.item, &dictionaries.items))
    categories.append(code(event.category, &dictionaries.categories))
    values.append(event.value ?? .nan)
    sessions.append(code(event.session, &dictionaries.sessions))
    pages.append(code(event.page, &dictionaries.pages))
    sources.append(code(event.source, &dictionaries.sources))
    ids.append(event.id)
    properties.append(event.properties ?? "")
    guard event.isBot || !bots.isEmpty else { return }
    if bots.isEmpty { bots = Array(repeating: false, count: count - 1) }
    bots.append(event.isBot)
  }
}

/// The dictionaries of the coded columns of events.
public struct EventDictionaries: Sendable {
  /// User identifiers.
  public var users = TermDictionary()
  /// Event types.
  public var types = TermDictionary()
  /// Items.
  public var items = TermDictionary()
  /// Categories.
  public var categories = TermDictionary()
  /// The sources' own sessions.
  public var sessions = TermDictionary()
  /// Pages.
  public var pages = TermDictionary()
  /// Sources.
  public var sources = TermDictionary()

  /// Makes empty dictionaries.
  public init() {}
}
