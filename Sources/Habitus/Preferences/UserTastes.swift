internal import HabitusKernels
internal import HabitusModel

/// What one user has shown in every dimension, kept up to date event by event; meant to be used again for the next user.
struct UserTastes: Sendable {
  /// A rating on the day that it was given.
  private struct DatedRating {
    let rating: CodedRating
    let day: Int
    let time: Int64
  }

  /// By dimension, without ratings.
  private var states: [PreferenceState]
  private var ratings: [DatedRating] = []

  init(_ plan: PreferencePlan) {
    states = plan.dimensions.map { _ in PreferenceState() }
    removeDays(before: plan.firstDay)
  }

  /// Whether nothing was taken, or nothing is left.
  var isEmpty: Bool { ratings.isEmpty && states.allSatisfy(\.isEmpty) }

  /// Takes the event that `coder` has read. O(dimensions) for events in order, however many came before.
  mutating func take(_ coder: borrowing PreferenceCoder, at time: Int64) throws {
    for contribution in coder.contributions {
      try states[contribution.dimension].add(
        contribution.weight, value: contribution.code, day: coder.day, time: time,
        coder.plan.decays[contribution.dimension])
    }
    for rating in coder.ratings { ratings.append(DatedRating(rating: rating, day: coder.day, time: time)) }
  }

  /// Drops the days before `day`, which no longer lie in the window.
  mutating func removeDays(before day: Int) {
    for index in states.indices { states[index].removeDays(before: day) }
    ratings.removeAll { $0.day < day }
  }

  /// Drops everything and keeps the memory.
  mutating func removeAll() {
    for index in states.indices { states[index].removeAll() }
    ratings.removeAll(keepingCapacity: true)
  }

  /// The states to be scored: times once a day, and with the ratings, weighed on the user's own scale.
  ///
  /// - Parameter population: how reviewers use the scale; without it ratings say nothing.
  func states(_ plan: PreferencePlan, _ population: RatingPopulation?) throws -> [PreferenceState] {
    var states = states
    for index in states.indices where plan.dimensions[index].family == .time {
      states[index] = states[index].dailyPresence
    }
    guard let population, !ratings.isEmpty else { return states }
    let weights = try population.weights(of: ratings.lazy.map(\.rating))
    for (dated, points) in zip(ratings, weights) {
      let weight = points * plan.ratingWeight
      for target in dated.rating.targets {
        try states[target.dimension].add(
          weight, value: target.code, day: dated.day, time: dated.time, plan.decays[target.dimension])
      }
    }
    return states
  }
}

extension RatingPopulation {
  /// What each of a reviewer's ratings says on the reviewer's own scale, in −1…1. O(ratings).
  func weights(of ratings: some Sequence<CodedRating>) throws -> [Double] {
    let plain = ratings.map { Rating(reviewer: 0, aspect: $0.aspect, value: $0.value) }
    let scale = try scale(of: plain)
    return try plain.map { try weight(of: $0, scale).weight }
  }
}
