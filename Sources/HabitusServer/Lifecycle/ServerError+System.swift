internal import NIOCore

#if canImport(Glibc)
  internal import Glibc
#endif

extension ServerError {
  /// Why listening failed; `nil` for errors that have nothing to do with it.
  init?(_ error: any Error, host: String, port: Int) {
    switch error {
    case let error as IOError:
      switch error.errnoCode {
      case EADDRINUSE: self = .portInUse(host: host, port: port)
      case EACCES, EPERM: self = .notPermitted(host: host, port: port)
      case EADDRNOTAVAIL: self = .unknownHost(host)
      default:
        self = .listening(host: host, port: port, reason: String(cString: strerror(error.errnoCode)))
      }
    case is SocketAddressError, is SocketAddressError.UnknownHost: self = .unknownHost(host)
    default: return nil
    }
  }
}
