/// The smallest p-values of shuffles, and what they say about an observed one: sequential Monte Carlo p-values.
///
/// Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78 (1991), doi:10.1093/biomet/78.2.301. An observed
/// value is as good as settled once h shuffles were as small, at number l say: its q-value is then h / l; if that never
/// happens in n shuffles but g times, it is (g + 1) / (n + 1). Every observed value has an l of its own, so that a
/// smaller one never has the larger q-value.
struct ShuffleMinima {
  private let exceedanceLimit: Int
  private let shuffleCount: Int
  /// The smallest ones, rising: as many as settle a value.
  private var smallest: [Double] = []
  /// By shuffle where it fell, the value from which on everything is settled, falling.
  private var settlements: [(shuffle: Int, from: Double)] = []
  /// The number of shuffles so far.
  private(set) var count = 0

  init(exceedanceLimit: Int, shuffleCount: Int) {
    self.exceedanceLimit = exceedanceLimit
    self.shuffleCount = shuffleCount
  }

  /// Observed values from here on are settled; smaller ones are not.
  var settledFrom: Double { settlements.last?.from ?? .infinity }

  mutating func removeAll() {
    smallest.removeAll(keepingCapacity: true)
    settlements.removeAll(keepingCapacity: true)
    count = 0
  }

  /// Counts a shuffle; of one whose smallest p-value is not below ``settledFrom`` any such value will do.
  mutating func add(_ minimum: Double) {
    count += 1
    guard minimum < settledFrom else { return }
    smallest.insert(minimum, at: smallest.firstIndex { $0 > minimum } ?? smallest.count)
    if smallest.count > exceedanceLimit { smallest.removeLast() }
    if smallest.count == exceedanceLimit, let last = smallest.last, last < settledFrom {
      settlements.append((count, last))
    }
  }

  /// The q-value of an observed value, once it is settled or all shuffles are made.
  func qValue(of observed: Double) -> Double {
    if let settlement = settlements.first(where: { $0.from <= observed }) {
      return Double(exceedanceLimit) / Double(settlement.shuffle)
    }
    return Double(1 + smallest.count { $0 <= observed }) / Double(shuffleCount + 1)
  }

  /// All observed values with a q-value of at most `maximum` are below this.
  func limit(ofQValue maximum: Double) -> Double {
    guard let place = settlements.firstIndex(where: { Double(exceedanceLimit) / Double($0.shuffle) <= maximum })
    else { return settledFrom }
    return place == 0 ? .infinity : settlements[place - 1].from
  }
}
