import Glibc

/// Bytes that are read once, from the first to the last.
protocol ByteSource: AnyObject {
  /// Fills `buffer` from its start and returns how many bytes were read: 0 only at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrackingError) -> Int
  /// How many bytes of the file itself have been read (compressed ones, where it is compressed).
  var consumedByteCount: Int { get }
}

/// A file or standard input.
final class FileSource: ByteSource {
  let name: String
  /// The size of a regular file.
  let byteCount: Int?
  private(set) var consumedByteCount = 0
  private let descriptor: Int32
  private var lookedAhead: [UInt8] = []
  private var lookedAheadPosition = 0

  /// Opens `path`; `-` is standard input.
  init(path: String) throws(TrackingError) {
    name = path
    descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw .unreadable(file: path, reason: String(cString: strerror(errno))) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      byteCount = Int(status.st_size)
      _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    } else {
      byteCount = nil
    }
  }

  /// Whether `path` is no pipe or device, whose bytes would be gone after a first look.
  static func canBeReadTwice(_ path: String) -> Bool {
    var status = stat()
    return path != "-" && (stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG)
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// The first bytes, at most `count`, which are read again afterwards.
  func lookAhead(_ count: Int) throws(TrackingError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = try readDescriptor(&bytes, from: filled)
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(count - filled)
    lookedAhead = bytes
    lookedAheadPosition = 0
    return bytes
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrackingError) -> Int {
    var got = 0
    if lookedAheadPosition < lookedAhead.count {
      got = min(buffer.count, lookedAhead.count - lookedAheadPosition)
      buffer.copyBytes(from: lookedAhead[lookedAheadPosition..<lookedAheadPosition + got])
      lookedAheadPosition += got
    } else {
      got = try readDescriptor(buffer)
    }
    consumedByteCount += got
    return got
  }

  private func readDescriptor(_ bytes: inout [UInt8], from start: Int) throws(TrackingError) -> Int {
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(TrackingError) in
        try readDescriptor(UnsafeMutableRawBufferPointer(rebasing: buffer[start...]))
      }
    }
    return try result.get()
  }

  private func readDescriptor(_ buffer: UnsafeMutableRawBufferPointer) throws(TrackingError) -> Int {
    while true {
      let got = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if got >= 0 { return got }
      if errno != EINTR { throw .unreadable(file: name, reason: String(cString: strerror(errno))) }
    }
  }
}
