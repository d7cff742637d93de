public import HabitusModel

/// What a tracker sent, away from any transport.
public struct TrackerRequest: Sendable {
  /// In capitals, as in `POST`.
  public var method: String
  /// The path without query, percent-decoded, as in `/v1/batch`; it has no slash at its end.
  public var path: String
  /// What follows the question mark, as it was sent.
  public var query: String
  /// The headers by name in lower case.
  public var headers: [String: String]
  /// The body as it was sent, compressed or not.
  public var body: [UInt8]
  /// The address that it came from, not truncated; it is never stored as it is.
  public var address: String?
  /// When it came.
  public var received: Timestamp

  /// Makes a request from its parts.
  public init(
    method: String, path: String, query: String = "", headers: [String: String] = [:], body: [UInt8] = [],
    address: String? = nil, received: Timestamp
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.address = address
    self.received = received
  }

  /// The user agent of the header, where it is a browser's or poses as one; `nil` for servers and libraries, which send
  /// for others: what they call themselves says nothing about a visitor.
  var browserAgent: String? { headers["user-agent"].flatMap { $0.hasPrefix("Mozilla/") ? $0 : nil } }
}

/// What a tracker is answered.
public struct TrackerAnswer: Sendable, Equatable {
  /// The status of HTTP.
  public var status: Int
  /// The media type of the body; `nil` where there is none.
  public var contentType: String?
  /// Further headers.
  public var headers: [String: String]
  /// The body.
  public var body: [UInt8]

  /// Makes an answer from its parts.
  public init(status: Int, contentType: String? = nil, headers: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.contentType = contentType
    self.headers = headers
    self.body = body
  }

  /// An answer whose body is JSON, as it is written.
  public static func json(_ text: String, status: Int = 200) -> TrackerAnswer {
    TrackerAnswer(status: status, contentType: "application/json", body: Array(text.utf8))
  }
}
