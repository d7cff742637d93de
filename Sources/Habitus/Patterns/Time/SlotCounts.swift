internal import HabitusKernels

/// How often users came by slot of a cycle (hours of the day, days of the week, hours of the week), and how unequal
/// users are in it.
struct SlotCounts: Codable, Sendable {
  /// By slot.
  private(set) var counts: [Int]
  /// The sum over users and slots of squared counts.
  private var squares = 0.0
  /// The sum over users of squared totals.
  private var squaredTotals = 0.0

  /// - Parameter counts: of one user, or of none.
  init(_ counts: [Int]) {
    self.counts = counts
    for count in counts { squares += Double(count * count) }
    squaredTotals = Double(total * total)
  }

  var total: Int { counts.reduce(0, +) }

  /// Adds other users.
  mutating func add(_ other: SlotCounts) {
    for slot in counts.indices { counts[slot] += other.counts[slot] }
    squares += other.squares
    squaredTotals += other.squaredTotals
  }

  /// How many visits weigh as much as one independent visit, 1 or more: the visits of one user resemble each other,
  /// and a few busy users with a habit must not pass for everybody's.
  ///
  /// The mean design effect of Rao and Scott (Annals of Statistics 12, 1984, doi:10.1214/aos/1176346391) with users
  /// as clusters: 1 + (m − 1)·ρ with m the visits of the user of an average visit, and ρ how much likelier than two
  /// visits of anybody two visits of one user fall into one slot, on a scale from 0 to 1.
  var designEffect: Double {
    let total = Double(self.total)
    let pairs = squaredTotals - total
    guard total > 0, pairs > 0 else { return 1 }
    let together = (squares - total) / pairs
    let byChance = counts.reduce(0) { $0 + Double($1) * Double($1) } / (total * total)
    guard byChance < 1 else { return 1 }
    let correlation = max(0, (together - byChance) / (1 - byChance))
    return 1 + (squaredTotals / total - 1) * correlation
  }
}

/// Shares of slots of a cycle, as a scale on which visits are uniform if they fall by these shares.
struct SlotScale: Sendable {
  /// By slot; they sum to 1.
  let shares: [Double]
  private let lowerBounds: [Double]

  /// Makes a scale of weights, which are not negative; all slots alike if they are all 0.
  init(_ weights: [Double]) {
    let total = weights.reduce(0, +)
    shares = total > 0 ? weights.map { $0 / total } : weights.map { _ in 1 / Double(weights.count) }
    var sum = 0.0
    lowerBounds = shares.map { share in
      defer { sum += share }
      return sum
    }
  }

  /// The place of a visit in a slot, 0..<1; `fraction` of the slot has gone by.
  func turn(_ slot: Int, fraction: Double) -> Double {
    min(lowerBounds[slot] + shares[slot] * fraction, 1.0.nextDown)
  }

  /// The share of an arc of the cycle, from a place in turns of even slots, 0..<1, over less than a turn.
  func share(from start: Double, length: Double) -> Double {
    func below(_ place: Double) -> Double {
      let slots = place * Double(shares.count)
      let slot = min(Int(slots), shares.count - 1)
      return lowerBounds[slot] + shares[slot] * (slots - Double(slot))
    }
    let end = start + length
    return max(0, end <= 1 ? below(end) - below(start) : 1 - below(start) + below(end - 1))
  }
}
