internal import HTTPTypes

/// Which pages may send events and read the answers (CORS).
///
/// A listed origin is named in the answer and may send with credentials, as `navigator.sendBeacon` always does. The
/// text `*` lets pages of every other origin send to open sources, without credentials: a page that nobody has listed
/// must never act with what a browser keeps for this server, such as the password of a proxy in front of it.
struct OriginPolicy: Sendable {
  /// The headers that trackers in browsers send.
  static let headers = "Authorization, Content-Type, Content-Encoding, X-API-Key, SP-Anonymous, AnonymousId"
  /// How long a browser may keep the answer to a preflight, in seconds.
  static let maximumAge = "7200"

  private let listed: Set<String>
  private let admitsAll: Bool

  /// - Throws: ``ServerError/invalidOrigin(_:)``.
  init(_ origins: [String]) throws(ServerError) {
    var listed: Set<String> = []
    for origin in origins where origin != "*" {
      guard let text = Self.normalised(origin) else { throw .invalidOrigin(origin) }
      listed.insert(text)
    }
    self.listed = listed
    admitsAll = origins.contains("*")
  }

  /// Adds what a browser must be told to the headers of an answer.
  ///
  /// - Returns: whether the origin may read the answer; true where there is none.
  @discardableResult
  func apply(to headers: inout HTTPFields, origin: String?, isOpen: Bool) -> Bool {
    guard !listed.isEmpty || admitsAll else { return origin == nil }
    headers[.vary] = headers[.vary].map { $0 + ", Origin" } ?? "Origin"
    guard let origin else { return true }
    if listed.contains(origin.lowercased()) {
      headers[.accessControlAllowOrigin] = origin
      headers[.accessControlAllowCredentials] = "true"
    } else if admitsAll, isOpen {
      headers[.accessControlAllowOrigin] = "*"
    } else {
      return false
    }
    headers[.accessControlExposeHeaders] = "Retry-After"
    return true
  }

  /// The origin as browsers write it; `nil` for what is none.
  static func normalised(_ text: String) -> String? {
    var text = text.lowercased()
    if text.hasSuffix("/") { text.removeLast() }
    guard let mark = text.firstRange(of: "://"), mark.lowerBound > text.startIndex else { return nil }
    let host = text[mark.upperBound...]
    let isHost =
      !host.isEmpty && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._:[]".contains($0)) }
    let isScheme = text[..<mark.lowerBound].allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0))
    }
    return isHost && isScheme ? text : nil
  }
}
