internal import CPQ

/// Where a database is: a connection string of libpq, and what of it may be said in messages.
struct PostgresAddress: Sendable {
  /// As it was given, `postgres://user@host/database` or `host=… dbname=…`.
  let text: String
  /// What no message may hold.
  private let secrets: [String]

  /// Reads a connection string.
  ///
  /// - Throws: ``PullError/invalidAddress(source:reason:)``, without the text: nobody knows what in it is the password.
  init(_ text: String) throws(PullError) {
    self.text = text
    guard !text.isEmpty, !text.utf8.contains(0) else {
      throw .invalidAddress(source: "postgres", reason: "it is empty or holds a NUL")
    }
    guard let options = PQconninfoParse(text, nil) else {
      throw .invalidAddress(
        source: "postgres",
        reason: "it is neither postgres://user:password@host:port/database, with special characters percent-encoded, "
          + "nor a list such as host=… port=… dbname=… user=… password=…")
    }
    defer { PQconninfoFree(options) }
    var secrets: [String] = []
    var option = options
    while let keyword = option.pointee.keyword {
      if ["password", "sslpassword"].contains(String(cString: keyword)), let value = option.pointee.val {
        secrets.append(String(cString: value))
      }
      option += 1
    }
    self.secrets = secrets.filter { $0.utf8.count >= 4 }
  }

  /// The keywords and values that a connection is made with; what the text says itself goes before the defaults.
  func parameters(timeoutSeconds: Int) -> [(keyword: String, value: String)] {
    [
      ("fallback_application_name", "habitus"), ("connect_timeout", String(max(2, timeoutSeconds))),
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "60000"), ("dbname", text), ("client_encoding", "UTF8"),
    ]
  }

  /// One line of what a server or libpq says, without secrets.
  func cleaned(_ message: String) -> String {
    var line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    for secret in secrets { line = line.replacingAll(secret, with: "***") }
    return line.isEmpty ? "no reason was given" : line
  }
}

extension String {
  /// The text with every occurrence of `part` replaced.
  fileprivate func replacingAll(_ part: String, with replacement: String) -> String {
    split(separator: part, omittingEmptySubsequences: false).joined(separator: replacement)
  }
}
