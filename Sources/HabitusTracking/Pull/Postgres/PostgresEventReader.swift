internal import HabitusModel

/// Turns rows into events and collects them to pages. Rows of one key stay on one page.
struct PostgresEventReader: PostgresRowConsumer {
  private let plan: PostgresEventPlan
  private let parser: PostgresEventParser
  private let pageLimit: PullPageLimit

  /// What is complete.
  private(set) var events: [TrackedEvent] = []
  private(set) var refused: [RefusedPayload] = []
  /// The key of the last event that is complete; `nil` where there is none.
  private(set) var last: PostgresKey?

  private var byteCount = 0
  private var pendingKey: PostgresKey?
  private var pending: [PostgresEventParser.Reading] = []

  init(_ plan: PostgresEventPlan, _ parser: PostgresEventParser, limit: PullPageLimit) {
    self.plan = plan
    self.parser = parser
    self.pageLimit = limit
  }

  mutating func take(_ row: PostgresRow) -> Bool {
    let created = row.moment(PostgresEventPlan.Column.created.rawValue) ?? .minusInfinity
    let key = PostgresKey(created: created, id: row.text(PostgresEventPlan.Column.id.rawValue) ?? "")
    if let pendingKey, pendingKey.created != key.created || !pendingKey.id.utf8.elementsEqual(key.id.utf8) {
      complete()
    }
    pendingKey = key
    let rowByteCount = row.byteCount(columns: plan.columnCount)
    byteCount += rowByteCount
    pending.append(parser.read(row, byteCount: rowByteCount))
    return events.count + refused.count < pageLimit.rowCount && byteCount < pageLimit.byteCount
  }

  /// Says that no more rows come.
  mutating func finish() { complete() }

  /// Hands over what is complete, and forgets it.
  mutating func drain() -> (events: [TrackedEvent], refused: [RefusedPayload], last: PostgresKey?) {
    defer {
      events = []
      refused = []
      byteCount = 0
    }
    return (events, refused, last)
  }

  /// Rows of one key, which come of several rows in the tables beside, are put into an order of their own: the database
  /// has none for them.
  private mutating func complete() {
    guard let key = pendingKey else { return }
    if pending.count > 1 { pending.sort { $0.order.lexicographicallyPrecedes($1.order) } }
    for reading in pending {
      switch reading {
      case .event(let event): events.append(event)
      case .refused(var payload):
        payload.position = refused.count
        refused.append(payload)
      }
    }
    pending.removeAll(keepingCapacity: true)
    pendingKey = nil
    last = key
  }
}

extension PostgresEventParser.Reading {
  /// What rows of one key are ordered by.
  fileprivate var order: [UInt8] {
    switch self {
    case .event(let event): Array("\(event.event.time) \(event.event.properties ?? "")".utf8)
    case .refused(let payload): payload.raw
    }
  }
}

/// How large a page may become.
struct PullPageLimit: Sendable, Equatable {
  var rowCount: Int
  /// Of the values as the database sends them.
  var byteCount: Int
}
