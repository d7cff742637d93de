internal import HabitusKernels
internal import HabitusModel

/// The evidence of everybody in a frame: for each dimension the decayed, weighted events by code, and all ratings; or, once
/// it is known how reviewers use the scale, what those ratings speak for.
///
/// Amounts are added as whole multiples of 2⁻³⁰, so that the sums do not depend on the order of users. Weights are below
/// 4, so two thousand million events fit.
struct PreferenceTotals: Sendable {
  private static let unit = 0x1p-30

  /// By dimension, the amounts by code.
  private(set) var amounts: [[(code: UInt32, amount: Int64)]]
  /// Whether any event is at another time than midnight, here or in UTC; without, the source told only dates.
  private(set) var hasTimesOfDay = false
  private(set) var ratings: [Rating] = []
  /// The codes of users with evidence.
  private(set) var users: [UInt32] = []

  /// Adds up what all users of a frame did; what a user turned away from counts as nothing.
  init(_ frame: borrowing EventFrame, _ scratch: inout Scratch) throws {
    let plan = scratch.coder.plan
    let end = plan.window.asOf.milliseconds
    amounts = plan.dimensions.map { _ in [] }
    for index in frame.users.indices {
      var isSeen = false
      var latest = [TimeSlot?](repeating: nil, count: plan.dimensions.count)
      scratch.coder.forEachEvent(of: frame, userAt: index) { coder, position in
        isSeen = true
        if coder.hasTimeOfDay { hasTimesOfDay = true }
        for contribution in coder.contributions where contribution.weight > 0 {
          if plan.dimensions[contribution.dimension].family == .time {
            // Events come in order, so those of one slot follow each other.
            let slot = TimeSlot(day: coder.day, code: contribution.code)
            if latest[contribution.dimension] == slot { continue }
            latest[contribution.dimension] = slot
          }
          let decay = plan.decays[contribution.dimension].weight(afterMilliseconds: end - frame.times[position])
          scratch.sums.add(
            Self.amount(contribution.weight * decay), dimension: contribution.dimension, code: contribution.code)
        }
        for rating in coder.ratings {
          ratings.append(Rating(reviewer: frame.users[index], aspect: rating.aspect, value: rating.value))
        }
      }
      if isSeen { users.append(frame.users[index]) }
    }
    for dimension in amounts.indices { amounts[dimension] = scratch.sums.removeAll(dimension) }
  }

  /// Adds up what the ratings of all users of a frame speak for, each weighed on its reviewer's own scale; what they speak
  /// against counts as nothing, as what is turned away from.
  init(
    ratingsOf frame: borrowing EventFrame, _ population: RatingPopulation, _ scratch: inout Scratch
  ) throws {
    let plan = scratch.coder.plan
    let end = plan.window.asOf.milliseconds
    for index in frame.users.indices {
      var given: [(rating: CodedRating, time: Int64)] = []
      scratch.coder.forEachEvent(of: frame, userAt: index) { coder, position in
        for rating in coder.ratings { given.append((rating, frame.times[position])) }
      }
      let weights = try population.weights(of: given.lazy.map(\.rating))
      for (rated, weight) in zip(given, weights) where weight > 0 {
        for target in rated.rating.targets {
          let decay = plan.decays[target.dimension].weight(afterMilliseconds: end - rated.time)
          scratch.sums.add(
            Self.amount(weight * plan.ratingWeight * decay), dimension: target.dimension, code: target.code)
        }
      }
    }
    amounts = plan.dimensions.indices.map { scratch.sums.removeAll($0) }
  }

  private static func amount(_ evidence: Double) -> Int64 { Int64((evidence / unit).rounded()) }

  /// What one thread keeps from frame to frame.
  struct Scratch {
    var coder: PreferenceCoder
    fileprivate var sums: SparseSums

    init(_ coder: PreferenceCoder) {
      self.coder = coder
      sums = SparseSums(dimensionCount: coder.plan.dimensions.count)
    }
  }

  /// The sums of many frames by dimension and code.
  static func sums(_ parts: [PreferenceTotals], dimensionCount: Int) -> [[Double]] {
    var sums = [[Int64]](repeating: [], count: dimensionCount)
    for part in parts {
      for (dimension, amounts) in part.amounts.enumerated() {
        for (code, amount) in amounts {
          let missing = Int(code) + 1 - sums[dimension].count
          if missing > 0 { sums[dimension] += repeatElement(0, count: missing) }
          sums[dimension][Int(code)] &+= amount
        }
      }
    }
    return sums.map { $0.map { Double($0) * unit } }
  }
}

/// An hour, a part of the day or a weekday on a day.
private struct TimeSlot: Equatable {
  let day: Int
  let code: UInt32
}

/// Sums by dimension and code, of which few codes are touched.
private struct SparseSums {
  private var sums: [[Int64]]
  private var touched: [[UInt32]]

  init(dimensionCount: Int) {
    sums = Array(repeating: [], count: dimensionCount)
    touched = Array(repeating: [], count: dimensionCount)
  }

  mutating func add(_ amount: Int64, dimension: Int, code: UInt32) {
    guard amount != 0 else { return }
    let missing = Int(code) + 1 - sums[dimension].count
    if missing > 0 { sums[dimension] += repeatElement(0, count: missing + missing / 2) }
    if sums[dimension][Int(code)] == 0 { touched[dimension].append(code) }
    sums[dimension][Int(code)] &+= amount
  }

  /// The sums of a dimension, which are dropped.
  mutating func removeAll(_ dimension: Int) -> [(code: UInt32, amount: Int64)] {
    defer { touched[dimension].removeAll(keepingCapacity: true) }
    return touched[dimension].map { code in
      defer { sums[dimension][Int(code)] = 0 }
      return (code, sums[dimension][Int(code)])
    }
  }
}
