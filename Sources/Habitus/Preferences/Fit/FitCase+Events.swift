internal import HabitusKernels
internal import HabitusModel

extension FitCase {
  /// A user before the last day on which they took to something, and the last thing of that day; `nil` for a user who took
  /// to things on one day only.
  ///
  /// O(events · dimensions).
  init?(
    _ frame: borrowing EventFrame, userAt index: Int, _ coder: inout PreferenceCoder, _ ratings: RatingPopulation?
  ) throws {
    let plan = coder.plan
    let content = plan.contentIndices
    var moments: [(day: Int, time: Int64, taken: [[UInt32]], ratings: Range<Int>)] = []
    var given: [CodedRating] = []
    coder.forEachEvent(of: frame, userAt: index) { coder, position in
      let taken = content.map { dimension in
        coder.contributions.filter { $0.dimension == dimension && $0.weight > 0 }.map(\.code)
      }
      moments.append((coder.day, frame.times[position], taken, given.count..<given.count + coder.ratings.count))
      given += coder.ratings
    }
    let weights = try ratings?.weights(of: given) ?? given.map { _ in 0 }
    for index in moments.indices {
      // What was rated well is taken, too.
      for rating in moments[index].ratings where weights[rating] > 0 {
        for target in given[rating].targets {
          if let place = content.firstIndex(of: target.dimension) { moments[index].taken[place].append(target.code) }
        }
      }
    }
    let choices = moments.filter { moment in moment.taken.contains { !$0.isEmpty } }
    guard let first = choices.first, let last = choices.last, first.day < last.day else { return nil }
    var tastes = UserTastes(plan)
    try coder.forEachEvent(of: frame, userAt: index) { coder, position in
      if coder.day < last.day { try tastes.take(coder, at: frame.times[position]) }
    }
    let states = try tastes.states(plan, ratings)
    evidence = try content.map {
      try PreferenceEvidence(states[$0], at: last.time, today: last.day, plan.decays[$0])
    }
    values = last.taken
  }
}
