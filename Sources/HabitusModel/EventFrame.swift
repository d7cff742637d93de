/// The column view that an analysis scans: the events of some users, sorted by (user, time), a user's events in one run.
///
/// Events of one user in the same millisecond are ordered by type, item, category, value (strings by bytes, missing
/// last), then id. Codes refer to the dictionaries of the store (or of whatever made the frame). Columns that were not
/// asked for are empty. A frame is a buffer that is meant to be used again for the next part of a scan.
public struct EventFrame: Sendable {
  /// The users' codes, ascending, each once.
  public var users: [UInt32] = []
  /// `users.count + 1` positions: the events of `users[i]` are `offsets[i]..<offsets[i + 1]`.
  public var offsets: [Int] = [0]
  /// Milliseconds since 1970, UTC.
  public var times: [Int64] = []
  /// Event types.
  public var types: [UInt32] = []
  /// Items; ``TermDictionary/missing`` for none.
  public var items: [UInt32] = []
  /// Categories; ``TermDictionary/missing`` for none.
  public var categories: [UInt32] = []
  /// Values; NaN for none.
  public var values: [Double] = []
  /// The sources' own sessions; ``TermDictionary/missing`` for none.
  public var sessions: [UInt32] = []
  /// Pages; ``TermDictionary/missing`` for none.
  public var pages: [UInt32] = []
  /// Sources; ``TermDictionary/missing`` for none.
  public var sources: [UInt32] = []
  /// Event identifiers.
  public var ids = ByteColumn()
  /// JSON objects as text; empty for none.
  public var properties = ByteColumn()
  /// Which events are a bot's; empty where none of the frame is.
  public var bots: [Bool] = []

  /// Makes an empty frame.
  public init() {}

  /// Number of events.
  @inlinable public var eventCount: Int { times.count }
}

/// Which columns of a frame are read; user, time and type always are.
public struct EventColumns: OptionSet, Sendable {
  /// The set as bits.
  public let rawValue: UInt16

  /// Makes a set from bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// ``EventFrame/items``.
  public static let items = EventColumns(rawValue: 1)
  /// ``EventFrame/categories``.
  public static let categories = EventColumns(rawValue: 2)
  /// ``EventFrame/values``.
  public static let values = EventColumns(rawValue: 4)
  /// ``EventFrame/sessions``.
  public static let sessions = EventColumns(rawValue: 8)
  /// ``EventFrame/pages``.
  public static let pages = EventColumns(rawValue: 16)
  /// ``EventFrame/sources``.
  public static let sources = EventColumns(rawValue: 32)
  /// ``EventFrame/ids``.
  public static let ids = EventColumns(rawValue: 64)
  /// ``EventFrame/properties``.
  public static let properties = EventColumns(rawValue: 128)
  /// ``EventFrame/bots``.
  public static let bots = EventColumns(rawValue: 256)
  /// Every column.
  public static let all = EventColumns(rawValue: 511)
}
