/// The target of a request, taken apart. Nothing is decoded yet.
struct RequestTarget {
  /// The host, where the target names one.
  var host: ArraySlice<UInt8> = []
  var path: ArraySlice<UInt8>
  /// What follows the question mark.
  var query: ArraySlice<UInt8> = []

  /// Takes a target: a path (`/a?b`), a URL (`https://host/a?b`), a host and a path (`www.host/a`), or something else,
  /// which is the path as a whole (`*`, `host:443`).
  init(_ target: ArraySlice<UInt8>) {
    var rest = target
    if let hash = rest.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<hash] }
    if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      query = rest[(mark + 1)...]
      rest = rest[..<mark]
    }
    path = rest
    guard rest.first != UInt8(ascii: "/") else { return }
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")), rest[colon...].starts(with: "://".utf8) {
      rest = rest[(colon + 3)...]
    } else if !rest.contains(UInt8(ascii: "/")) || !rest.contains(UInt8(ascii: ".")) {
      return
    }
    let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    host = rest[..<end]
    path = rest[end...]
  }
}

/// Cuts the identifiers of sessions out of paths and queries: each visitor's pages would be others' pages otherwise.
enum SessionParameters {
  /// Names of parameters that hold a session of a server's framework, in lower case.
  private static let names: Set<String> = [
    "jsessionid", "phpsessid", "sessionid", "session_id", "sessid", "oscsid", "zenid", "cfid", "cftoken",
    "asp.net_sessionid",
  ]

  /// A path without `;jsessionid=…`.
  static func removed(fromPath path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard path.position(of: UInt8(ascii: ";"), from: path.startIndex) != nil else { return path }
    var kept: [UInt8] = []
    var index = path.startIndex
    while index < path.endIndex {
      if path[index] == UInt8(ascii: ";") {
        var end = index + 1
        while end < path.endIndex, path[end] != UInt8(ascii: ";"), path[end] != UInt8(ascii: "/") { end += 1 }
        if isSession(path[(index + 1)..<end]) {
          index = end
          continue
        }
      }
      kept.append(path[index])
      index += 1
    }
    return kept[...]
  }

  /// A query without the parameters that hold sessions.
  static func removed(fromQuery query: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let fields = query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    guard fields.contains(where: isSession) else { return query }
    return ArraySlice(fields.filter { !isSession($0) }.joined(separator: [UInt8(ascii: "&")]))
  }

  /// A URL without sessions in its path and its query.
  static func removed(fromURL url: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let mark = url.position(of: UInt8(ascii: "?"), from: url.startIndex) else { return removed(fromPath: url) }
    let query = removed(fromQuery: url[(mark + 1)...])
    let path = removed(fromPath: url[..<mark])
    return query.isEmpty ? path : path + [UInt8(ascii: "?")] + query
  }

  private static func isSession(_ field: ArraySlice<UInt8>) -> Bool {
    guard let equals = field.prefix(32).firstIndex(of: UInt8(ascii: "=")), equals > field.startIndex else {
      return false
    }
    let name = field[..<equals]
    switch name[name.startIndex] | 0x20 {
    case UInt8(ascii: "j"), UInt8(ascii: "p"), UInt8(ascii: "s"), UInt8(ascii: "o"), UInt8(ascii: "z"),
      UInt8(ascii: "c"), UInt8(ascii: "a"):
      let name = String(decoding: name, as: UTF8.self).lowercased()
      return names.contains(name) || name.hasPrefix("aspsessionid")
    default: return false
    }
  }
}
