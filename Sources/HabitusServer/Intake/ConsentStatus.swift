internal import Foundation
internal import HTTPTypes
internal import HabitusTracking
internal import Logging

/// Answers what a user has agreed to: `GET /api/consent/status?user_id=U`.
struct ConsentStatus: Sendable {
  private struct Status: Encodable {
    let status = "success"
    let user: String
    let consents: [String: Bool]

    enum CodingKeys: String, CodingKey {
      case status, consents
      case user = "user_id"
    }
  }

  let reader: any ConsentReader
  let access: SourceAccess
  let limiter: RateLimiter
  let health: Health

  /// Answers a request; whoever may send events of the protocol may ask.
  func answer(_ arrival: IntakeExchange.Arrival, _ tracker: any TrackerProtocol, _ logger: Logger) async -> Answer {
    do throws(TrackerRefusal) {
      let credentials = Credentials.candidates(headers: arrival.head.headerFields, query: arrival.query)
      let admission = try access.admission(tracker.name, credentials: credentials)
      if let wait = limiter.charge(1, to: admission.bucket, rate: admission.eventsPerSecond) {
        let refusal = TrackerRefusal(
          status: 429, reason: "rate_limited", message: "More requests than this source may send. Try again later.")
        return IntakeExchange.refused(refusal, tracker, retryAfter: wait)
      }
      guard let user = QueryText.values(of: ["user_id"], in: arrival.query).first, !user.isEmpty else {
        throw TrackerRefusal(
          status: 400, reason: "no_user", message: "The query names no user. Add user_id, as in ?user_id=U.")
      }
      return try await status(of: user, logger)
    } catch {
      return IntakeExchange.refused(error, tracker)
    }
  }

  private func status(of user: String, _ logger: Logger) async throws(TrackerRefusal) -> Answer {
    let consents: [String: Bool]?
    do {
      consents = try await reader.consents(of: user)
    } catch {
      health.noteFailure()
      logger.error("Consents could not be read.", metadata: ["reason": "\(type(of: error))"])
      throw TrackerRefusal(
        status: 503, reason: "storage", message: "The consents cannot be read at the moment. Try again later.")
    }
    guard let consents else {
      throw TrackerRefusal(status: 404, reason: "unknown_user", message: "Nothing is known about this user's consent.")
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(Status(user: user, consents: consents)) else {
      throw TrackerRefusal(status: 400, reason: "no_user", message: "The user cannot be written as JSON.")
    }
    return Answer(status: 200, headers: [.contentType: "application/json"], body: Array(data))
  }
}
