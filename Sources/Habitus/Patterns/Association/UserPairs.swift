internal import HabitusKernels
internal import HabitusModel

/// Pairs of things that the same users have.
///
/// Users with more events have more of everything, and so of any two things. Whether those with a first thing have a
/// second one more often is therefore asked among users with about as many other events: Mantel and Haenszel's test over
/// classes of the number of events that are not the first thing (Mantel and Haenszel, "Statistical aspects of the
/// analysis of data from retrospective studies of disease", J. Natl. Cancer Inst. 22, 1959), both ways round, of which
/// the less surprising counts.
struct UserPairs {
  struct Pair: Sendable {
    let first: UInt32
    let second: UInt32
    let table: ContingencyTable
    /// How many users with both chance gives.
    let expected: Double
    let pValue: Double
  }

  /// The most things whose pairs are looked at, those that most users have.
  static let itemLimit = 500

  /// The things, ascending by code.
  private let terms: [UInt32]
  /// By user, the places in ``terms``, and how many events each has.
  private let items: [Int32]
  private let counts: [Int32]
  private let offsets: [Int]
  /// By user, the class of the number of all events.
  private let eventCounts: [Int32]
  /// By thing, the users who have it.
  private let users: [[Int32]]
  private let classCount: Int
  /// By class, the users, and those with each thing.
  private let classSizes: [Double]
  private let classCounts: [Double]

  /// - Parameter minimumUsers: things that fewer users have are left out.
  init(_ evidence: AssociationEvidence, minimumUsers: Int) {
    var userCounts: [UInt32: Int] = [:]
    for code in evidence.codes { userCounts[code, default: 0] += 1 }
    let frequent = userCounts.filter { $0.value >= minimumUsers }
      .sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.prefix(Self.itemLimit).map(\.key).sorted()
    let places = Dictionary(uniqueKeysWithValues: frequent.enumerated().map { ($1, Int32($0)) })
    var (items, counts, offsets) = ([Int32](), [Int32](), [0])
    var users = Array(repeating: [Int32](), count: frequent.count)
    for user in 0..<evidence.userCount {
      for index in evidence.offsets[user]..<evidence.offsets[user + 1] {
        guard let place = places[evidence.codes[index]] else { continue }
        items.append(place)
        counts.append(evidence.counts[index])
        users[Int(place)].append(Int32(user))
      }
      offsets.append(items.count)
    }
    terms = frequent
    eventCounts = evidence.eventCounts
    classCount = (evidence.eventCounts.max().map { Self.eventClass(Int($0)) } ?? 0) + 1
    var sizes = Array(repeating: 0.0, count: classCount)
    var classCounts = Array(repeating: 0.0, count: classCount * frequent.count)
    for user in eventCounts.indices {
      let row = Self.eventClass(Int(eventCounts[user]))
      sizes[row] += 1
      for item in items[offsets[user]..<offsets[user + 1]] { classCounts[row * frequent.count + Int(item)] += 1 }
    }
    classSizes = sizes
    self.classCounts = classCounts
    (self.items, self.counts, self.offsets, self.users) = (items, counts, offsets, users)
  }

  /// Number of pairs that could be found.
  var hypothesisCount: Int { terms.count * (terms.count - 1) / 2 }

  /// Numbers of events up to 8 are classes of their own; beyond, four classes to an octave.
  static func eventClass(_ count: Int) -> Int {
    guard count > 8 else { return max(0, count) }
    let octave = Int.bitWidth - 1 - count.leadingZeroBitCount
    return 8 + (octave - 3) * 4 + (count >> (octave - 2)) & 3
  }

  /// The pairs with at least so many users in common and so high a phi, each with its test, by place.
  ///
  /// O(Σ things of a user² + things² · classes).
  func pairs(minimumBoth: Int, minimumPhi: Double, workers: Int) throws -> [Pair] {
    let rows = Collected<(Int, [Test])>()
    try Parallel.forEach(terms.count, workers: workers) { rows.append(($0, tests(of: $0))) }
    let found = rows.elements.sorted { $0.0 < $1.0 }.map(\.1)
    var pairs: [Pair] = []
    for first in terms.indices {
      for second in terms.indices.dropFirst(first + 1) {
        let (one, other) = (found[first][second], found[second][first])
        guard one.both >= minimumBoth else { continue }
        let table = ContingencyTable(
          both: one.both, firstOnly: users[first].count - one.both, secondOnly: users[second].count - one.both,
          neither: eventCounts.count - users[first].count - users[second].count + one.both)
        guard let phi = table.phi, phi >= minimumPhi else { continue }
        pairs.append(
          Pair(
            first: terms[first], second: terms[second], table: table, expected: max(one.expected, other.expected),
            pValue: max(one.pValue, other.pValue)))
      }
    }
    return pairs
  }

  private struct Test: Sendable {
    let both: Int
    let expected: Double
    let pValue: Double
  }

  /// What users with `first` have beside it, against others with as many other events.
  private func tests(of first: Int) -> [Test] {
    let count = terms.count
    var (sizes, having) = (classSizes, classCounts)
    var withFirst = Array(repeating: 0.0, count: classCount)
    var together = Array(repeating: 0, count: count)
    for user in users[first].lazy.map(Int.init) {
      let range = offsets[user]..<offsets[user + 1]
      var own = 0
      for index in range {
        together[Int(items[index])] += 1
        if items[index] == Int32(first) { own = Int(counts[index]) }
      }
      let from = Self.eventClass(Int(eventCounts[user]))
      let to = Self.eventClass(Int(eventCounts[user]) - own)
      withFirst[to] += 1
      guard from != to else { continue }
      sizes[from] -= 1
      sizes[to] += 1
      for index in range {
        having[from * count + Int(items[index])] -= 1
        having[to * count + Int(items[index])] += 1
      }
    }
    return (0..<count).map { second in
      var (expected, variance) = (0.0, 0.0)
      for row in 0..<classCount where withFirst[row] > 0 {
        let (all, a, b) = (sizes[row], withFirst[row], having[row * count + second])
        expected += a * b / all
        if all > 1 { variance += a * (all - a) * b * (all - b) / (all * all * (all - 1)) }
      }
      return Test(
        both: together[second], expected: expected,
        pValue: second == first ? 1 : Self.upperTail(together[second], expected, variance))
    }
  }

  /// A sum of hypergeometric numbers varies less than a Poisson number of the same mean, which is therefore on the safe
  /// side; where the mean is large, and not too far out, the normal distribution is close.
  private static func upperTail(_ count: Int, _ expected: Double, _ variance: Double) -> Double {
    guard count > 0, variance > 0 else { return 1 }
    let deviate = (Double(count) - 0.5 - expected) / variance.squareRoot()
    if expected >= 30, deviate < 4 { return NormalDistribution.cumulative(-deviate) }
    return PoissonDistribution(mean: expected).upperTail(count)
  }
}
