internal import HabitusKernels

/// Whether visits gather at one place of a cycle, cycle after cycle.
///
/// The null: each cycle's visits lie round the circle by any pattern, turned by an angle of its own. Every cycle thus
/// counts once, with the mean direction of its visits: five visits of one evening, or a week with a visit every day,
/// are one piece of evidence. On a ``SlotScale`` of everybody's visits the directions of who comes as everybody does
/// are uniform as well.
struct CycleAlignment {
  /// How many cycles are enough: four at one place are surprising, three are not.
  static let minimumCycleCount = 4
  /// The share of cycles that the arc of the test holds.
  static let arcShare = 0.8

  /// Twice the smaller of the p-values of Rayleigh's test, for a broad preference, and of the shortest arc, for few
  /// cycles close together.
  let pValue: Double

  /// - Parameters:
  ///   - cycles: the number of the cycle of each visit; equal ones stand together.
  ///   - turns: the place of each visit in its cycle, 0..<1.
  /// - Returns: `nil` for too few cycles.
  init?(cycles: [Int], turns: [Double]) throws(KernelError) {
    var directions: [Double] = []
    var first = 0
    for index in 1...max(1, cycles.count) where index >= cycles.count || cycles[index] != cycles[first] {
      let own = turns[first..<min(index, cycles.count)]
      // What cancels out points nowhere.
      if own.count == 1 {
        directions += own
      } else if let mean = CircularSummary(of: Array(own), period: 1)?.mean {
        directions.append(mean)
      }
      first = index
    }
    guard directions.count >= Self.minimumCycleCount, let rhythm = try Rhythm(of: directions, period: 1),
      let arc = ShortestArc(of: directions, share: Self.arcShare)
    else { return nil }
    pValue = min(1, 2 * min(rhythm.rayleighPValue, arc.pValue))
  }
}
