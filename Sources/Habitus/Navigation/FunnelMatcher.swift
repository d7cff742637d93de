/// Finds the attempt of one user that counts. Holds the memory that it needs from user to user.
struct FunnelMatcher {
  /// The mark of an event that ends attempts.
  static let excluded: UInt64 = 1 << 63

  private let stepCount: Int
  private let order: FunnelDefinition.Order
  /// In milliseconds.
  private let window: Int64

  /// The user's events that serve a step or end attempts, in order.
  private var times: [Int64] = []
  /// The steps that each can serve, bit 0 for the first, or ``excluded`` alone.
  private var masks: [UInt64] = []
  /// The place of each among all events of the user.
  private var positions: [Int] = []
  /// When the steps of the attempt that counts were taken.
  private(set) var moments: [Int64] = []
  /// By step, a moment of an attempt, as the passes need it.
  private var marks: [Int64]

  /// - Parameter window: in milliseconds.
  init(stepCount: Int, order: FunnelDefinition.Order, window: Int64) {
    self.stepCount = stepCount
    self.order = order
    self.window = window
    marks = Array(repeating: 0, count: stepCount + 1)
  }

  /// Forgets the user before.
  mutating func begin() {
    times.removeAll(keepingCapacity: true)
    masks.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    moments.removeAll(keepingCapacity: true)
  }

  /// Adds an event, which comes after those before; bits of `mask`, which is not 0, above those of the steps end
  /// attempts.
  mutating func add(time: Int64, mask: UInt64, position: Int) {
    times.append(time)
    masks.append(mask >> UInt64(stepCount) != 0 ? Self.excluded : mask)
    positions.append(position)
  }

  /// Finds the attempt that counts; ``moments`` stays empty where there is none.
  ///
  /// - Complexity: O(events · steps); in any order O(events · steps · kinds of events that differ in the steps they
  ///   serve).
  mutating func match() {
    guard !times.isEmpty else { return }
    switch order {
    case .ordered: matchOrdered()
    case .strict: matchStrict()
    case .any: moments = AnyOrderMatch(times: times, masks: masks, stepCount: stepCount, window: window).moments
    }
  }

  /// Three passes: how far attempts come, which of those that come so far begins first, and its steps.
  private mutating func matchOrdered() {
    let level = orderedLevel()
    guard level > 0 else { return }
    var step = 0
    for index in orderedStart(level)..<times.count where masks[index] >> UInt64(step) & 1 == 1 {
      moments.append(times[index])
      step += 1
      if step == level { return }
    }
  }

  /// The most steps of an attempt: for each number of steps, of the attempts so far the latest beginning serves best.
  private mutating func orderedLevel() -> Int {
    let none = Int64.min
    for step in marks.indices { marks[step] = none }
    var level = 0
    for index in times.indices {
      let (time, mask) = (times[index], masks[index])
      if mask == Self.excluded {
        for step in 0..<level { marks[step] = none }
        continue
      }
      // Downwards, so that no event serves two steps.
      for step in stride(from: min(level, stepCount - 1), to: 0, by: -1) where mask >> UInt64(step) & 1 == 1 {
        let start = marks[step - 1]
        guard start != none, time - start <= window else { continue }
        marks[step] = start
        level = max(level, step + 1)
      }
      if mask & 1 == 1 {
        marks[0] = time
        level = max(level, 1)
      }
      if level == stepCount { break }
    }
    return level
  }

  /// Where the first attempt of `level` steps begins: backwards, for each step the earliest end from there on.
  private mutating func orderedStart(_ level: Int) -> Int {
    let none = Int64.max
    for step in 0...level { marks[step] = none }
    var start = 0
    for index in times.indices.reversed() {
      let (time, mask) = (times[index], masks[index])
      if mask == Self.excluded {
        for step in 0...level { marks[step] = none }
        continue
      }
      for step in 0..<level where mask >> UInt64(step) & 1 == 1 {
        let end = step + 1 == level ? time : marks[step + 1]
        marks[step] = end
        if step == 0, end != none, end - time <= window { start = index }
      }
    }
    return start
  }

  /// The first of the longest rows of neighbouring events that serve the steps one after the other.
  private mutating func matchStrict() {
    var best = 0
    var start = 0
    for first in times.indices where masks[first] & 1 == 1 && best < stepCount {
      var level = 1
      while level < stepCount, first + level < times.count,
        positions[first + level] == positions[first] + level, masks[first + level] >> UInt64(level) & 1 == 1,
        times[first + level] - times[first] <= window
      {
        level += 1
      }
      if level > best { (best, start) = (level, first) }
    }
    moments += times[start..<start + best]
  }
}
