/// The session that trackers of mobile applications tell in a context, as they have no cookies.
struct SnowplowClientSession {
  /// The installation of the application.
  let user: String?
  /// The session.
  let session: String?

  /// Looks for the context `client_session` in the envelope `contexts`.
  init?(inContexts envelope: JSONNode?) {
    guard let envelope else { return nil }
    for context in (envelope["data"] ?? envelope).elements {
      guard let schema = SnowplowSchema(context), schema.name == "client_session", let data = schema.data else {
        continue
      }
      self.init(data)
      return
    }
    return nil
  }

  /// Reads the data of such a context.
  init(_ data: JSONNode) {
    user = data["userId"]?.string
    session = data["sessionId"]?.string
  }
}
