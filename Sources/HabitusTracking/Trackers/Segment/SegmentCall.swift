/// A call of Segment's API.
enum SegmentCall: String, Sendable, CaseIterable {
  case track, identify, page, screen, group, alias

  /// The reason of an event that is longer than the limit.
  static let tooLarge = "event_too_large"

  /// The type of its events; `nil` where the event names it.
  var eventType: String? {
    switch self {
    case .track: nil
    case .identify: "identify"
    case .page: "page_view"
    case .screen: "screen_view"
    case .group: "group"
    case .alias: "alias"
    }
  }
}

/// What surrounds the events of a request.
struct SegmentEnvelope {
  /// The object around a batch: its `context`, `integrations` and `sentAt` hold for every event.
  var batch: JSONNode?
  /// What the events are by the path; `nil` where each says so.
  var call: SegmentCall?
  var request: TrackerRequest
  /// When the batch was sent, by the sender's clock.
  var sent: JSONNode?
  var mayHoldNUL = true

  init(batch: JSONNode?, call: SegmentCall?, request: TrackerRequest) {
    self.batch = batch
    self.call = call
    self.request = request
    sent = batch?["sentAt"]
    mayHoldNUL = batch?.document.mayHoldNUL ?? true
  }

  /// Objects that a batch and its event can both have: the event's members go before.
  func shared(_ name: StaticString, _ event: JSONNode) -> [JSONNode] {
    [event[name], batch?[name]].compactMap { $0 }.filter { $0.kind == .object }
  }
}
