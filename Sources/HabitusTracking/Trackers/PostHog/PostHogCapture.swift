internal import HabitusModel

/// Reads what clients of PostHog capture: an event, an array of events, or a batch
/// `{"api_key": …, "batch": [event, …], "sent_at": …, "historical_migration": …}`.
///
/// What an event becomes is told at `PostHogAssembly`, how bodies may be wrapped at `PostHogBody`. Requests for feature
/// flags are answered that there are none, so that clients which ask do not wait or warn.
///
/// An event that identifies (`$identify` with `$anon_distinct_id`) or aliases (`$create_alias`: `distinct_id` is the
/// former identifier and `alias` the known one; `$merge_dangerously`: the other way round) stays an event, and says
/// that two identifiers are one person's, unless one of them can stand for nobody. The address is `$ip` (null: none),
/// else that of the connection where the library runs at the visitor and the query does not say `ip=0`; the user agent
/// is `$raw_user_agent`, else the header's for browsers.
public struct PostHogCapture: TrackerProtocol {
  /// `posthog`.
  public let name = "posthog"
  /// 20 MiB; a single event may have 2 MiB.
  public let maximumBodyByteCount = 20 << 20
  /// Where clients send to.
  public let routes =
    ["/capture", "/e", "/track", "/engage", "/i/v0/e", "/batch", "/i/v0/ai/batch", "/flags", "/decide"].map {
      TrackerRoute("POST", $0)
    }

  /// The most bytes that one event may have.
  static let maximumEventByteCount = 2 << 20

  private let assembly: PostHogAssembly

  /// Uses a mapping for what is not told by the protocol.
  public init(mapping: EventMapping = .standard) { assembly = PostHogAssembly(mapping) }

  /// Reads one request.
  ///
  /// The key is `api_key` or `token` of the body, else that of the first event that carries one (`token`, `api_key`,
  /// `properties.token`), else the query's. Without a key of the body, events that carry another one are refused. Where
  /// no event can be read, the request is refused.
  ///
  /// - Throws: ``TrackerRefusal`` with status 400, or 413 for what is too large.
  public func read(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    if request.path == "/flags" || request.path == "/decide" { return try readFlags(request) }
    let root = try PostHogBody(maximumByteCount: maximumBodyByteCount).document(of: request).root
    var envelope = PostHogEnvelope(root.kind == .object ? root : nil, request)
    let isWhole = root.kind == .object && root["batch"] == nil
    let parts = try Self.parts(of: root)
    let own = root.kind == .object ? PostHogEnvelope.token(in: root) : nil
    if own == nil { envelope.token = parts.lazy.compactMap(PostHogEnvelope.token(ofEvent:)).first ?? envelope.token }

    var reading = TrackerReading(answer: .json(#"{"status":"Ok"}"#))
    reading.credential = envelope.token
    for (position, part) in parts.enumerated() {
      do throws(EventDefect) {
        guard part.sourceBytes.count <= Self.maximumEventByteCount else {
          throw EventDefect(
            reason: "event_too_large",
            message: "an event is longer than \(Self.maximumEventByteCount) bytes; send less in it")
        }
        if own == nil, let token = PostHogEnvelope.token(ofEvent: part), token != envelope.token {
          throw EventDefect(
            reason: "other_token",
            message: "an event carries another token than the first; send one project's at a time")
        }
        let (event, link) = try assembly.event(
          of: part, envelope, token: envelope.token, isWhole: isWhole,
          defaultType: request.path == "/engage" ? "$identify" : nil)
        reading.events.append(event)
        if let link { reading.links.append(link) }
      } catch {
        let raw = Array(part.sourceBytes.prefix(RefusedRow.maximumRawByteCount))
        reading.refused.append(
          RefusedPayload(reason: error.reason, message: error.message, raw: raw, position: position))
      }
    }
    return try Self.checked(reading, raw: root)
  }

  /// As PostHog answers, which its clients read `detail` of.
  public func answer(to refusal: TrackerRefusal) -> TrackerAnswer {
    var body = Array(#"{"type":"validation_error","code":"#.utf8)
    JSONText.appendString(refusal.reason.utf8, to: &body)
    body.append(contentsOf: #","detail":"#.utf8)
    JSONText.appendString(refusal.message.utf8, to: &body)
    body.append(contentsOf: #","attr":null}"#.utf8)
    return TrackerAnswer(status: refusal.status, contentType: "application/json", body: body)
  }

  // MARK: Parts

  private static func parts(of root: JSONNode) throws(TrackerRefusal) -> [JSONNode] {
    let parts: [JSONNode]
    if root.kind == .array {
      parts = root.elements
    } else if let batch = root["batch"] {
      guard batch.kind == .array else {
        throw PostHogBody.refusal("invalid_batch", "the body's 'batch' is no array of events", Array(root.sourceBytes))
      }
      parts = batch.elements
    } else {
      parts = [root]
    }
    guard !parts.isEmpty else { throw PostHogBody.refusal("empty_batch", "the body holds no event", []) }
    return parts
  }

  private static func checked(_ reading: TrackerReading, raw root: JSONNode) throws(TrackerRefusal) -> TrackerReading {
    guard reading.events.isEmpty, let first = reading.refused.first else { return reading }
    let others = reading.refused.count - 1
    var refusal = PostHogBody.refusal(
      first.reason,
      first.message + (others == 0 ? "" : "; the other events (\(others)) cannot be read, either"),
      Array(root.sourceBytes))
    if first.reason == "event_too_large" { refusal.status = 413 }
    throw refusal
  }

  private func readFlags(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    var reading = TrackerReading(answer: .json(#"{"flags":{},"errorsWhileComputingFlags":false}"#))
    let root =
      request.body.isEmpty
      ? nil : try PostHogBody(maximumByteCount: Self.maximumEventByteCount).document(of: request).root
    reading.credential = PostHogEnvelope(root.flatMap { $0.kind == .object ? $0 : nil }, request).token
    return reading
  }
}
