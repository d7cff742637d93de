import Foundation
import Glibc
import Synchronization

/// A file that appears under its name only when it is complete, or standard output.
final class OutputFile: Sendable {
  private let path: String?
  private let descriptor: Int32
  private let byteCount = Mutex(0)

  /// Begins to write `path`.partial; `nil` writes to standard output.
  init(_ path: String?) throws {
    self.path = path
    guard let path else {
      descriptor = STDOUT_FILENO
      return
    }
    let partial = path + ".partial"
    descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw CommandError.outputFailed("'\(partial)'", reason: String(cString: strerror(errno)))
    }
    Interruption.protect(against: partial)
  }

  /// Adds bytes.
  func write(_ bytes: [UInt8]) throws {
    do {
      try Terminal(descriptor: descriptor).write(bytes)
    } catch CommandError.outputFailed(_, let reason) {
      discard()
      throw CommandError.outputFailed(path.map { "'\($0)'" } ?? "standard output", reason: reason)
    }
    byteCount.withLock { $0 += bytes.count }
  }

  /// Gives the file its name; returns its size in bytes.
  func finish() throws -> Int {
    if let path {
      guard fsync(descriptor) == 0, close(descriptor) == 0, rename(path + ".partial", path) == 0 else {
        let reason = String(cString: strerror(errno))
        discard()
        throw CommandError.outputFailed("'\(path)'", reason: reason)
      }
      Interruption.release(path + ".partial")
    }
    return byteCount.withLock { $0 }
  }

  /// Removes what was written.
  func discard() {
    guard let path else { return }
    unlink(path + ".partial")
    Interruption.release(path + ".partial")
  }
}
