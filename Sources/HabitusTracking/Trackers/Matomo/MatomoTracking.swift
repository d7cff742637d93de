public import HabitusModel

/// Reads what trackers of Matomo send: one request in the query or a form, or many in
/// `{"requests": ["?idsite=1&rec=1&…", …], "token_auth": …}`.
///
/// What a request becomes is told at `MatomoAssembly` and `MatomoAction`. `ping=1` becomes an event of the type `ping`,
/// which only says that the visit went on. Where both a user (`uid`) and a visitor (`cid`, `_id`) are given, they are
/// one person; a bulk says that once for each pair. The local time of the visitor (`h`, `m`, `s`) is no time of the
/// event.
public struct MatomoTracking: TrackerProtocol {
  /// `matomo`.
  public let name = "matomo"
  /// 20 MiB.
  public let maximumBodyByteCount = 20 << 20
  /// Where trackers send to.
  public let routes = ["/matomo.php", "/piwik.php"].flatMap { [TrackerRoute("GET", $0), TrackerRoute("POST", $0)] }

  private let assembly: MatomoAssembly

  /// Uses a mapping for what is not told by the protocol.
  ///
  /// - Parameter visitor: Names a visitor whom the request does not name, as by a keyed hash of address, user agent and
  ///   day. Without it, or where it knows none, such requests are refused (`no_user`).
  public init(mapping: EventMapping = .standard, visitor: (@Sendable (MatomoVisit) -> UserID?)? = nil) {
    assembly = MatomoAssembly(mapping, visitor: visitor)
  }

  /// Reads one request.
  ///
  /// The key is `token_auth` of the body, else of the query, else of the first request of a bulk that carries one;
  /// requests that carry another one are refused. The parts of a bulk that cannot be read are counted in its answer.
  ///
  /// - Throws: ``TrackerRefusal`` with status 400, 413 or 415.
  public func read(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    var parameters = MatomoParameters(fields: request.query)
    guard request.method == "POST" else { return try readSingle(parameters, Array(request.query.utf8), request) }
    let body = try PayloadDecoding.decoded(
      request.body, contentEncoding: request.headers["content-encoding"], maximumByteCount: maximumBodyByteCount)
    let start = body.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
    if start == UInt8(ascii: "{") || start == UInt8(ascii: "[") {
      return try readBulk(body, token: parameters["token_auth"], request)
    }
    let text = String(decoding: body, as: UTF8.self)
    parameters.complete(from: MatomoParameters(fields: text.hasPrefix("?") ? String(text.dropFirst()) : text))
    return try readSingle(parameters, Array((request.query + "&" + text).utf8), request)
  }

  /// As Matomo answers what it could not read of a bulk.
  public func answer(to refusal: TrackerRefusal) -> TrackerAnswer {
    var body = Array(#"{"status":"error","tracked":0,"message":"#.utf8)
    JSONText.appendString(refusal.message.utf8, to: &body)
    body.append(UInt8(ascii: "}"))
    return TrackerAnswer(
      status: refusal.status, contentType: "application/json", headers: ["cache-control": "no-store"], body: body)
  }

  // MARK: One request

  private func readSingle(
    _ parameters: MatomoParameters, _ raw: [UInt8], _ request: TrackerRequest
  ) throws(TrackerRefusal) -> TrackerReading {
    var parameters = parameters
    // A picture in a page says nothing but where it stands.
    if parameters["url"] == nil, parameters["urlref"] == nil { parameters["url"] = request.headers["referer"] }
    var reading = TrackerReading(answer: parameters["send_image"] == "0" ? Self.nothing : Self.pixel)
    reading.credential = parameters["token_auth"]
    do throws(EventDefect) {
      let (event, link) = try assembly.event(of: parameters, request, hasToken: reading.credential != nil)
      reading.events = [event]
      if let link { reading.links = [link] }
    } catch {
      let raw = MatomoParameters.withoutToken(String(decoding: raw, as: UTF8.self))
      throw TrackerRefusal(
        status: 400, reason: error.reason, message: error.message,
        raw: Array(raw.prefix(RefusedRow.maximumRawByteCount)))
    }
    return reading
  }

  // MARK: Many requests

  private func readBulk(
    _ body: [UInt8], token: String?, _ request: TrackerRequest
  ) throws(TrackerRefusal) -> TrackerReading {
    let root: JSONNode
    do throws(JSONTextError) {
      root = try JSONDocument(body).root
    } catch {
      throw Self.refusal("invalid_json", "the body is \(error)", body)
    }
    guard let requests = root["requests"], requests.kind == .array else {
      throw Self.refusal("no_requests", "the body is JSON, but has no array 'requests'", body)
    }
    var reading = TrackerReading(answer: Self.pixel)
    let shared = root["token_auth"]?.scalarText.flatMap { $0.isEmpty ? nil : $0 } ?? token
    reading.credential = shared
    for (position, part) in requests.elements.enumerated() { add(part, position, shared, request, to: &reading) }
    var pairs: Set<[UserID]> = []
    reading.links = reading.links.filter { pairs.insert([$0.former, $0.known]).inserted }
    let isAnswered = !["0", "false"].contains(root["send_image"]?.scalarText)
    reading.answer =
      isAnswered
      ? .json(#"{"status":"success","tracked":\#(reading.events.count),"invalid":\#(reading.refused.count)}"#)
      : Self.nothing
    return reading
  }

  private func add(
    _ part: JSONNode, _ position: Int, _ shared: String?, _ request: TrackerRequest, to reading: inout TrackerReading
  ) {
    do throws(EventDefect) {
      guard part.kind == .string || part.kind == .object else {
        throw EventDefect(reason: "invalid_request", message: "a request is neither a query string nor an object")
      }
      let parameters =
        part.string.map { MatomoParameters(address: $0) } ?? MatomoParameters(object: part)
      let own = parameters["token_auth"]
      if shared == nil, let own {
        if reading.credential == nil { reading.credential = own }
        guard own == reading.credential else {
          throw EventDefect(
            reason: "other_token", message: "a request carries another 'token_auth' than the first; send them apart")
        }
      }
      let (event, link) = try assembly.event(of: parameters, request, hasToken: (shared ?? own) != nil)
      reading.events.append(event)
      if let link { reading.links.append(link) }
    } catch {
      reading.refused.append(
        RefusedPayload(
          reason: error.reason, message: error.message,
          raw: Array(Self.raw(of: part).prefix(RefusedRow.maximumRawByteCount)), position: position))
    }
  }

  /// A part of a bulk without its key.
  private static func raw(of part: JSONNode) -> [UInt8] {
    if let text = part.string { return MatomoParameters.withoutToken(text) }
    guard part["token_auth"] != nil else { return Array(part.sourceBytes) }
    var text = PropertyText()
    text.append(membersOf: part, except: ["token_auth"])
    return Array((text.text ?? "{}").utf8)
  }

  private static func refusal(_ reason: String, _ message: String, _ raw: [UInt8]) -> TrackerRefusal {
    TrackerRefusal(
      status: 400, reason: reason, message: message, raw: Array(raw.prefix(RefusedRow.maximumRawByteCount)))
  }

  // MARK: Answers

  private static let nothing = TrackerAnswer(status: 204, headers: ["cache-control": "no-store"])

  /// A transparent picture of one pixel (GIF 89a), of 43 bytes.
  private static let pixel = TrackerAnswer(
    status: 200, contentType: "image/gif", headers: ["cache-control": "no-store"],
    body: [
      0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      0x21, 0xF9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2C, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02,
      0x02, 0x44, 0x01, 0x00, 0x3B,
    ])
}
