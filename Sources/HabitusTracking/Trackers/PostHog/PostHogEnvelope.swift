internal import HabitusModel

/// What a request says about all of its events.
struct PostHogEnvelope {
  /// The key of the project, where the request names one outside its events.
  var token: String?
  /// When it was sent by the clock of its sender.
  var sent: Timestamp?
  /// When it came.
  var received: Timestamp
  /// Whether it carries old events of another system, whose times are no times of the sender's clock.
  var isMigration = false
  /// The visitor's address as far as the connection tells it; `nil` where the sender does not want it used.
  var address: String?
  /// The header `User-Agent`.
  var userAgent: String?

  /// The members that speak of the request.
  static let names: Set<String> = ["api_key", "token", "$token", "sent_at", "sentAt", "historical_migration", "batch"]

  /// Reads what `root` (`nil` for an array) and the query say.
  init(_ root: JSONNode?, _ request: TrackerRequest) {
    let query = FormFields.parse(request.query)
    let field = { (name: String) in query.last { $0.name == name }?.value }
    token = root.flatMap(Self.token(in:)) ?? (field("token") ?? field("api_key")).flatMap { $0.isEmpty ? nil : $0 }
    sent =
      (root?["sent_at"] ?? root?["sentAt"]).flatMap(TrackerTime.parse)
      ?? (field("_") ?? field("sent_at")).flatMap(Self.sent)
    received = request.received
    isMigration = root?["historical_migration"]?.boolean ?? false
    address = field("ip") == "0" ? nil : request.address
    userAgent = request.headers["user-agent"]
  }

  /// The key that an object carries.
  static func token(in object: JSONNode) -> String? {
    for node in [object["api_key"], object["token"], object["$token"]] {
      if let text = node?.string, !text.isEmpty { return text }
    }
    return nil
  }

  /// The key that an event carries.
  static func token(ofEvent event: JSONNode) -> String? {
    token(in: event) ?? event["properties"]?["token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Browsers write milliseconds; old ones wrote seconds, which are too coarse to correct anything by.
  private static func sent(_ text: String) -> Timestamp? {
    guard let number = Int64(text) else { return TrackerTime.parse(text) }
    return number > 1_000_000_000_000 ? TrackerTime.parse(text) : nil
  }
}
