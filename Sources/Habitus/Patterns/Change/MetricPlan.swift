internal import HabitusModel

/// Everything that is fixed for a scan for the figures of days.
struct MetricPlan: Sendable {
  let features: FeaturePlan
  let days: WholeDays
  /// The types that are counted by themselves, by code.
  let types: [UInt32]
  /// By code of an event type, its place in ``types``, or −1.
  let places: [Int32]
  /// By code of an event type, whether it is a goal.
  let isGoal: [Bool]

  init(_ features: FeaturePlan, days: WholeDays, types: [UInt32]) {
    self.features = features
    self.days = days
    self.types = types
    var places = [Int32](repeating: -1, count: features.types.count)
    for (place, type) in types.enumerated() { places[Int(type)] = Int32(place) }
    self.places = places
    var isGoal = [Bool](repeating: false, count: features.types.count)
    for code in features.typeTables.goals { isGoal[code] = true }
    self.isGoal = isGoal
  }

  /// The columns that frames must have.
  var columns: EventColumns { features.sessionRule.usesSourceSessions ? .sessions : [] }
}
