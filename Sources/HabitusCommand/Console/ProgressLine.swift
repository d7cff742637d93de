import Habitus
import Synchronization

/// Shows the progress of an import on standard error: a line that is drawn again on a terminal, plain lines elsewhere.
final class ProgressLine: Sendable {
  private struct State {
    var last: ContinuousClock.Instant
    var isDrawn = false
    /// Bytes of the files before the present one.
    var finishedByteCount = 0
    var fileIndex = 0
    var bytesRead = 0
  }

  private let start = ContinuousClock.now
  private let terminal = Terminal.errors
  private let totalByteCount: Int?
  private let state: Mutex<State>
  private let interval: Duration

  /// - Parameter totalByteCount: size of all files; `nil` where it is not known.
  init(totalByteCount: Int?) {
    self.totalByteCount = totalByteCount
    interval = Terminal.errors.isTerminal ? .milliseconds(100) : .seconds(5)
    state = Mutex(State(last: ContinuousClock.now))
  }

  func show(_ progress: FileImport.Progress) {
    state.withLock { state in
      if progress.fileIndex != state.fileIndex {
        state.finishedByteCount += state.bytesRead
        state.fileIndex = progress.fileIndex
      }
      state.bytesRead = progress.bytesRead
      let now = ContinuousClock.now
      if let totalByteCount, terminal.isTerminal, state.finishedByteCount + progress.bytesRead >= totalByteCount {
        try? terminal.write("\r\u{1B}[KSorting and writing \(NumberText.count(progress.rowsRead, "row")) …".utf8)
        state.isDrawn = true
        return
      }
      guard now - state.last >= interval else { return }
      state.last = now
      let bytes = state.finishedByteCount + progress.bytesRead
      let text = ProgressText(
        share: totalByteCount.flatMap { $0 > 0 ? min(1, Double(bytes) / Double($0)) : nil },
        seconds: (now - start) / .seconds(1),
        rowCount: progress.rowsRead, byteCount: bytes, file: progress.file == "-" ? "standard input" : progress.file)
      draw(text, &state)
    }
  }

  /// Says in place of the bar what is being done.
  func say(_ text: String) {
    guard terminal.isTerminal else { return }
    state.withLock { state in
      try? terminal.write("\r\u{1B}[K\(text)".utf8)
      state.isDrawn = true
    }
  }

  /// Removes the line.
  func end() {
    state.withLock { state in
      guard state.isDrawn else { return }
      try? terminal.write("\r\u{1B}[K".utf8)
      state.isDrawn = false
    }
  }

  /// Progress that cannot be shown stops nothing.
  private func draw(_ text: ProgressText, _ state: inout State) {
    if terminal.isTerminal {
      try? terminal.write("\r\u{1B}[K\(text.bar(width: terminal.width - 1))".utf8)
      state.isDrawn = true
    } else {
      try? terminal.print(DisplayWidth.printable(text.plain))
    }
  }
}
