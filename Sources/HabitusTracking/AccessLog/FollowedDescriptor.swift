internal import Crypto
internal import Foundation
internal import Glibc

/// A regular file that is open for reading at any place.
final class FollowedDescriptor {
  let name: String
  let device: UInt64
  let inode: UInt64
  private let descriptor: Int32

  /// The most bytes that tell one file from another.
  static let longestHead = 1024

  /// Opens a file; `nil` where there is none.
  init?(path: String) throws(TrackingError) {
    // A pipe is not waited for.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    name = path
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(file: path, reason: "only a regular file can be followed")
    }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }

  deinit { close(descriptor) }

  /// The file's present size in bytes.
  func byteCount() throws(TrackingError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(file: name, reason: String(cString: strerror(errno)))
    }
    return Int(status.st_size)
  }

  /// Reads bytes at `offset` into `buffer` until it is full or the file ends; returns how many.
  func read(at offset: Int, into buffer: inout [UInt8]) throws(TrackingError) -> Int {
    let (count, code) = buffer.withUnsafeMutableBytes { bytes -> (Int, Int32) in
      var count = 0
      while count < bytes.count {
        let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + count))
        if got < 0, errno == EINTR { continue }
        if got < 0 { return (count, errno) }
        if got == 0 { break }
        count += got
      }
      return (count, 0)
    }
    guard code == 0 else { throw .unreadable(file: name, reason: String(cString: strerror(code))) }
    return count
  }

  /// SHA-256 of the first `count` bytes in hexadecimal digits; `nil` where the file is shorter.
  func headHash(_ count: Int) throws(TrackingError) -> String? {
    var head = [UInt8](repeating: 0, count: count)
    guard try read(at: 0, into: &head) == count else { return nil }
    let digits = Array("0123456789abcdef".utf8)
    let text = SHA256.hash(data: head).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether this is the file that `position` was reached in: the same number and the same first bytes.
  ///
  /// The device decides only where nothing was read: its number may change when the machine starts anew.
  func isFile(of position: FollowedPosition) throws(TrackingError) -> Bool {
    guard inode == position.inode else { return false }
    guard position.headByteCount > 0 else { return device == position.device }
    return try headHash(position.headByteCount) == position.headHash
  }

  /// The file that `position` was reached in, under whichever name it lies beside `path` now.
  static func renamed(from path: String, position: FollowedPosition) throws(TrackingError) -> FollowedDescriptor? {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() {
      let candidate = folder + "/" + name
      var status = stat()
      guard lstat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG, UInt64(status.st_ino) == position.inode,
        let file = try FollowedDescriptor(path: candidate), try file.isFile(of: position),
        try file.byteCount() >= position.byteOffset
      else { continue }
      return file
    }
    return nil
  }
}
