/// A user's evidence in one dimension by value, read from a ``PreferenceState`` at a moment.
///
/// Amounts are as of the latest event, so that they do not fade to nothing where the half-life is short; only ratios
/// enter scores. Multiplied by ``remaining`` they are as of the moment of reading.
public struct PreferenceEvidence: Hashable, Sendable {
  /// What was seen of one value.
  public struct Value: Hashable, Sendable {
    /// Code of the value.
    public let value: UInt32
    /// Sum of the decayed positive weights.
    public internal(set) var evidenceFor: Double
    /// Sum of the sizes of the decayed negative weights.
    public internal(set) var evidenceAgainst: Double
    /// Number of events with a positive weight, however old.
    public internal(set) var countFor: Int
    /// Number of events with a negative weight, however old.
    public internal(set) var countAgainst: Int

    init(
      value: UInt32, evidenceFor: Double = 0, evidenceAgainst: Double = 0, countFor: Int = 0, countAgainst: Int = 0
    ) {
      self.value = value
      self.evidenceFor = evidenceFor
      self.evidenceAgainst = evidenceAgainst
      self.countFor = countFor
      self.countAgainst = countAgainst
    }
  }

  /// By value, ascending by code; those without events are left out.
  public private(set) var values: [Value]
  /// What is left of an amount at the moment of reading, in 0…1.
  public let remaining: Double
  /// All evidence, for and against: Σ |w|.
  public let total: Double
  /// How many equally weighted events would say as much about a taste that does not move: (Σ |w|)² / Σ w², the
  /// effective sample size of Kish, "Survey Sampling" (1965), section 11.7; 0 without evidence.
  public let effectiveCount: Double
  /// How far the evidence lies back for a taste that takes independent steps from day to day: the age in days at which
  /// two events drawn by weight have the younger one, on average; 0 without evidence.
  ///
  /// The variance of what the taste has moved since, averaged over the evidence, is that of a day times this.
  public let age: Double

  /// Reads a state.
  ///
  /// - Parameters:
  ///   - time: the moment, in milliseconds on the caller's time line; not before the latest event.
  ///   - today: the number of its local day.
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a moment before the latest event.
  /// - Complexity: O(cells · log cells).
  public init(
    _ state: PreferenceState, at time: Int64, today: Int, _ decay: ExponentialDecay
  ) throws(KernelError) {
    let latest = state.cells.reduce(into: Int64?.none) { $0 = max($0 ?? .min, $1.time) } ?? time
    guard time >= latest else {
      throw .parameter(name: "time", value: Double(time), allowed: "not before the latest event, \(latest)")
    }
    guard today >= state.lastDay ?? .min else {
      throw .parameter(name: "today", value: Double(today), allowed: "not before the latest event's day")
    }
    var values: [Value] = []
    values.reserveCapacity(state.cells.count)
    var (total, squares) = (0.0, 0.0)
    var days: [(age: Double, size: Double)] = []
    for cell in state.cells {
      let factor = decay.weight(afterMilliseconds: latest - cell.time)
      values.append(
        Value(
          value: cell.value, evidenceFor: cell.evidenceFor * factor, evidenceAgainst: cell.evidenceAgainst * factor,
          countFor: Int(cell.countFor), countAgainst: Int(cell.countAgainst)))
      let age = Double(today - cell.day)
      if days.last?.age != age { days.append((age, 0)) }
      days[days.count - 1].size += cell.size * factor
      total += cell.size * factor
      squares += cell.squares * factor * factor
    }
    self.values = Self.joined(values)
    self.total = total
    remaining = decay.weight(afterMilliseconds: time - latest)
    effectiveCount = squares > 0 ? total * total / squares : 0
    age = Self.age(of: days, total: total)
  }

  /// Where a value is among ``values``; `nil` without events of it. O(log values).
  public func index(of value: UInt32) -> Int? {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle].value < value { low = middle + 1 } else { high = middle }
    }
    return low < values.count && values[low].value == value ? low : nil
  }

  /// The same with other values.
  func replacing(_ values: [Value]) -> PreferenceEvidence {
    var copy = self
    copy.values = values
    return copy
  }

  /// The values with the days of each taken together.
  private static func joined(_ values: [Value]) -> [Value] {
    var joined = values.sorted { $0.value < $1.value }
    var count = 0
    for value in joined {
      guard count > 0, joined[count - 1].value == value.value else {
        joined[count] = value
        count += 1
        continue
      }
      joined[count - 1].evidenceFor += value.evidenceFor
      joined[count - 1].evidenceAgainst += value.evidenceAgainst
      joined[count - 1].countFor += value.countFor
      joined[count - 1].countAgainst += value.countAgainst
    }
    joined.removeSubrange(count...)
    return joined
  }

  /// ∫ (share of the evidence that is older than a)² da, over ages from 0; `days` ascending by day.
  static func age(of days: [(age: Double, size: Double)], total: Double) -> Double {
    guard total > 0 else { return 0 }
    var (sum, reached, older) = (0.0, 0.0, total)
    for day in days.reversed() {
      let share = max(0, older) / total
      sum += (day.age - reached) * share * share
      reached = day.age
      older -= day.size
    }
    return sum
  }
}
