public import HabitusModel

/// Corrects the times of trackers whose clocks are wrong.
public enum ClockSkew {
  /// When an event happened by the receiver's clock: `received` − (`sent` − `time`), all that matters being how long
  /// before its sending the event happened.
  ///
  /// An event that claims to be later than its sending happened when it was received. Without `sent` the time is taken
  /// as it is. The result can lie outside ``Timestamp/representable``.
  public static func corrected(_ time: Timestamp, sent: Timestamp?, received: Timestamp) -> Timestamp {
    guard let sent else { return time }
    let (age, isAgeTooLong) = sent.milliseconds.subtractingReportingOverflow(time.milliseconds)
    if isAgeTooLong { return Timestamp(milliseconds: sent < time ? received.milliseconds : .min) }
    let (moment, isTooEarly) = received.milliseconds.subtractingReportingOverflow(max(0, age))
    return Timestamp(milliseconds: isTooEarly ? .min : moment)
  }
}
