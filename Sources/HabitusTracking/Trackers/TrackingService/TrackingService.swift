internal import HabitusModel

/// What the browser SDK and the services of the existing tracking system send.
///
/// A batch is answered with success as soon as it is a list, whatever its elements are: the SDK sends a batch again
/// that failed, and what can never be accepted would come for ever. Elements that are no events are in
/// ``TrackerReading/refused``, and the answer says how many. A single event that cannot be read is refused with 422: it
/// is JSON, and sending it again is of no use. What is no JSON at all, and a batch without a list, are refused with
/// 400.
public struct TrackingService: TrackerProtocol {
  /// `tracking`.
  public static let name = "tracking"

  /// The most bytes of a body: queues that have waited for the network for long come in one batch.
  public let maximumBodyByteCount = 16 << 20

  /// The most events of a batch: more than fit into a body, but for elements that are no events.
  public static let maximumEventCount = 100_000

  let assembly: EventAssembly

  /// Uses a mapping for item, category, value and page.
  public init(mapping: EventMapping = .standard) { assembly = EventAssembly(mapping) }

  /// `tracking`.
  public var name: String { Self.name }

  /// Events under `/api/events`, consent under `/api/consent`.
  public let routes = [
    "/api/events/track-batch", "/api/events/track", "/api/events/match/proposed", "/api/events/match/viewed",
    "/api/events/match/decision", "/api/events/match/feedback", "/api/consent/set", "/api/consent/record",
    "/api/consent/withdraw",
  ].map { TrackerRoute("POST", $0) }

  /// Reads a request.
  ///
  /// - Throws: What ``PayloadDecoding`` throws; 400 `invalid_json`, `no_events`, `too_many_events`, `unknown_route`;
  ///   422 with the reason of the one event or statement that the request consists of.
  public func read(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    switch request.path {
    case "/api/events/track-batch": return try batch(request)
    case "/api/events/track": return try single(request, kind: nil)
    case "/api/events/match/proposed": return try single(request, kind: .proposed)
    case "/api/events/match/viewed": return try single(request, kind: .viewed)
    case "/api/events/match/decision": return try single(request, kind: .decision)
    case "/api/events/match/feedback": return try single(request, kind: .feedback)
    case "/api/consent/set": return try setConsent(request)
    case "/api/consent/record": return try recordConsents(request)
    case "/api/consent/withdraw": return try withdrawConsents(request)
    default:
      throw TrackerRefusal(
        status: 400, reason: "unknown_route", message: "the tracking service has no path '\(request.path)'",
        raw: request.body)
    }
  }

  /// `{"status":"error","reason":…,"message":…}` with the refusal's status.
  public func answer(to refusal: TrackerRefusal) -> TrackerAnswer {
    .json(
      TrackerBody.object(("status", "error"), ("reason", refusal.reason), ("message", refusal.message)),
      status: refusal.status)
  }

  private func batch(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    let root = try TrackerBody.json(request, maximumByteCount: maximumBodyByteCount).root
    guard let list = root.kind == .array ? root : root["events"], list.kind == .array else {
      throw TrackerRefusal(
        status: 400, reason: "no_events", message: "the body has no list `events`; send {\"events\":[…]}",
        raw: Array(root.sourceBytes))
    }
    let mayHoldNUL = root.document.mayHoldNUL
    let userAgent = request.browserAgent
    let elements = list.elements
    guard elements.count <= Self.maximumEventCount else {
      throw TrackerRefusal(
        status: 400, reason: "too_many_events",
        message: "the batch has \(elements.count) events; send at most \(Self.maximumEventCount) at a time",
        raw: Array(root.sourceBytes.prefix(RefusedRow.maximumRawByteCount)))
    }
    var reading = TrackerReading(answer: .json("", status: 202))
    reading.events.reserveCapacity(elements.count)
    for (position, element) in elements.enumerated() {
      do throws(EventDefect) {
        var event = try Self.event(
          from: element, type: nil, newMatchID: nil, assembly: assembly, received: request.received,
          mayHoldNUL: mayHoldNUL)
        if event.address == nil { event.address = request.address }
        if event.userAgent == nil { event.userAgent = userAgent }
        reading.events.append(event)
      } catch { reading.refused.append(error.payload(element, position: position)) }
    }
    reading.answer = .json(
      #"{"status":"accepted","events":\#(reading.events.count),"refused":\#(reading.refused.count)}"#, status: 202)
    return reading
  }
}
