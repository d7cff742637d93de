import ArgumentParser
import Habitus

/// Which stretch of time an analysis looks at, and how it cuts it.
struct WindowOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      The end of the window, exclusive: RFC 3339, or a date, which means its midnight UTC. One millisecond after the \
      last stored event unless given.
      """,
      valueName: "moment"),
    transform: WindowOptions.moment)
  var asOf: Timestamp?

  @Option(name: .long, help: ArgumentHelp("The length of the window in days.", valueName: "n"))
  var windowDays: Int?

  @Option(name: .long, help: ArgumentHelp("A silence of more minutes than this ends a session.", valueName: "minutes"))
  var sessionGap: Double?

  @Option(
    name: .long, help: ArgumentHelp("The zone that days and hours are in, as in Europe/Paris.", valueName: "zone"))
  var timeZone: String?

  @Option(
    name: .long, help: ArgumentHelp("Leaves users with fewer events in the window out of comparisons.", valueName: "n"))
  var minEvents: Int?

  /// The settings that the flags override.
  var overrides: [ConfigurationOverride] {
    let given: [(String, String?, String)] = [
      ("feature_extraction.time_window_days", windowDays.map(String.init), "--window-days"),
      ("feature_extraction.session_gap_minutes", sessionGap.map { String($0) }, "--session-gap"),
      ("feature_extraction.time_zone", timeZone, "--time-zone"),
      ("feature_extraction.min_events_count", minEvents.map(String.init), "--min-events"),
    ]
    return given.compactMap { key, value, flag in value.map { ConfigurationOverride(key: key, value: $0, flag: flag) } }
  }

  /// The moment that a text names.
  @Sendable static func moment(_ text: String) throws -> Timestamp {
    guard let moment = Timestamp(rfc3339: text) else {
      throw ValidationError("'\(text)' is not a moment. Write it as 2026-01-31, or as 2026-01-31T18:30:00+01:00.")
    }
    return moment
  }
}
