/// Why a server does not start.
public enum ServerError: Error, Equatable, Sendable {
  /// Another process listens there.
  case portInUse(host: String, port: Int)
  /// The system does not let this process listen there.
  case notPermitted(host: String, port: Int)
  /// The host is no interface of this machine, or its name is not known.
  case unknownHost(String)
  /// Listening failed for another reason.
  case listening(host: String, port: Int, reason: String)
  /// A configured origin has the wrong form.
  case invalidOrigin(String)
  /// A configured proxy is neither an address nor a range.
  case invalidProxy(String)
  /// A configured open source is no protocol.
  case unknownSource(String, known: [String])
  /// Two protocols listen on one route.
  case routeConflict(route: String, protocols: [String])
}

extension ServerError: CustomStringConvertible {
  /// A sentence for the person at the terminal.
  public var description: String {
    switch self {
    case .portInUse(let host, let port):
      "Port \(port) on \(host) is in use by another process. Choose another one (--port, or api.port), or end that process."
    case .notPermitted(let host, let port):
      "This user may not listen on port \(port) of \(host). Choose a port of at least 1024 (--port, or api.port)."
    case .unknownHost(let host):
      "'\(host)' is no interface of this machine. Use 127.0.0.1, or 0.0.0.0 for all interfaces (--host, or api.host)."
    case .listening(let host, let port, let reason):
      "Listening on port \(port) of \(host) failed: \(reason)."
    case .invalidOrigin(let text):
      "api.cors_origins: '\(text)' is no origin. Write scheme, host and, if need be, port, as in https://app.example.com."
    case .invalidProxy(let text):
      "api.trusted_proxies: '\(text)' is neither an address nor a range such as 10.0.0.0/8."
    case .unknownSource(let name, let known):
      "intake.open_sources: there is no protocol '\(name)'. There are: \(known.joined(separator: ", "))."
    case .routeConflict(let route, let protocols):
      "The protocols \(protocols.joined(separator: " and ")) both listen on \(route)."
    }
  }
}
