import Habitus

/// The stretch of time that an answer is about.
struct WindowAnswer: Encodable {
  let asOf: Timestamp
  let windowStart: Timestamp
  let windowDays: Int
  let timeZone: String

  init(_ window: AnalysisWindow, _ configuration: HabitusConfiguration) {
    asOf = window.asOf
    windowStart = window.start
    windowDays = window.days
    timeZone = configuration.features.timeZone
  }
}

extension Workspace {
  /// The window of an answer that does not carry its own.
  func window(_ options: WindowOptions) throws -> AnalysisWindow {
    try window(asOf: options.asOf, days: options.windowDays, in: try store.snapshot(withAllStrings: false))
  }

  var moments: MomentText { MomentText(timeZone: configuration.features.timeZone) }
}
