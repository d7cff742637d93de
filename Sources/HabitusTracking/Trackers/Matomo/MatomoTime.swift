internal import HabitusModel

/// When something happened that Matomo is told of.
enum MatomoTime {
  /// What is older needs a key, in milliseconds.
  static let oldest: Int64 = 86_400_000

  /// The time, and the parameters that say it in full.
  static func time(
    of parameters: MatomoParameters, received: Timestamp, hasToken: Bool
  ) throws(EventDefect) -> (time: Timestamp, names: [String]) {
    let custom = parameters["cdt"].flatMap { $0 == "0" ? nil : $0 }
    let offset = parameters["cdo"].flatMap { $0 == "0" ? nil : $0 }
    if custom == nil, offset == nil { return (received, []) }
    var time = received
    if let custom {
      guard let moment = TrackerTime.parse(custom) else {
        throw EventDefect(
          .invalidTime,
          "'cdt' is no time: '\(custom.prefix(60))'; send seconds since 1970 or YYYY-MM-DD hh:mm:ss")
      }
      time = moment
    }
    if let offset {
      // A thousand years at most: what is longer leaves the calendar anyway.
      guard let seconds = Int64(offset), (-31_556_952_000...31_556_952_000).contains(seconds) else {
        throw EventDefect(.invalidTime, "'cdo' is no number of seconds: '\(offset.prefix(60))'")
      }
      time.milliseconds -= abs(seconds) * 1000
    }
    guard time <= received else { return (received, []) }
    guard hasToken || received.milliseconds - time.milliseconds < oldest else {
      throw EventDefect(reason: "token_required", message: "'cdt' is 24 hours old or older, which needs 'token_auth'")
    }
    guard Timestamp.representable.contains(time) else {
      throw EventDefect(.timeOutOfRange, "'cdt' lies outside the years 1 to 9999")
    }
    return (time, ["cdt", "cdo"])
  }
}
