internal import HTTPTypes
internal import Habitus
internal import HabitusModel
internal import HabitusTracking
internal import Logging

/// Takes a request to a protocol from its arrival to its answer: reading, the right to send, the limit of the source,
/// the intake.
struct IntakeExchange: Sendable {
  /// A request that has arrived whole.
  struct Arrival: Sendable {
    var path: String
    var query: String
    var head: HTTPRequest
    var body: [UInt8]
    var address: String?
    var received: Timestamp

    /// The length that the sender has declared; the body is left out where that is too much.
    var declaredByteCount: Int { head.headerFields[.contentLength].flatMap { Int($0) } ?? 0 }
  }

  let intake: any IntakeReceiver
  let access: SourceAccess
  let limiter: RateLimiter
  let health: Health

  /// Answers a request. Nobody who may not send leaves anything behind, in the quarantine neither.
  func answer(_ arrival: Arrival, to tracker: any TrackerProtocol, _ logger: Logger) async -> Answer {
    do throws(TrackerRefusal) {
      return try await outcome(arrival, tracker, logger)
    } catch {
      return Self.refused(error, tracker)
    }
  }

  private func outcome(
    _ arrival: Arrival, _ tracker: any TrackerProtocol, _ logger: Logger
  ) async throws(TrackerRefusal) -> Answer {
    var credentials = Credentials.candidates(headers: arrival.head.headerFields, query: arrival.query)
    guard max(arrival.declaredByteCount, arrival.body.count) <= tracker.maximumBodyByteCount else {
      return try await refused(Self.tooLarge(tracker), arrival, credentials, tracker)
    }
    let reading: TrackerReading
    do throws(TrackerRefusal) {
      reading = try tracker.read(Self.request(arrival))
    } catch {
      return try await refused(error, arrival, credentials, tracker)
    }
    if let text = reading.credential { credentials.append(text) }
    let admission = try access.admission(tracker.name, credentials: credentials)
    let partCount =
      reading.events.count + reading.links.count + reading.consents.count + reading.refused.count
    if let wait = charge(partCount, admission) { return Self.limited(wait, tracker) }
    do throws(IntakeError) {
      _ = try await intake.accept(reading, from: admission.source)
      health.noteSuccess()
      return Answer(reading.answer)
    } catch {
      return unavailable(error, tracker, logger)
    }
  }

  /// Answers a request of which nothing could be read. Those who may send have it counted and kept; others only learn
  /// that they may not send, unless the body was too large to find a key in it.
  private func refused(
    _ refusal: TrackerRefusal, _ arrival: Arrival, _ credentials: [String], _ tracker: any TrackerProtocol
  ) async throws(TrackerRefusal) -> Answer {
    let admission: SourceAccess.Admission
    do throws(TrackerRefusal) {
      admission = try access.admission(tracker.name, credentials: credentials)
    } catch {
      guard credentials.isEmpty else { throw error }
      if refusal.status == 413 { throw TrackerRefusal(status: 413, reason: refusal.reason, message: refusal.message) }
      throw TrackerRefusal(
        status: error.status, reason: error.reason,
        message: error.message + " None could be read from the body either: \(refusal.reason).")
    }
    if let wait = charge(1, admission) { return Self.limited(wait, tracker) }
    await intake.refuse(refusal, from: admission.source)
    return Self.refused(refusal, tracker)
  }

  private func charge(_ count: Int, _ admission: SourceAccess.Admission) -> Duration? {
    limiter.charge(count, to: admission.bucket, rate: admission.eventsPerSecond)
  }

  private func unavailable(_ error: IntakeError, _ tracker: any TrackerProtocol, _ logger: Logger) -> Answer {
    switch error {
    case .busy(let wait):
      let refusal = TrackerRefusal(
        status: 503, reason: "busy", message: "Too many events wait to be written. Try again later.")
      return Self.refused(refusal, tracker, retryAfter: wait)
    case .stopped:
      health.noteStopped()
      let refusal = TrackerRefusal(
        status: 503, reason: "stopped", message: "The service is ending. Try again later.")
      return Self.refused(refusal, tracker, retryAfter: .seconds(5))
    case .storage(let reason):
      health.noteFailure()
      logger.error(
        "Events could not be stored.", metadata: ["protocol": "\(tracker.name)", "reason": "\(reason)"])
      let refusal = TrackerRefusal(
        status: 503, reason: "storage", message: "The events cannot be stored at the moment. Try again later.")
      return Self.refused(refusal, tracker, retryAfter: .seconds(10))
    }
  }

  // MARK: Requests and refusals

  private static func request(_ arrival: Arrival) -> TrackerRequest {
    var headers: [String: String] = [:]
    headers.reserveCapacity(arrival.head.headerFields.count)
    for field in arrival.head.headerFields {
      let name = field.name.canonicalName
      if let value = headers[name] { headers[name] = value + ", " + field.value } else { headers[name] = field.value }
    }
    return TrackerRequest(
      method: arrival.head.method.rawValue, path: arrival.path, query: arrival.query, headers: headers,
      body: arrival.body, address: arrival.address, received: arrival.received)
  }

  private static func tooLarge(_ tracker: any TrackerProtocol) -> TrackerRefusal {
    TrackerRefusal(
      status: 413, reason: "body_too_large",
      message: "The body has more than \(tracker.maximumBodyByteCount) bytes. Send fewer events in one request.")
  }

  private static func limited(_ wait: Duration, _ tracker: any TrackerProtocol) -> Answer {
    let refusal = TrackerRefusal(
      status: 429, reason: "rate_limited", message: "More events than this source may send. Try again later.")
    return refused(refusal, tracker, retryAfter: wait)
  }

  /// A refusal in the words of the protocol.
  static func refused(
    _ refusal: TrackerRefusal, _ tracker: any TrackerProtocol, retryAfter: Duration? = nil
  ) -> Answer {
    var answer = Answer(tracker.answer(to: refusal), refusal: refusal.reason)
    if let retryAfter {
      // Whole seconds, and never 0: a client that tries again at once would be refused again.
      let (seconds, attoseconds) = retryAfter.components
      answer.headers[.retryAfter] = String(max(1, seconds + (attoseconds > 0 ? 1 : 0)))
    }
    if answer.status == 401, !answer.headers.contains(.wwwAuthenticate) {
      answer.headers[.wwwAuthenticate] = #"Bearer realm="habitus""#
    }
    return answer
  }
}
