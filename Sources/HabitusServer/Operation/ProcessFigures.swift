internal import Foundation

/// What the system knows about this process.
struct ProcessFigures: Sendable {
  /// Seconds since the start of the server.
  var uptime: Double
  /// Bytes of memory that are in use; `nil` where the system does not say.
  var residentByteCount: Int?

  /// The figures now.
  init(start: ContinuousClock.Instant) {
    uptime = (ContinuousClock.now - start) / .seconds(1)
    // Linux only: pages in use are the second number.
    guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return }
    let numbers = String(decoding: data, as: UTF8.self).split(separator: " ")
    guard numbers.count > 1, let pages = Int(numbers[1]) else { return }
    residentByteCount = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
