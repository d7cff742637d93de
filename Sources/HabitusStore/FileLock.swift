internal import Foundation

/// The right of one process to write a store, held as an advisory lock on a file and given back when the process ends,
/// however it ends.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock of `directory`.
  ///
  /// - Throws: ``StoreError/inUse(directory:process:)`` if another process holds it.
  init(directory: String) throws {
    let path = directory + "/habitus.lock"
    // Kept only once the lock is held: what is kept is closed at the end, also where this initialiser throws.
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw StoreError.notWritable(path: directory, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      var digits = [UInt8](repeating: 0, count: 32)
      let length = read(descriptor, &digits, digits.count)
      close(descriptor)
      let process = String(decoding: digits.prefix(max(0, length)), as: UTF8.self)
      throw StoreError.inUse(directory: directory, process: process.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    let text = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    _ = pwrite(descriptor, text, text.count, 0)
    self.descriptor = descriptor
  }

  /// Takes the lock of `directory`, if need be after others have given it back.
  ///
  /// - Throws: ``StoreError/inUse(directory:process:)`` if another process holds it for longer than `seconds`.
  static func waiting(seconds: Int, for directory: String) throws -> FileLock {
    for _ in 0..<seconds * 50 {
      do { return try FileLock(directory: directory) } catch StoreError.inUse { usleep(20_000) }
    }
    return try FileLock(directory: directory)
  }

  deinit { close(descriptor) }
}
