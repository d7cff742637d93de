internal import HabitusModel

/// When an event of Snowplow happened.
enum SnowplowTime {
  /// The time as Snowplow derives it, and whether the sender gave it outright.
  static func time(
    of payload: SnowplowPayload, received: Timestamp
  ) throws(SnowplowFault) -> (time: Timestamp, isGiven: Bool) {
    if let time = try moment(payload, "ttm") { return (time, true) }
    guard let created = try moment(payload, "dtm"), let sent = try moment(payload, "stm") else {
      return (received, false)
    }
    let time = ClockSkew.corrected(created, sent: sent, received: received)
    guard Timestamp.representable.contains(time) else {
      throw SnowplowFault(.timeOutOfRange, "the time by 'dtm' and 'stm' lies outside the years 1 to 9999")
    }
    return (time, false)
  }

  /// A field with milliseconds since 1970; a fraction is cut.
  private static func moment(_ payload: SnowplowPayload, _ name: String) throws(SnowplowFault) -> Timestamp? {
    guard let text = payload.text(name) else { return nil }
    guard let number = Int64(text).map(Double.init) ?? Double(text), number.isFinite else {
      throw SnowplowFault(
        .invalidTime, "the field '\(name)' is no number of milliseconds since 1970: '\(SnowplowText.excerpt(text))'")
    }
    guard let milliseconds = Int64(text) ?? Int64(exactly: number.rounded(.down)),
      Timestamp.representable.contains(Timestamp(milliseconds: milliseconds))
    else {
      throw SnowplowFault(
        .timeOutOfRange, "the field '\(name)' lies outside the years 1 to 9999: '\(SnowplowText.excerpt(text))'")
    }
    return Timestamp(milliseconds: milliseconds)
  }
}
