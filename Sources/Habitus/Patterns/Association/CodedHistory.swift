internal import HabitusModel

/// One user's events that have a part, such as a category, with that part numbered from 0.
struct CodedHistory {
  /// The codes that occur, ascending; an item is a place among them.
  let codes: [UInt32]
  /// By event, in order.
  let items: [Int32]
  /// By event, in milliseconds, ascending.
  let times: [Int64]
  /// By event, the number of its session among ``sessionOffsets``.
  let sessions: [Int32]
  /// Where the sessions that have such an event begin, and at last where the last one ends.
  let sessionOffsets: [Int]
  /// By item, the places of its events, ascending, in one array with the start of every item.
  let places: [Int32]
  let placeOffsets: [Int]

  /// O(*n* log *n*).
  init(_ timeline: UserTimeline, _ dimension: EventDimension) {
    let column = timeline.frame[dimension]
    var present: [UInt32] = []
    var (times, sessions, offsets) = ([Int64](), [Int32](), [0])
    if !column.isEmpty {
      for session in timeline.sessions {
        for position in session where column[timeline.range.lowerBound + position] != TermDictionary.missing {
          present.append(column[timeline.range.lowerBound + position])
          times.append(timeline.frame.times[timeline.range.lowerBound + position])
          sessions.append(Int32(offsets.count - 1))
        }
        if present.count > offsets[offsets.count - 1] { offsets.append(present.count) }
      }
    }
    var codes: [UInt32] = []
    for code in present.sorted() where code != codes.last { codes.append(code) }
    var items: [Int32] = []
    items.reserveCapacity(present.count)
    for code in present { items.append(Int32(Self.place(of: code, in: codes))) }
    (places, placeOffsets) = Self.places(of: items, itemCount: codes.count)
    self.codes = codes
    self.items = items
    self.times = times
    self.sessions = sessions
    sessionOffsets = offsets
  }

  var sessionCount: Int { sessionOffsets.count - 1 }

  /// How many sessions have each item.
  var sessionCounts: [Int] {
    codes.indices.map { item in
      var (count, last) = (0, Int32(-1))
      for place in places[placeOffsets[item]..<placeOffsets[item + 1]] where sessions[Int(place)] != last {
        count += 1
        last = sessions[Int(place)]
      }
      return count
    }
  }

  /// The items in at least `least` sessions, ascending; of more than `limit` those in most.
  func frequentItems(in least: Int, limit: Int) -> [Int] {
    let counts = sessionCounts
    let frequent = codes.indices.filter { counts[$0] >= least }
    guard frequent.count > limit else { return frequent }
    return frequent.sorted { (-counts[$0], $0) < (-counts[$1], $1) }.prefix(limit).sorted()
  }

  /// Where and how long a session's events with such a part were.
  func occurrence(_ session: Int, of user: UserID) -> PatternOccurrence {
    let range = sessionOffsets[session]..<sessionOffsets[session + 1]
    return PatternOccurrence(
      user: user, start: Timestamp(milliseconds: times[range.lowerBound]),
      end: Timestamp(milliseconds: times[range.upperBound - 1]), eventCount: range.count)
  }

  private static func place(of code: UInt32, in codes: [UInt32]) -> Int {
    var (low, high) = (0, codes.count)
    while low < high {
      let middle = (low + high) / 2
      if codes[middle] < code { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func places(of items: [Int32], itemCount: Int) -> ([Int32], [Int]) {
    var offsets = Array(repeating: 0, count: itemCount + 1)
    for item in items { offsets[Int(item) + 1] += 1 }
    for item in 0..<itemCount { offsets[item + 1] += offsets[item] }
    var next = offsets
    var places = Array(repeating: Int32(0), count: items.count)
    for (place, item) in items.enumerated() {
      places[next[Int(item)]] = Int32(place)
      next[Int(item)] += 1
    }
    return (places, offsets)
  }
}
