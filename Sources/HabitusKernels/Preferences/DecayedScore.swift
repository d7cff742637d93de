/// A sum of weights that decay with their age, kept up to date in O(1) an event.
///
/// Holds the sum as of the latest event; later moments only scale it. Events may come in any order. Equal to summing
/// again over all events, to rounding: the relative difference grows with the number of events times 2⁻⁵³.
public struct DecayedScore: Hashable, Sendable, Codable {
  /// The sum of the events' weights as of ``latestTime``.
  public private(set) var total = 0.0
  /// The sum of the squares of the events' weights as of ``latestTime``.
  public private(set) var squareTotal = 0.0
  /// Time of the latest event, in milliseconds on the caller's time line; `nil` before the first.
  public private(set) var latestTime: Int64?

  /// Starts without events.
  public init() {}

  /// Takes an event. O(1).
  ///
  /// - Parameters:
  ///   - weight: its weight at its own time; finite.
  ///   - time: milliseconds on the caller's time line.
  public mutating func add(_ weight: Double = 1, at time: Int64, _ decay: ExponentialDecay) {
    precondition(weight.isFinite, "the weight of an event is finite")
    advance(to: time, decay)
    let aged = weight * decay.weight(afterMilliseconds: (latestTime ?? time) - time)
    total += aged
    squareTotal += aged * aged
  }

  /// Takes everything that `other` has taken, under the same decay. O(1).
  public mutating func merge(_ other: DecayedScore, _ decay: ExponentialDecay) {
    guard let time = other.latestTime else { return }
    advance(to: time, decay)
    let factor = decay.weight(afterMilliseconds: (latestTime ?? time) - time)
    total += other.total * factor
    squareTotal += other.squareTotal * factor * factor
  }

  /// The sum of the decayed weights at a moment; 0 without events. O(1).
  ///
  /// - Precondition: `time` is not before the latest event.
  public func value(at time: Int64, _ decay: ExponentialDecay) -> Double {
    guard let latestTime else { return 0 }
    precondition(time >= latestTime, "a score cannot be asked for a moment before its latest event")
    return total * decay.weight(afterMilliseconds: time - latestTime)
  }

  /// How many equally weighted events would say as much: (Σ w)² / Σ w², Kish's effective sample size, at any moment.
  ///
  /// The number of events where none has decayed against another; 0 without events. O(1).
  public var effectiveCount: Double { squareTotal > 0 ? total * total / squareTotal : 0 }

  private mutating func advance(to time: Int64, _ decay: ExponentialDecay) {
    guard let latest = latestTime else {
      latestTime = time
      return
    }
    guard time > latest else { return }
    let factor = decay.weight(afterMilliseconds: time - latest)
    total *= factor
    squareTotal *= factor * factor
    latestTime = time
  }
}
