internal import HabitusModel

/// How far a service was read.
struct ServiceProgress: Codable, Sendable, Equatable {
  /// A run from an old moment to the present that has not ended.
  struct Run: Codable, Sendable, Equatable {
    /// When it began, by our clock: no event after that is asked for.
    var started: Timestamp
    /// Where its next request begins.
    var start: Timestamp
  }

  /// The run that has not ended; it goes on where it was.
  var running: Run?
  /// The last moment of an event that was delivered by a run that has ended, but not after the run's begin.
  var reached: Timestamp?

  /// Begins a run, where none is running.
  mutating func begin(at now: Timestamp, overlap: Duration) {
    guard running == nil else { return }
    let milliseconds = Int64(overlap / .milliseconds(1))
    let start = reached.map { Timestamp(milliseconds: max(0, $0.milliseconds - milliseconds)) }
    running = Run(started: now, start: start ?? Timestamp(milliseconds: 0))
  }

  /// Ends the run that is running.
  ///
  /// - Parameter last: The last moment of an event that it saw.
  mutating func finish(last: Timestamp?) {
    guard let run = running else { return }
    if let moment = [reached, last].compactMap(\.self).max() { reached = min(moment, run.started) }
    running = nil
  }
}
