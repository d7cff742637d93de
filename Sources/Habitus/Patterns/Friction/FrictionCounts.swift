internal import HabitusModel

/// How often signals of friction are seen, where, and by how many users.
struct FrictionCounts: Sendable {
  typealias Place = FrictionScanner.Place

  /// A count in each half of the window.
  struct Halves: Sendable, Equatable {
    var first = 0
    var second = 0

    var total: Int { first + second }

    mutating func add(isFirst: Bool) { if isFirst { first += 1 } else { second += 1 } }

    mutating func add(_ other: Halves) {
      first += other.first
      second += other.second
    }
  }

  /// Where a signal was seen.
  struct PlaceCount: Sendable, Equatable {
    var sessions = 0
    var users = 0
  }

  /// How often a place was entered from another one, and left straight back; and the same of each user's first time.
  struct VisitCount: Sendable, Equatable {
    var visits = 0
    var turned = 0
    var users = 0
    var usersTurned = 0

    mutating func add(_ other: VisitCount) {
      visits += other.visits
      turned += other.turned
      users += other.users
      usersTurned += other.usersTurned
    }
  }

  /// What is counted of one signal.
  struct SignalCount: Sendable {
    var sessions = Halves()
    /// Users who show it in a half.
    var users = Halves()
    /// Users who show it at all.
    var userCount = 0
    /// How often it is seen.
    var occurrences = 0
    /// How often it is seen in random order, and in how many sessions, over all copies.
    var shuffledOccurrences = 0
    var shuffledSessions = 0
    /// The sum over sessions of the variance of how often it is seen, over a session and its copies.
    var variance = 0.0
    var places: [Place: PlaceCount] = [:]
    /// Some of the sessions, the latest.
    var evidence: [PatternOccurrence] = []

    /// Adds how often a session and its copies show the signal; `copies` may be empty where none does.
    mutating func add(_ count: Int, _ copies: [Int], copyCount: Int) {
      guard count > 0 || !copies.isEmpty else { return }
      occurrences += count
      shuffledOccurrences += copies.reduce(0, +)
      shuffledSessions += copies.count { $0 > 0 }
      let total = Double(copyCount + 1)
      let mean = Double(copies.reduce(count, +)) / total
      variance += Double(copies.reduce(count * count) { $0 + $1 * $1 }) / total - mean * mean
    }
  }

  private(set) var sessions = Halves()
  /// Users who came in a half.
  private(set) var users = Halves()
  private(set) var userCount = 0
  private(set) var signals = FrictionSignal.allCases.map { _ in SignalCount() }
  private(set) var visits: [UInt32: VisitCount] = [:]

  /// Beyond so many places of a signal, those of a single session are forgotten, time and again.
  private static let placeLimit = 100_000
  private static let evidenceCount = 5

  subscript(signal: FrictionSignal) -> SignalCount { signals[signal.index] }

  /// Adds a user's sessions.
  ///
  /// - Parameter user: whose sessions are kept as evidence; `nil` keeps none.
  mutating func add(_ timeline: UserTimeline, user: UserID? = nil, scanner: inout FrictionScanner) {
    let window = timeline.plan.window
    let middle = window.start.milliseconds + (window.asOf.milliseconds - window.start.milliseconds) / 2
    var present = (first: false, second: false)
    var affected = FrictionSignal.allCases.map { _ in (first: false, second: false) }
    var userPlaces = FrictionSignal.allCases.map { _ in Set<Place>() }
    var seen: Set<UInt32> = []
    for session in timeline.sessions {
      let found = scanner.scan(session, of: timeline)
      let start = timeline.frame.times[timeline.range.lowerBound + session.lowerBound]
      let isFirst = start < middle
      sessions.add(isFirst: isFirst)
      if isFirst { present.first = true } else { present.second = true }
      for signal in signals.indices {
        signals[signal].add(found.places[signal].count, found.shuffledCounts[signal], copyCount: scanner.copyCount)
        guard !found.places[signal].isEmpty else { continue }
        signals[signal].sessions.add(isFirst: isFirst)
        if isFirst { affected[signal].first = true } else { affected[signal].second = true }
        for place in Set(found.places[signal]) {
          signals[signal].places[place, default: PlaceCount()].sessions += 1
          if userPlaces[signal].insert(place).inserted { signals[signal].places[place]?.users += 1 }
        }
        if let user { keep(timeline, session, of: user, signal) }
      }
      for visit in found.visits { count(visit.place, visit.isTurned, &seen) }
    }
    userCount += 1
    if present.first { users.first += 1 }
    if present.second { users.second += 1 }
    for (signal, halves) in affected.enumerated() {
      if halves.first { signals[signal].users.first += 1 }
      if halves.second { signals[signal].users.second += 1 }
      if halves.first || halves.second { signals[signal].userCount += 1 }
    }
  }

  private mutating func count(_ place: UInt32, _ isTurned: Bool, _ seen: inout Set<UInt32>) {
    let isFirstTime = seen.insert(place).inserted
    visits[place, default: VisitCount()].add(
      VisitCount(
        visits: 1, turned: isTurned ? 1 : 0, users: isFirstTime ? 1 : 0, usersTurned: isFirstTime && isTurned ? 1 : 0))
  }

  private mutating func keep(_ timeline: UserTimeline, _ session: Range<Int>, of user: UserID, _ signal: Int) {
    let (first, last) = (
      timeline.range.lowerBound + session.lowerBound, timeline.range.lowerBound + session.upperBound - 1
    )
    signals[signal].evidence.insert(
      PatternOccurrence(
        user: user, start: Timestamp(milliseconds: timeline.frame.times[first]),
        end: Timestamp(milliseconds: timeline.frame.times[last]), eventCount: session.count), at: 0)
    if signals[signal].evidence.count > Self.evidenceCount { signals[signal].evidence.removeLast() }
  }

  /// Adds what other users show.
  mutating func add(_ other: FrictionCounts) {
    sessions.add(other.sessions)
    users.add(other.users)
    userCount += other.userCount
    for signal in signals.indices {
      let new = other.signals[signal]
      signals[signal].sessions.add(new.sessions)
      signals[signal].users.add(new.users)
      signals[signal].userCount += new.userCount
      signals[signal].occurrences += new.occurrences
      signals[signal].shuffledOccurrences += new.shuffledOccurrences
      signals[signal].shuffledSessions += new.shuffledSessions
      signals[signal].variance += new.variance
      signals[signal].places.merge(new.places) {
        PlaceCount(sessions: $0.sessions + $1.sessions, users: $0.users + $1.users)
      }
      if signals[signal].places.count > Self.placeLimit {
        signals[signal].places = signals[signal].places.filter { $0.value.sessions > 1 }
      }
    }
    visits.merge(other.visits) { own, new in
      var sum = own
      sum.add(new)
      return sum
    }
  }
}
