import Dispatch
import Glibc
import Synchronization

/// What happens when the process is asked to end (Ctrl-C, SIGTERM).
///
/// Without a handler the process tidies up and ends at once. With one, the first request is handed to it, and a second
/// ends the process.
enum Interruption {
  private struct State {
    var handler: (@Sendable () -> Void)?
    var files: Set<String> = []
  }

  private static let state = Mutex(State())

  /// Begins to listen, and goes on as long as the result is kept.
  static func listen() -> [any DispatchSourceSignal] {
    [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
      source.setEventHandler { receive(number) }
      source.resume()
      return source
    }
  }

  /// Calls `handler` at the first request to end.
  static func handle(by handler: @escaping @Sendable () -> Void) { state.withLock { $0.handler = handler } }

  /// Removes `file` where the process ends early.
  static func protect(against file: String) { _ = state.withLock { $0.files.insert(file) } }

  /// Keeps `file`, which is complete now.
  static func release(_ file: String) { _ = state.withLock { $0.files.remove(file) } }

  private static func receive(_ number: Int32) {
    let (handler, files) = state.withLock { state in
      defer { state.handler = nil }
      return (state.handler, state.files)
    }
    if let handler { return handler() }
    for file in files { unlink(file) }
    if isatty(STDERR_FILENO) == 1 { try? Terminal.errors.write("\n".utf8) }
    _exit(128 + number)
  }
}
