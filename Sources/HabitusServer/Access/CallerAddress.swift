internal import HTTPTypes

/// Finds the address of whoever made a request.
struct CallerAddress: Sendable {
  private let trusted: [AddressRange]

  /// - Parameter trustedProxies: addresses and ranges of proxies that are believed.
  /// - Throws: ``ServerError/invalidProxy(_:)``.
  init(trustedProxies: [String]) throws(ServerError) {
    var ranges: [AddressRange] = []
    for text in trustedProxies {
      guard let range = AddressRange(text) else { throw .invalidProxy(text) }
      ranges.append(range)
    }
    trusted = ranges
  }

  /// The peer, or, where that is a trusted proxy, the first address that `X-Forwarded-For`, else `Forwarded`, names.
  ///
  /// - Returns: `nil` where the proxy says that it does not know.
  func address(peer: String?, headers: HTTPFields) -> String? {
    guard !trusted.isEmpty, let peer, let address = NetworkAddress(peer),
      trusted.contains(where: { $0.contains(address) })
    else { return peer }
    if let list = headers[.forwardedFor] {
      return Self.address(String(list.prefix { $0 != "," }))
    }
    if let list = headers[.forwarded] {
      return Self.forwarded(String(list.prefix { $0 != "," })).flatMap(Self.address)
    }
    return peer
  }

  /// Whether somebody has passed a request on, as far as its headers say.
  static func isForwarded(_ headers: HTTPFields) -> Bool {
    headers.contains(.forwardedFor) || headers.contains(.forwarded) || headers.contains(.via)
      || headers.contains(.realAddress)
  }

  /// The value of `for` in one element of `Forwarded`.
  private static func forwarded(_ element: String) -> String? {
    for pair in element.split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, trimmed(parts[0]).lowercased() == "for" else { continue }
      return trimmed(parts[1]).replacing("\"", with: "")
    }
    return nil
  }

  /// The address in a text that may have brackets and a port.
  private static func address(_ text: String) -> String? {
    var text = Substring(trimmed(Substring(text)))
    if text.hasPrefix("[") {
      text = text.dropFirst().prefix { $0 != "]" }
    } else if text.count(where: { $0 == ":" }) == 1 {
      text = text.prefix { $0 != ":" }
    }
    return NetworkAddress(String(text)) == nil ? nil : String(text)
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }
}
