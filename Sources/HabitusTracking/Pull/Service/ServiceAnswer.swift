internal import HabitusModel

/// What a service answers to one request for events.
struct ServiceAnswer: Sendable {
  /// An element of the list.
  struct Element: Sendable {
    /// What it is known by when it comes again.
    var identity: String
    /// When it happened; `nil` where it cannot be read.
    var time: Timestamp?
    var reading: Result<TrackedEvent, EventDefect>
    /// The element as it came; empty for events.
    var raw: [UInt8]
  }

  let elements: [Element]
  /// The last moment of an event that can be read.
  let lastTime: Timestamp?
  /// Whether no event is earlier than the one before it.
  let isSorted: Bool

  /// Reads `{"events":[…]}`.
  init(_ body: [UInt8], _ assembly: EventAssembly, place: String) throws(PullError) {
    let root: JSONNode
    do throws(JSONTextError) {
      root = try JSONDocument(body).root
    } catch {
      throw .malformedAnswer(place: place, reason: error.description)
    }
    guard let list = root["events"], list.kind == .array else {
      throw .malformedAnswer(place: place, reason: "it is no JSON object with a list `events`")
    }
    var elements: [Element] = []
    var lastTime: Timestamp?
    var isSorted = true
    for (position, node) in list.elements.enumerated() {
      let element = Self.element(node, assembly, position: position)
      elements.append(element)
      guard let time = element.time else { continue }
      if let last = lastTime, time < last { isSorted = false } else { lastTime = time }
    }
    (self.elements, self.lastTime, self.isSorted) = (elements, lastTime, isSorted)
  }

  private static func element(_ node: JSONNode, _ assembly: EventAssembly, position: Int) -> Element {
    // No event is from the first moment of the year 1: that stands for none.
    let none = Timestamp.representable.lowerBound
    do throws(EventDefect) {
      let tracked = try TrackingService.event(from: node, assembly: assembly, received: none)
      guard tracked.event.time != none else {
        throw EventDefect(.noTime, "the event has neither `timestamp` nor `client_timestamp`")
      }
      let identity = tracked.event.id.isEmpty ? node.source : "id " + tracked.event.id
      return Element(identity: identity, time: tracked.event.time, reading: .success(tracked), raw: [])
    } catch {
      let raw = node.sourceBytes.prefix(RefusedRow.maximumRawByteCount)
      return Element(identity: node.source, time: nil, reading: .failure(error), raw: Array(raw))
    }
  }
}
