internal import HabitusKernels

/// Whether one of two things of a user comes after the other, within a lag, more often than before it.
///
/// Things that are merely done in the same sessions, or at the same times of day, come as often one way round as the
/// other; so only the order tells, of which there are two counts.
///
/// Between sessions: over pairs of sessions of which the second begins within the lag after the first, those that have
/// the first thing and then the second, less those that have the second and then the first. Chance is every order of the
/// contents of the user's sessions over their times; under it the difference is 0 on average, its variance is known
/// (Daniels, "The relation between measures of correlation in the universe of sample permutations", Biometrika 33, 1944,
/// doi:10.1093/biomet/33.2.129), and its tail is taken for the normal one. Sessions that resemble the ones
/// before them, as those of a user with moods, hardly change the variance, since resemblance has no direction.
///
/// Inside sessions: of those that begin with one of the two and end with the other, how many begin with the first thing.
/// Chance is history backwards, which gives either with probability ½, however events are bunched: a sign test. Things
/// of the same millisecond have no order.
struct FollowUp {
  /// Pairs of sessions in the order, less those in the contrary one.
  private(set) var difference = 0
  /// How much the difference varies under chance.
  private(set) var variance = 0.0
  /// Sessions that begin with the first thing and end with the second, and the contrary.
  private(set) var forward = 0
  private(set) var backward = 0
  /// Sessions with the first thing, and those of them that the second follows, and comes before: in the same session, or
  /// in one that begins within the lag.
  private(set) var total = 0
  private(set) var followed = 0
  private(set) var preceded = 0

  /// Counts the orders of `second` after `first`. O(their sessions).
  init(of second: Int, after first: Int, in order: SessionOrder) {
    let (rows, others) = (
      order.offsets[first]..<order.offsets[first + 1], order.offsets[second]..<order.offsets[second + 1]
    )
    var (other, both) = (others.lowerBound, 0)
    for row in rows {
      let session = Int(order.sessions[row])
      let later = order.count(second, order.later[session])
      let earlier = order.count(second, order.earlier[session])
      difference += later - earlier
      var (isFollowed, isPreceded) = (later > 0, earlier > 0)
      while other < others.upperBound, order.sessions[other] < session { other += 1 }
      if other < others.upperBound, order.sessions[other] == session {
        both += 1
        let begins = order.firstTimes[other] - order.firstTimes[row]
        let ends = order.lastTimes[other] - order.lastTimes[row]
        if begins > 0, ends > 0 { forward += 1 }
        if begins < 0, ends < 0 { backward += 1 }
        isFollowed = isFollowed || order.lastTimes[other] > order.firstTimes[row]
        isPreceded = isPreceded || order.firstTimes[other] < order.lastTimes[row]
      }
      if isFollowed { followed += 1 }
      if isPreceded { preceded += 1 }
    }
    total = rows.count
    variance = Self.variance(first: rows.count, second: others.count, both: both, in: order)
  }

  /// Daniels' permutation variance of the difference.
  static func variance(first: Int, second: Int, both: Int, in order: SessionOrder) -> Double {
    let count = Double(order.sessionCount)
    guard count > 2 else { return 0 }
    let (a, b, c) = (Double(first), Double(second), Double(both))
    let squares = 2 * a * b - 2 * c * c
    let rowSquares = (a - c) * b * b + (b - c) * a * a + c * (b - a) * (b - a)
    let sum =
      4 * (order.rowSquares - order.pairCount) * (rowSquares - squares) / (count * (count - 1) * (count - 2))
      + 2 * order.pairCount * squares / (count * (count - 1))
    return max(0, sum / 4)
  }

  /// The smaller of the p-values of the two counts, twice since there are two.
  var pValue: Double { min(1, 2 * min(betweenSessions, insideSessions)) }

  private var betweenSessions: Double {
    guard difference > 0, variance > 0 else { return 1 }
    return NormalDistribution.cumulative((0.5 - Double(difference)) / variance.squareRoot())
  }

  private var insideSessions: Double {
    BinomialDistribution(trialCount: forward + backward, probability: 0.5).upperTail(forward)
  }

  /// More than 0 where the order is more frequent than the contrary, by both counts together.
  var balance: Int { difference + forward - backward }
}
