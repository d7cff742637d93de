import Foundation
import Glibc

/// What is known about where output goes.
struct Terminal {
  /// The file descriptor.
  let descriptor: Int32

  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let errors = Terminal(descriptor: STDERR_FILENO)

  /// Whether a person looks at it.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Columns of a line; 80 where that is not known.
  var width: Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) } ?? 80
    return columns > 0 ? columns : 80
  }

  /// Coloured on a terminal, unless NO_COLOR is set or the terminal is dumb.
  var style: Style {
    let environment = ProcessInfo.processInfo.environment
    let isRefused = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
    return Style(isColoured: isTerminal && !isRefused)
  }

  /// Writes all of `bytes`; a closed pipe ends the process in silence, as SIGPIPE does.
  ///
  /// - Throws: ``CommandError/outputFailed(_:reason:)``.
  func write(_ bytes: some Collection<UInt8>) throws {
    let text = Array(bytes)
    var start = 0
    while start < text.count {
      let written = text[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        start += written
      } else if errno != EINTR {
        throw CommandError.outputFailed("standard output", reason: String(cString: strerror(errno)))
      }
    }
  }

  /// Writes `text` and a line end.
  func print(_ text: String) throws { try write((text + "\n").utf8) }
}
