/// In which order a user's sessions come, and when things are first and last done in them.
struct SessionOrder {
  /// By item, its sessions, ascending, with the times of its first and last event in them, one item after the other.
  let sessions: [Int32]
  let firstTimes: [Int64]
  let lastTimes: [Int64]
  /// Where items begin in those, and at last where the last one ends.
  let offsets: [Int]
  let sessionCount: Int

  /// By session, those that begin before it, by no more than the lag, and those that begin after it.
  let earlier: [Range<Int>]
  let later: [Range<Int>]
  /// By item and session, the sessions before that session which have the item.
  private let prefixes: [Int32]

  /// Pairs of sessions of which one begins within the lag after the other, each counted both ways round.
  let pairCount: Double
  /// The sum over sessions of the squared difference of how many begin within the lag after it and before it.
  let rowSquares: Double

  /// - Parameters:
  ///   - items: the items that are looked at, ascending; they are numbered anew by their place.
  ///   - lag: in milliseconds.
  init(_ history: CodedHistory, items: [Int], lag: Int64) {
    let count = history.sessionCount
    sessionCount = count
    var (sessions, firsts, lasts, offsets) = ([Int32](), [Int64](), [Int64](), [0])
    var prefixes = Array(repeating: Int32(0), count: items.count * (count + 1))
    for (row, item) in items.enumerated() {
      for place in history.places[history.placeOffsets[item]..<history.placeOffsets[item + 1]] {
        let (session, time) = (history.sessions[Int(place)], history.times[Int(place)])
        if sessions.count > offsets[row], sessions[sessions.count - 1] == session {
          lasts[lasts.count - 1] = time
        } else {
          sessions.append(session)
          firsts.append(time)
          lasts.append(time)
          prefixes[row * (count + 1) + Int(session) + 1] = 1
        }
      }
      offsets.append(sessions.count)
      for session in 0..<count { prefixes[row * (count + 1) + session + 1] += prefixes[row * (count + 1) + session] }
    }
    (self.sessions, firstTimes, lastTimes, self.offsets, self.prefixes) = (sessions, firsts, lasts, offsets, prefixes)

    let starts = (0..<count).map { history.times[history.sessionOffsets[$0]] }
    var (earlier, later) = ([Range<Int>](), [Range<Int>]())
    var (low, high, same, next) = (0, 0, 0, 0)
    for start in starts {
      while start - starts[low] > lag { low += 1 }
      while high < count, starts[high] - start <= lag { high += 1 }
      while starts[same] < start { same += 1 }
      while next < count, starts[next] <= start { next += 1 }
      earlier.append(low..<same)
      later.append(next..<high)
    }
    (self.earlier, self.later) = (earlier, later)
    pairCount = Double(zip(earlier, later).reduce(0) { $0 + $1.0.count + $1.1.count })
    rowSquares = zip(earlier, later).reduce(0.0) { sum, ranges in
      let difference = Double(ranges.1.count - ranges.0.count)
      return sum + difference * difference
    }
  }

  /// How many sessions of a range have an item.
  func count(_ item: Int, _ range: Range<Int>) -> Int {
    let row = item * (sessionCount + 1)
    return Int(prefixes[row + range.upperBound] - prefixes[row + range.lowerBound])
  }

  /// The sessions with an item that `second` follows, ascending, as ``FollowUp`` counts them.
  func sessions(followedBy second: Int, _ first: Int) -> [Int] {
    (offsets[first]..<offsets[first + 1]).filter { row in
      let session = Int(sessions[row])
      if count(second, later[session]) > 0 { return true }
      let other = (offsets[second]..<offsets[second + 1]).first { sessions[$0] == sessions[row] }
      return other.map { lastTimes[$0] > firstTimes[row] } ?? false
    }
    .map { Int(sessions[$0]) }
  }
}
