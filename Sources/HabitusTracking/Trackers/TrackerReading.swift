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

/// A source says that two identifiers are one person's.
public struct IdentityStatement: Sendable, Hashable {
  /// Why a source says so.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// A visitor gave a name: an anonymous identifier and a known one.
    case identify
    /// An identifier is replaced by another.
    case alias
    /// A person who keeps the store says so.
    case manual
  }

  /// The identifier that was used before: anonymous, or the former one.
  public var former: UserID
  /// The identifier that the person is known by from now on.
  public var known: UserID
  /// When it was said; what happened before belongs to the person, too.
  public var time: Timestamp
  /// Why it was said.
  public var kind: Kind
  /// Which source said it.
  public var source: String

  /// Makes a statement from its parts.
  public init(former: UserID, known: UserID, time: Timestamp, kind: Kind, source: String) {
    self.former = former
    self.known = known
    self.time = time
    self.kind = kind
    self.source = source
  }
}

/// What a user said about one purpose.
public struct ConsentStatement: Sendable, Hashable, Codable {
  /// Who said it.
  public var user: UserID
  /// What it is about: `analytics`, `marketing`, …
  public var purpose: String
  /// Whether the user agrees.
  public var isGranted: Bool
  /// When it was said.
  public var time: Timestamp
  /// From when on it no longer counts; `nil` for never.
  public var expires: Timestamp?
  /// Which source said it.
  public var source: String

  /// Makes a statement from its parts.
  public init(
    user: UserID, purpose: String, isGranted: Bool, time: Timestamp, expires: Timestamp? = nil, source: String
  ) {
    self.user = user
    self.purpose = purpose
    self.isGranted = isGranted
    self.time = time
    self.expires = expires
    self.source = source
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
