internal import HabitusModel

/// What each user has of one part of events, and in which order: associations over users are looked for in it.
struct AssociationEvidence: Sendable {
  let dimension: EventDimension
  /// How long a thing may come after another, in milliseconds.
  let lag: Int64
  /// Codes that a user has, ascending, user after user.
  private(set) var codes: [UInt32] = []
  /// How many of the user's events have the code.
  private(set) var counts: [Int32] = []
  /// Where users begin in ``codes``, and at last where the last one ends.
  private(set) var offsets = [0]
  /// By user, the events that have such a part.
  private(set) var eventCounts: [Int32] = []
  /// What follows what.
  private(set) var followUps = FollowUpCounts()

  /// The most things of one user whose order is looked at, those in most sessions.
  private static let orderedItems = 24

  init(_ dimension: EventDimension, _ settings: HabitusConfiguration.Patterns) {
    self.dimension = dimension
    lag = settings.followUpLag.wholeMilliseconds
  }

  var userCount: Int { eventCounts.count }

  /// Whether the order of such parts is looked at: there are too many pages and items for all pairs of them.
  static func hasOrder(_ dimension: EventDimension) -> Bool { dimension == .eventType || dimension == .category }

  /// Adds a user's events.
  mutating func add(_ timeline: UserTimeline) {
    let history = CodedHistory(timeline, dimension)
    guard !history.codes.isEmpty else { return }
    for (item, code) in history.codes.enumerated() {
      codes.append(code)
      counts.append(Int32(history.placeOffsets[item + 1] - history.placeOffsets[item]))
    }
    offsets.append(codes.count)
    eventCounts.append(Int32(history.items.count))
    guard Self.hasOrder(dimension) else { return }
    followUps.add(history, items: history.frequentItems(in: 1, limit: Self.orderedItems), lag: lag)
  }

  /// Adds the events of other users.
  mutating func add(_ other: AssociationEvidence) {
    let shift = codes.count
    codes += other.codes
    counts += other.counts
    offsets += other.offsets.dropFirst().map { $0 + shift }
    eventCounts += other.eventCounts
    followUps.add(other.followUps)
  }
}

extension Duration {
  /// Rounded down.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}

/// How often one thing comes after another, over users.
struct FollowUpCounts: Sendable {
  /// Two things in one order.
  struct Pair: Hashable, Sendable {
    let first: UInt32
    let second: UInt32
  }

  /// What is counted of a pair.
  struct Count: Sendable, Equatable {
    /// Users of whom the order is more frequent than the contrary, and less.
    var forwardUsers: Int32 = 0
    var backwardUsers: Int32 = 0
    /// Sessions with the first thing that the second follows, and that it comes before.
    var followed: Int32 = 0
    var preceded: Int32 = 0

    static func += (count: inout Count, other: Count) {
      count.forwardUsers += other.forwardUsers
      count.backwardUsers += other.backwardUsers
      count.followed += other.followed
      count.preceded += other.preceded
    }
  }

  private(set) var pairs: [Pair: Count] = [:]
  /// How many pairs were forgotten, some of them perhaps more than once: they count as candidates all the same.
  private(set) var forgottenCount = 0
  /// Sessions that have a thing.
  private(set) var sessions: [UInt32: Int] = [:]

  /// Beyond so many pairs, those of which a single user shows an order are forgotten, time and again.
  private static let pairLimit = 200_000

  /// Adds what one user's `items` show.
  mutating func add(_ history: CodedHistory, items: [Int], lag: Int64) {
    let order = SessionOrder(history, items: items, lag: lag)
    for (first, item) in items.enumerated() {
      let code = history.codes[item]
      sessions[code, default: 0] += order.offsets[first + 1] - order.offsets[first]
      for second in items.indices where second != first {
        let found = FollowUp(of: second, after: first, in: order)
        guard found.followed > 0 || found.preceded > 0 else { continue }
        pairs[Pair(first: code, second: history.codes[items[second]]), default: Count()] += Count(
          forwardUsers: found.balance > 0 ? 1 : 0, backwardUsers: found.balance < 0 ? 1 : 0,
          followed: Int32(found.followed), preceded: Int32(found.preceded))
      }
    }
    prune()
  }

  /// Adds what other users show.
  mutating func add(_ other: FollowUpCounts) {
    pairs.merge(other.pairs) { own, new in
      var sum = own
      sum += new
      return sum
    }
    sessions.merge(other.sessions, uniquingKeysWith: +)
    forgottenCount += other.forgottenCount
    prune()
  }

  private mutating func prune() {
    guard pairs.count > Self.pairLimit else { return }
    let kept = pairs.filter { $0.value.forwardUsers + $0.value.backwardUsers > 1 }
    forgottenCount += pairs.count - kept.count
    pairs = kept
  }
}
