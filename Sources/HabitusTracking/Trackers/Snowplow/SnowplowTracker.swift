internal import HabitusModel

/// Reads what trackers of Snowplow send: `POST /com.snowplowanalytics.snowplow/tp2` with a batch of payloads, and
/// `GET /i` (or `/ice.png`) with one payload in the query.
///
/// What a payload becomes is told at `SnowplowAssembly`. The protocol has no credential: its application
/// identifier `aid` is a public name and stays a property; ``TrackerReading/credential`` is always `nil`. No cookie is
/// set or read.
///
/// Trackers send everything again, without end, that is answered with something else than 2xx, 400, 401, 403, 410 or
/// 422. So what can never be taken is answered 422, too large bodies and unknown encodings included.
public struct SnowplowTracker: TrackerProtocol {
  /// `snowplow`.
  public let name = "snowplow"
  /// 10 MiB; the protocol names no limit, and what is too large is lost to its sender.
  public let maximumBodyByteCount = 10 << 20
  /// Where trackers send to.
  public let routes = [
    TrackerRoute("POST", Self.batchPath), TrackerRoute("GET", "/i"), TrackerRoute("GET", "/ice.png"),
  ]

  static let batchPath = "/com.snowplowanalytics.snowplow/tp2"
  /// A header that asks for neither address nor network identifier being kept, whatever its value is.
  static let anonymityHeader = "sp-anonymous"

  private let assembly: SnowplowAssembly

  /// Uses a mapping for what is not told by the protocol.
  public init(mapping: EventMapping = .standard) { assembly = SnowplowAssembly(mapping) }

  /// Reads one request.
  ///
  /// Of a batch, what cannot be read is refused by itself. Where that is all of it, the request is.
  ///
  /// - Throws: ``TrackerRefusal`` with status 422.
  public func read(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    let isAnonymous = request.headers[Self.anonymityHeader] != nil
    do {
      return request.method == "POST"
        ? try readBatch(request, isAnonymous: isAnonymous) : try readQuery(request, isAnonymous: isAnonymous)
    } catch {
      var refusal = error
      refusal.status = Self.status(for: refusal.status)
      if isAnonymous { refusal.raw = [] }
      throw refusal
    }
  }

  /// The message as plain text, with a status that keeps trackers from sending again what can never be taken.
  public func answer(to refusal: TrackerRefusal) -> TrackerAnswer {
    TrackerAnswer(
      status: Self.status(for: refusal.status), contentType: "text/plain; charset=utf-8",
      body: Array(refusal.message.utf8))
  }

  private static func status(for status: Int) -> Int {
    switch status {
    case 401, 403, 408, 410, 429, 500...: status
    default: 422
    }
  }

  // MARK: Requests

  private func readBatch(_ request: TrackerRequest, isAnonymous: Bool) throws(TrackerRefusal) -> TrackerReading {
    let body = try PayloadDecoding.decoded(
      request.body, contentEncoding: request.headers["content-encoding"], maximumByteCount: maximumBodyByteCount)
    let parts: [JSONNode]
    do throws(SnowplowFault) {
      parts = try Self.parts(of: body)
    } catch {
      throw TrackerRefusal(status: 422, reason: error.reason, message: error.message, raw: body)
    }
    var reading = TrackerReading(answer: Self.accepted)
    for (position, part) in parts.enumerated() {
      add(part, raw: part.sourceBytes, at: position, of: request, isAnonymous: isAnonymous, to: &reading)
    }
    return try checked(reading, raw: body)
  }

  private func readQuery(_ request: TrackerRequest, isAnonymous: Bool) throws(TrackerRefusal) -> TrackerReading {
    let raw = Array(request.query.utf8)
    let part: JSONNode
    do throws(SnowplowFault) {
      guard raw.count <= maximumBodyByteCount else {
        throw SnowplowFault("body_too_large", "the query is longer than \(maximumBodyByteCount) bytes")
      }
      part = try SnowplowPayload.node(ofQuery: request.query)
    } catch {
      throw TrackerRefusal(
        status: 422, reason: error.reason, message: error.message, raw: Array(raw.prefix(maximumBodyByteCount)))
    }
    var reading = TrackerReading(answer: Self.pixel)
    add(part, raw: raw[...], at: 0, of: request, isAnonymous: isAnonymous, to: &reading)
    return try checked(reading, raw: raw)
  }

  /// The payloads of a batch: `{"schema": "iglu:…/payload_data/…", "data": [{…}, …]}`.
  private static func parts(of body: [UInt8]) throws(SnowplowFault) -> [JSONNode] {
    let root: JSONNode
    do throws(JSONTextError) {
      root = try JSONDocument(body).root
    } catch {
      throw SnowplowFault("invalid_json", "the body is \(error)")
    }
    guard root.kind == .object else {
      throw SnowplowFault("not_an_object", "the body is JSON, but no object with 'schema' and 'data'")
    }
    if let schema = root["schema"], !schema.isNull, SnowplowSchema.name(schema.string ?? "") != "payload_data" {
      throw SnowplowFault(
        "unknown_schema",
        "the body's 'schema' is \(SnowplowText.excerpt(schema.source)); a batch has '…/payload_data/…'")
    }
    guard let data = root["data"], data.kind == .array else {
      throw SnowplowFault("no_data", "the body has no array 'data' with the payloads")
    }
    let parts = data.elements
    guard !parts.isEmpty else { throw SnowplowFault("no_data", "the body's array 'data' is empty") }
    return parts
  }

  // MARK: Parts

  private func add(
    _ part: JSONNode, raw: ArraySlice<UInt8>, at position: Int, of request: TrackerRequest, isAnonymous: Bool,
    to reading: inout TrackerReading
  ) {
    let payload = SnowplowPayload(part, isAnonymous: isAnonymous)
    do throws(SnowplowFault) {
      let (event, link) = try assembly.event(of: payload, received: request.received)
      let isBrowser = request.method == "GET" || payload.text("p") == "web"
      reading.events.append(
        TrackedEvent(
          event, address: isAnonymous ? nil : payload.text("ip") ?? request.address,
          userAgent: payload.text("ua") ?? (isBrowser ? request.headers["user-agent"] : nil)))
      if let link { reading.links.append(link) }
    } catch {
      let raw = isAnonymous ? payload.anonymousBytes : Array(raw)
      reading.refused.append(
        RefusedPayload(reason: error.reason, message: error.message, raw: raw, position: position))
    }
  }

  /// The reading with each link once, unless nothing of the request could be read.
  private func checked(_ reading: TrackerReading, raw: [UInt8]) throws(TrackerRefusal) -> TrackerReading {
    if reading.events.isEmpty, let first = reading.refused.first {
      let others = reading.refused.count - 1
      throw TrackerRefusal(
        status: 422, reason: first.reason,
        message: first.message + (others == 0 ? "" : "; the other payloads (\(others)) cannot be read, either"),
        raw: raw)
    }
    var reading = reading
    var pairs: Set<[UserID]> = []
    reading.links = reading.links.filter { pairs.insert([$0.former, $0.known]).inserted }
    return reading
  }

  // MARK: Answers

  private static let accepted = TrackerAnswer(
    status: 200, contentType: "text/plain; charset=utf-8", body: Array("ok".utf8))

  /// A transparent picture of one pixel (GIF 89a).
  private static let pixel = TrackerAnswer(
    status: 200, contentType: "image/gif", headers: ["cache-control": "no-cache, no-store, must-revalidate"],
    body: [
      0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00,
      0x21, 0xF9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2C, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02,
      0x02, 0x44, 0x01, 0x00, 0x3B,
    ])
}
