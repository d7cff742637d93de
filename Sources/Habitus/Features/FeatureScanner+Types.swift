internal import Foundation
internal import HabitusModel

extension FeatureScanner {
  /// Counts and shares of the event types, values by role, refinements and conversions.
  mutating func measureTypes(_ run: EventRun, typeLimit: Int) {
    let known = typeCount
    if typeLimit > known {
      for position in 0..<run.count {
        precondition(run.types[position] < known, "the frame has an event type that the plan does not know")
      }
    }
    let total = typeCounter.count(run.types, run.count, codeLimit: known, using: entropy)
    set(.distinctTypes, total.distinct)
    set(.typeEntropy, entropy.bits(sumOfTerms: total.terms, of: total.unit, total: run.count))
    let shares = shareTypes.base
    let row = row.base + FeatureColumn.sharePageView.rawValue
    for index in 0..<shareTypes.capacity {
      row[index] = Double(typeCounter.count(of: shares[index])) / Double(run.count)
    }
    set(.clickCount, typeCounter.count(of: shares[1]))
    set(.searchCount, typeCounter.count(of: shares[2]))
    var goals = 0
    for index in 0..<goalCount { goals &+= typeCounter.count(of: goalTypes.base[index]) }
    set(.goalCount, goals)
    measureRoles(run)
  }

  private func measureRoles(_ run: EventRun) {
    let roles = typeRoles.base
    let startOfEvent = sessions.startOfEvent.base
    let types = run.types
    let values = run.values
    var searchSum = 0.0
    var viewSum = 0.0
    var searchValues: UInt64 = 0
    var viewValues: UInt64 = 0
    var followers: UInt64 = 0
    var refinements: UInt64 = 0
    var conversions = 0
    var previous: UInt64 = 0
    var lastGoal = -1
    for position in 0..<run.count {
      let part = UInt64(roles[Int(truncatingIfNeeded: types[position])])
      let value = values[position]
      let isSearch = part & 1
      let isFilter = part &>> 1 & 1
      let isView = part &>> 3 & 1
      let hasValue: UInt64 = value == value ? 1 : 0
      searchSum += Double(bitPattern: value.bitPattern & (0 &- (isSearch & hasValue)))
      viewSum += Double(bitPattern: value.bitPattern & (0 &- (isView & hasValue)))
      searchValues &+= isSearch & hasValue
      viewValues &+= isView & hasValue
      let start = Int(startOfEvent[position])
      let follows: UInt64 = start != position ? previous : 0
      followers &+= follows
      refinements &+= follows & isFilter
      previous = isSearch
      let isGoal = part & 4 != 0
      conversions &+= isGoal && lastGoal < start ? 1 : 0
      lastGoal = isGoal ? position : lastGoal
    }
    set(.searchResultsMean, searchValues > 0 ? searchSum / Double(searchValues) : .nan)
    set(.viewSecondsMean, viewValues > 0 ? viewSum / Double(viewValues) : .nan)
    set(.searchRefineRate, followers > 0 ? Double(refinements) / Double(followers) : .nan)
    set(.conversionRate, Double(conversions) / Double(sessions.count))
  }
}
