/// The events of one day and one value, in one dimension.
struct PreferenceCell: Hashable, Sendable {
  /// Day and value in one number that orders by day, then value.
  let key: Int64
  /// Milliseconds of the latest event, which the sums refer to.
  var time: Int64
  /// Sum of the decayed positive weights.
  var evidenceFor = 0.0
  /// Sum of the sizes of the decayed negative weights.
  var evidenceAgainst = 0.0
  /// Sum of the squares of all decayed weights.
  var squares = 0.0
  /// Number of events with a positive weight.
  var countFor: UInt32 = 0
  /// Number of events with a negative weight.
  var countAgainst: UInt32 = 0

  init(key: Int64, time: Int64) {
    self.key = key
    self.time = time
  }

  var day: Int { Int(key >> 32) }
  var value: UInt32 { UInt32(truncatingIfNeeded: key) }
  /// All evidence, for and against.
  var size: Double { evidenceFor + evidenceAgainst }

  static func key(day: Int, value: UInt32) -> Int64 { Int64(day) << 32 | Int64(value) }

  mutating func add(_ weight: Double, at eventTime: Int64, _ decay: ExponentialDecay) {
    advance(to: eventTime, decay)
    let aged = eventTime < time ? weight * decay.weight(afterMilliseconds: time - eventTime) : weight
    if weight > 0 {
      evidenceFor += aged
      countFor &+= 1
    } else {
      evidenceAgainst -= aged
      countAgainst &+= 1
    }
    squares += aged * aged
  }

  mutating func merge(_ other: PreferenceCell, _ decay: ExponentialDecay) {
    advance(to: other.time, decay)
    let factor = decay.weight(afterMilliseconds: time - other.time)
    evidenceFor += other.evidenceFor * factor
    evidenceAgainst += other.evidenceAgainst * factor
    squares += other.squares * factor * factor
    countFor &+= other.countFor
    countAgainst &+= other.countAgainst
  }

  private mutating func advance(to later: Int64, _ decay: ExponentialDecay) {
    guard later > time else { return }
    let factor = decay.weight(afterMilliseconds: later - time)
    evidenceFor *= factor
    evidenceAgainst *= factor
    squares *= factor * factor
    time = later
  }
}
