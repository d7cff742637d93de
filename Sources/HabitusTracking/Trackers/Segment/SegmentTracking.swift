internal import HabitusModel

/// The HTTP tracking API of Segment, which the SDKs of RudderStack speak, too.
///
/// Limits are those of Segment: 32 KiB an event, 500 KiB and 2,500 events a batch. Over them the answer is 400, which
/// SDKs do not send again; of a batch with an event that is too long the other events are kept. Events of a batch that
/// are wrong otherwise are refused one by one under an answer of success, as Segment does.
public struct SegmentTracking: TrackerProtocol {
  /// `segment`.
  public static let name = "segment"
  /// The most bytes of one event.
  public static let maximumEventByteCount = 32 << 10
  /// The most events of one batch.
  public static let maximumEventCount = 2500

  /// The most bytes of a batch.
  public let maximumBodyByteCount = 500 << 10

  let assembly: EventAssembly
  private let calls: [String: Call]

  /// Uses a mapping for item, category, value and page.
  public init(mapping: EventMapping = .standard) {
    assembly = EventAssembly(mapping)
    calls = Dictionary(uniqueKeysWithValues: Self.callsByPath.map { ($0.path, $0.call) })
    routes = Self.callsByPath.map { TrackerRoute("POST", $0.path) }
  }

  /// `segment`.
  public var name: String { Self.name }

  /// `/v1/{track,identify,page,screen,group,alias,batch}`, each also by its first letter, as browsers send it;
  /// RudderStack's `/beacon/v1/batch`; without `/v1`, for SDKs whose host is set without it, all but `/track` and
  /// `/batch`, which another protocol has.
  public let routes: [TrackerRoute]

  /// What a path stands for.
  enum Call: Sendable, Equatable {
    case batch
    case event(SegmentCall)
  }

  private static let callsByPath: [(path: String, call: Call)] = {
    var calls: [(path: String, call: Call)] = [
      ("/v1/batch", .batch), ("/v1/b", .batch), ("/beacon/v1/batch", .batch), ("/b", .batch),
    ]
    for call in SegmentCall.allCases {
      let (name, letter) = (call.rawValue, call.rawValue.prefix(1))
      let paths = ["/v1/\(name)", "/v1/\(letter)", "/\(letter)"] + (call == .track ? [] : ["/\(name)"])
      calls += paths.map { ($0, .event(call)) }
    }
    return calls
  }()

  /// Reads a request.
  ///
  /// - Throws: 400 `body_too_large`, `event_too_large`, `too_many_events`, `invalid_compression`, `invalid_json`,
  ///   `no_batch`, `unknown_route`, or the reason of the one event that the request consists of; 415
  ///   `unknown_encoding`.
  public func read(_ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    guard let call = calls[request.path] else {
      throw TrackerRefusal(
        status: 400, reason: "unknown_route", message: "Segment's API has no path '\(request.path)'", raw: request.body)
    }
    let document: JSONDocument
    do throws(TrackerRefusal) { document = try TrackerBody.json(request, maximumByteCount: maximumBodyByteCount) } catch
    {
      var refusal = error
      if refusal.status == 413 { refusal.status = 400 }
      throw refusal
    }
    let root = document.root
    var reading =
      switch call {
      case .batch: try batch(root, request)
      case .event(let call): try single(root, call, request)
      }
    reading.credential = root["writeKey"]?.string ?? reading.credential
    if reading.credential == nil {
      reading.credential = FormFields.parse(request.query).last { $0.name == "writeKey" }?.value
    }
    return reading
  }

  /// `{"success":false,"code":…,"message":…}` with the refusal's status.
  public func answer(to refusal: TrackerRefusal) -> TrackerAnswer {
    Self.failure(status: refusal.status, code: refusal.reason, message: refusal.message)
  }

  private static func failure(status: Int, code: String, message: String) -> TrackerAnswer {
    let object = TrackerBody.object(("code", code), ("message", message))
    return .json(#"{"success":false,"# + object.dropFirst(), status: status)
  }

  private func single(_ root: JSONNode, _ call: SegmentCall, _ request: TrackerRequest) throws(TrackerRefusal)
    -> TrackerReading
  {
    var reading = TrackerReading(answer: .json(#"{"success":true}"#))
    do throws(EventDefect) {
      try read(root, SegmentEnvelope(batch: nil, call: call, request: request), into: &reading)
    } catch { throw error.refusal(status: 400, root) }
    return reading
  }

  private func batch(_ root: JSONNode, _ request: TrackerRequest) throws(TrackerRefusal) -> TrackerReading {
    guard let list = root["batch"], list.kind == .array else {
      throw TrackerRefusal(
        status: 400, reason: "no_batch", message: "the body has no list `batch`; send {\"batch\":[…]}",
        raw: Array(root.sourceBytes))
    }
    let elements = list.elements
    guard elements.count <= Self.maximumEventCount else {
      throw TrackerRefusal(
        status: 400, reason: "too_many_events",
        message: "the batch has \(elements.count) events; send at most \(Self.maximumEventCount) at a time",
        raw: Array(root.sourceBytes))
    }
    var reading = TrackerReading(answer: .json(#"{"success":true}"#))
    reading.events.reserveCapacity(elements.count)
    let envelope = SegmentEnvelope(batch: root, call: nil, request: request)
    for (position, element) in elements.enumerated() {
      do throws(EventDefect) { try read(element, envelope, into: &reading) } catch {
        reading.refused.append(error.payload(element, position: position))
        if error.reason == SegmentCall.tooLarge {
          reading.answer = Self.failure(
            status: 400, code: error.reason, message: "event \(position + 1) of the batch: \(error.message)")
        }
      }
    }
    reading.credential = elements.first?["writeKey"]?.string
    return reading
  }

  private func read(_ node: JSONNode, _ envelope: SegmentEnvelope, into reading: inout TrackerReading)
    throws(EventDefect)
  {
    let (event, link) = try event(from: node, envelope)
    reading.events.append(event)
    if let link { reading.links.append(link) }
  }
}
