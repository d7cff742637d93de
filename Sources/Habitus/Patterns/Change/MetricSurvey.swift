internal import HabitusModel

/// What has to be known before the figures of days are counted.
struct MetricSurvey: Sendable {
  /// By code, the events of each type inside the window.
  private(set) var countsByType: [Int]
  /// The first event of all.
  private(set) var firstTime = Int64.max

  init(_ plan: FeaturePlan) { countsByType = Array(repeating: 0, count: plan.types.count) }

  /// Looks at the events of a frame.
  mutating func add(_ frame: borrowing EventFrame, _ plan: FeaturePlan) {
    for index in frame.users.indices {
      let (first, last) = (frame.offsets[index], frame.offsets[index + 1])
      firstTime = min(firstTime, frame.times[first])
      let range = frame.times.withUnsafeBufferPointer { plan.range(of: $0, from: first, to: last) }
      for position in range { countsByType[Int(frame.types[position])] += 1 }
    }
  }

  /// Adds what was seen of other users.
  mutating func add(_ other: MetricSurvey) {
    firstTime = min(firstTime, other.firstTime)
    for code in countsByType.indices { countsByType[code] += other.countsByType[code] }
  }

  /// The codes of the types with most events, those without left out; of equals those whose name comes first.
  func mostFrequent(_ count: Int, _ types: TermDictionary) -> [UInt32] {
    countsByType.indices.filter { countsByType[$0] > 0 }
      .map { (code: UInt32($0), count: countsByType[$0], name: types.text(of: UInt32($0))) }
      .sorted { $0.count != $1.count ? $0.count > $1.count : $0.name < $1.name }
      .prefix(count).map(\.code)
  }
}
