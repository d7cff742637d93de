/// The attempt of one user that counts where steps may be taken in any order.
///
/// How many steps the events of a stretch of time serve, no event two, is the size of a matching of events and steps.
/// It depends only on how many events there are of each kind (set of steps that they can serve), which are kept count
/// of while the stretch slides over the events.
struct AnyOrderMatch {
  /// When the steps were taken; empty where no event serves one.
  private(set) var moments: [Int64] = []

  /// The kinds of events.
  private var kinds: [UInt64] = []
  /// By kind, how many events of it lie in the stretch.
  private var counts: [Int] = []
  /// By step, the kind of the event that serves it; 0 for none.
  private var owners: [UInt64]
  private let stepCount: Int

  /// - Complexity: O(events · (kinds + steps)), and a matching for each event from which on more steps could be served.
  init(times: [Int64], masks: [UInt64], stepCount: Int, window: Int64) {
    self.stepCount = stepCount
    owners = Array(repeating: 0, count: stepCount)
    let kindOfEvent = masks.map { mask in kind(of: mask) }
    var (best, start, end) = (0, 0, 0)
    for first in times.indices where masks[first] != FunnelMatcher.excluded {
      end = max(end, first)
      while end < times.count, masks[end] != FunnelMatcher.excluded, times[end] - times[first] <= window {
        counts[kindOfEvent[end]] += 1
        end += 1
      }
      if bound > best {
        let level = matchingSize()
        if level > best { (best, start) = (level, first) }
        if best == stepCount { break }
      }
      counts[kindOfEvent[first]] -= 1
    }
    clearOwners()
    var index = start
    while moments.count < best {
      if serve(masks[index]) { moments.append(times[index]) }
      index += 1
    }
  }

  /// The number of the kind of an event, which becomes known.
  private mutating func kind(of mask: UInt64) -> Int {
    if let known = kinds.firstIndex(of: mask) { return known }
    kinds.append(mask)
    counts.append(0)
    return kinds.count - 1
  }

  /// No matching of the stretch is larger.
  private var bound: Int {
    var steps: UInt64 = 0
    var count = 0
    for kind in kinds.indices where counts[kind] > 0 {
      steps |= kinds[kind]
      count += counts[kind]
    }
    return min(count, steps.nonzeroBitCount)
  }

  /// How many steps the events of the stretch serve.
  private mutating func matchingSize() -> Int {
    clearOwners()
    var size = 0
    for kind in kinds.indices {
      for _ in 0..<min(counts[kind], stepCount) {
        guard serve(kinds[kind]) else { break }
        size += 1
      }
    }
    return size
  }

  private mutating func clearOwners() {
    for step in owners.indices { owners[step] = 0 }
  }

  /// Gives an event a step, where the others can make room for it.
  private mutating func serve(_ mask: UInt64) -> Bool {
    var visited: UInt64 = 0
    return serve(mask, &visited)
  }

  private mutating func serve(_ mask: UInt64, _ visited: inout UInt64) -> Bool {
    var rest = mask & ~visited
    while rest != 0 {
      let step = rest.trailingZeroBitCount
      visited |= 1 << UInt64(step)
      let owner = owners[step]
      if owner == 0 || serve(owner, &visited) {
        owners[step] = mask
        return true
      }
      rest = mask & ~visited
    }
    return false
  }
}
