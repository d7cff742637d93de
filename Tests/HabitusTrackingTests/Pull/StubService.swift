import Foundation
import Glibc
import Synchronization

/// A small HTTP server on the loopback interface; each connection gets one answer.
final class StubService: Sendable {
  struct Request: Sendable {
    var path: String
    var query: [String: String]
    var headers: [String: String]
  }

  struct Answer: Sendable {
    var status = 200
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    var delay: Duration = .zero
    /// How much of the body is sent before the connection is closed; `nil` for all.
    var cut: Int?
    /// How long the connection is kept open afterwards.
    var pause: Duration = .zero

    init(
      status: Int = 200, headers: [String: String] = [:], body: String = "", delay: Duration = .zero, cut: Int? = nil,
      pause: Duration = .zero
    ) {
      (self.status, self.headers, self.delay, self.cut, self.pause) = (status, headers, delay, cut, pause)
      self.body = Array(body.utf8)
    }
  }

  let port: Int
  private let descriptor: Int32
  private let log: Mutex<[Request]> = Mutex([])

  var requests: [Request] { log.withLock { $0 } }

  init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> Int32 in
        guard bind(descriptor, pointer, length) == 0, listen(descriptor, 64) == 0 else { return -1 }
        return getsockname(descriptor, pointer, &length)
      }
    }
    guard port == 0 else { throw POSIXError(.EADDRINUSE) }
    self.port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        Thread.detachNewThread { [weak self] in
          defer { close(connection) }
          guard let request = Self.read(connection) else { return }
          self?.log.withLock { $0.append(request) }
          Self.write(answer(request), to: connection)
        }
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      // Whoever sends no HTTP waits for an answer that does not come.
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    let target = lines[0].split(separator: " ")[1]
    let components = URLComponents(string: "http://h" + target)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return Request(
      path: components?.path ?? "",
      query: Dictionary((components?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 }),
      headers: headers)
  }

  private static func write(_ answer: Answer, to connection: Int32) {
    usleep(UInt32(answer.delay / .microseconds(1)))
    var head = "HTTP/1.1 \(answer.status) X\r\nContent-Length: \(answer.body.count)\r\nConnection: close\r\n"
    for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
    let bytes = Array((head + "\r\n").utf8) + answer.body.prefix(answer.cut ?? .max)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
    usleep(UInt32(answer.pause / .microseconds(1)))
  }
}
