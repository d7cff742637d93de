/// The parts of an event that a mapping can feed.
public enum EventField: String, Sendable, Codable, CaseIterable, Hashable {
  /// The source's identifier of the event.
  case id
  /// Who did it.
  case user
  /// When.
  case time
  /// What kind of thing it was.
  case type
  /// What it was done to.
  case item
  /// The class of the item.
  case category
  /// A quantity.
  case value
  /// Where in the product.
  case page
  /// The source's own session.
  case session
  /// A number that is added to the time, in ``ImportOptions/timeOffsetUnit``.
  case timeOffset = "time_offset"
  /// Whether a program did it: `true`, `1` or `yes`, or `false`, `0` or `no`, in letters of any size.
  case bot

  /// Position in ``EventField/allCases``.
  var index: Int {
    switch self {
    case .id: 0
    case .user: 1
    case .time: 2
    case .type: 3
    case .item: 4
    case .category: 5
    case .value: 6
    case .page: 7
    case .session: 8
    case .timeOffset: 9
    case .bot: 10
    }
  }

  /// The columns that feed the field without a mapping; the first that a file has is taken.
  public var defaultColumns: [String] {
    switch self {
    case .id: ["event_id"]
    case .user: ["user_id"]
    case .time: ["timestamp"]
    case .type: ["event_type", "action_type"]
    case .item: ["item_id"]
    case .category: ["category"]
    case .value: ["value"]
    case .page: ["page"]
    case .session: ["session_id"]
    case .timeOffset: []
    case .bot: ["is_bot"]
    }
  }
}
