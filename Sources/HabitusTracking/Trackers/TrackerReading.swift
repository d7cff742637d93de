public import HabitusModel

/// What a request holds.
public struct TrackerReading: Sendable {
  /// The events, in the order of the request.
  public var events: [TrackedEvent] = []
  /// What it says about identifiers of one person, in the order of the request.
  public var links: [IdentityStatement] = []
  /// What it says about consent, in the order of the request.
  public var consents: [ConsentStatement] = []
  /// The parts that could not be read.
  public var refused: [RefusedPayload] = []
  /// The key that the body carries (`writeKey`, `api_key`, `token_auth`); keys in headers are left to the server.
  public var credential: String?
  /// What to answer once all of it is durable.
  public var answer: TrackerAnswer

  /// Makes an empty reading.
  public init(answer: TrackerAnswer) { self.answer = answer }
}

/// An event as a tracker sent it, with what is not stored as it came.
public struct TrackedEvent: Sendable, Equatable {
  /// The event. Its properties hold no address.
  public var event: Event
  /// The visitor's address, not truncated; `nil` where none is known or wanted.
  public var address: String?
  /// The visitor's user agent.
  public var userAgent: String?

  /// Makes an event from its parts.
  public init(_ event: Event, address: String? = nil, userAgent: String? = nil) {
    self.event = event
    self.address = address
    self.userAgent = userAgent
  }
}

/// A part of a request that could not be read.
public struct RefusedPayload: Sendable, Equatable {
  /// Why: a stable code in lower case, as in `no_user`.
  public var reason: String
  /// Why, in words, with what is wrong.
  public var message: String
  /// The part as it came, decompressed; addresses in it are truncated before it is stored.
  public var raw: [UInt8]
  /// Where in the request it stood, from 0.
  public var position: Int

  /// Makes a refused part from its parts.
  public init(reason: String, message: String, raw: [UInt8], position: Int = 0) {
    self.reason = reason
    self.message = message
    self.raw = raw
    self.position = position
  }
}

/// Why nothing of a request can be taken.
public struct TrackerRefusal: Error, Equatable, Sendable {
  /// The status of HTTP: 400, 401, 413, 415, 422, 429 or 503.
  public var status: Int
  /// A stable code in lower case, as in `invalid_json`.
  public var reason: String
  /// What is wrong, where, and what to do.
  public var message: String
  /// The body as far as it could be read, decompressed; empty where it is not worth keeping.
  public var raw: [UInt8]

  /// Makes a refusal from its parts.
  public init(status: Int, reason: String, message: String, raw: [UInt8] = []) {
    self.status = status
    self.reason = reason
    self.message = message
    self.raw = raw
  }
}
