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
    var (values, lastDay, firstDay, time) = ([[UInt32]](), Int.min, Int.max, Int64(0))
    coder.forEachEvent(of: frame, userAt: index) { coder, position in
      let taken = content.map { dimension in
        coder.contributions.filter { $0.dimension == dimension && $0.weight > 0 }.map(\.code)
      }
      guard taken.contains(where: { !$0.isEmpty }) else { return }
      (values, lastDay, firstDay, time) = (taken, coder.day, min(firstDay, coder.day), frame.times[position])
    }
    guard firstDay < lastDay else { return nil }
    var tastes = UserTastes(plan)
    try coder.forEachEvent(of: frame, userAt: index) { coder, position in
      if coder.day < lastDay { try tastes.take(coder, at: frame.times[position]) }
    }
    let states = try tastes.states(plan, ratings)
    evidence = try content.map {
      try PreferenceEvidence(states[$0], at: time, today: lastDay, plan.decays[$0])
    }
    self.values = values
  }
}
