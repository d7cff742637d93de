import Foundation
import Glibc

/// A connection that sends exactly the bytes it is given, and waits for answers with a limit.
final class RawClient {
  struct Response {
    var status: Int
    /// By name in lower case.
    var headers: [String: String]
    var body: String
  }

  struct Failure: Error { let reason: String }

  private let descriptor: Int32
  private var received: [UInt8] = []

  init(port: Int, timeout: Int = 10) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(reason: "connect: \(String(cString: strerror(errno)))") }
    var limit = timeval(tv_sec: timeout, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { Glibc.close(descriptor) }

  /// Sends bytes; false where the other end no longer takes them.
  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      start += count
    }
    return true
  }

  /// No more is sent.
  func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closes with a reset, as a client that crashes.
  func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// A request with a body of a declared length.
  static func request(
    _ method: String, _ path: String, _ headers: [String: String] = [:], body: String = ""
  ) -> String {
    var text = "\(method) \(path) HTTP/1.1\r\nHost: test\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if !body.isEmpty || method == "POST" { text += "Content-Length: \(body.utf8.count)\r\n" }
    return text + "\r\n" + body
  }

  /// Sends a request and waits for its answer.
  func call(
    _ method: String, _ path: String, _ headers: [String: String] = [:], body: String = ""
  ) throws -> Response {
    send(Self.request(method, path, headers, body: body))
    return try response(hasBody: method != "HEAD")
  }

  /// The next answer.
  func response(hasBody: Bool = true) throws -> Response {
    let end = Array("\r\n\r\n".utf8)
    while received.firstRange(of: end) == nil {
      guard try fill() else { throw Failure(reason: "closed, after \(String(decoding: received, as: UTF8.self))") }
    }
    guard let range = received.firstRange(of: end) else { throw Failure(reason: "no head") }
    let lines = String(decoding: received[..<range.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    received.removeSubrange(..<range.upperBound)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      headers[parts[0].lowercased()] = parts.count > 1 ? parts[1] : ""
    }
    guard let status = Int(lines[0].split(separator: " ")[1]) else { throw Failure(reason: lines[0]) }
    let length = hasBody && status >= 200 ? Int(headers["content-length"] ?? "0") ?? 0 : 0
    while received.count < length {
      guard try fill() else { throw Failure(reason: "closed inside a body") }
    }
    let body = String(decoding: received[..<length], as: UTF8.self)
    received.removeSubrange(..<length)
    return Response(status: status, headers: headers, body: body)
  }

  /// Whether the other end closes within the limit, whatever it still sends.
  func waitForClose() -> Bool {
    while true {
      do { if try !fill() { return true } } catch { return (error as? Failure)?.reason == "reset" }
    }
  }

  /// Reads more; false at the end.
  private func fill() throws -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    if count < 0 { throw Failure(reason: errno == ECONNRESET ? "reset" : String(cString: strerror(errno))) }
    received += bytes[..<count]
    return count > 0
  }
}
