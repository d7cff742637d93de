/// Users' positive events cut into blocks of active days, to be foretold from the days before.
struct PreferenceBlocks {
  /// The blocks with what was known before each.
  private(set) var predicted = PredictedBlocks()
  private let decay: ExponentialDecay
  private let population: EventCounts
  /// The population's largest shares, told where nothing is known of a user.
  private let populationTop: [UInt32]

  /// How many values of a block would be told.
  private static let toldCount = 3

  /// Takes users with positive events. O(cells · log cells).
  init(_ users: [PreferenceState], _ decay: ExponentialDecay) {
    self.decay = decay
    var population = EventCounts()
    for user in users { population.add(user.cells[...]) }
    self.population = population
    populationTop = population.largest(Self.toldCount)
    for user in users { add(user) }
  }

  private mutating func add(_ user: PreferenceState) {
    var own = EventCounts()
    own.add(user.cells[...])
    let ranges = Self.ranges(of: user.cells, eventCount: own.total)
    for range in ranges {
      var counts = EventCounts()
      counts.add(user.cells[range])
      let daySum = user.cells[range].reduce(0) { $0 + Double($1.day) * Double($1.countFor) }
      let before = EarlierEvidence(
        user.cells[..<range.lowerBound], on: daySum / Double(counts.total), decay)
      let told = before.kish > 0 ? before.largest(Self.toldCount) : populationTop
      // In order, so that sums are the same on every run.
      let values = Set(told).union(counts.values).sorted()
      predicted.add(
        kish: before.kish, age: before.age, weight: range == ranges.last ? 1 : 0.25,
        values.map { value in
          PredictedBlocks.Entry(
            prior: population.share(of: value, without: own), before: before.share(of: value),
            count: counts[value], isTold: told.contains(value))
        })
    }
  }

  /// The cells of each block: whole days, with at least a fifth of the events and three; the last may have fewer.
  private static func ranges(of cells: [PreferenceCell], eventCount: Int) -> [Range<Int>] {
    let least = max(3, (eventCount + 4) / 5)
    var ranges: [Range<Int>] = []
    var (start, count) = (0, 0)
    for index in cells.indices {
      count += Int(cells[index].countFor)
      let isEnd = index + 1 == cells.count
      guard isEnd || cells[index + 1].day != cells[index].day && count >= least else { continue }
      if count > 0 { ranges.append(start..<index + 1) }
      (start, count) = (index + 1, 0)
    }
    return ranges
  }
}

/// How many positive events there were of each value.
struct EventCounts {
  private(set) var total = 0
  private var counts: [UInt32: Int] = [:]

  mutating func add(_ cells: ArraySlice<PreferenceCell>) {
    for cell in cells where cell.countFor > 0 {
      counts[cell.value, default: 0] += Int(cell.countFor)
      total += Int(cell.countFor)
    }
  }

  var values: some Sequence<UInt32> { counts.keys }

  subscript(value: UInt32) -> Int { counts[value, default: 0] }

  /// The values with the most events; of equal ones the lower code.
  func largest(_ limit: Int) -> [UInt32] {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
  }

  /// The share of a value among everybody's events but a user's, with one event more that is like everybody's, so that
  /// no share is 0.
  func share(of value: UInt32, without own: EventCounts) -> Double {
    let others = Double(self[value] - own[value])
    return (others + Double(self[value]) / Double(total)) / Double(total - own.total + 1)
  }
}

/// What was known of a user before a block.
private struct EarlierEvidence {
  let kish: Double
  let age: Double
  private let sizes: [UInt32: Double]
  private let total: Double

  /// - Parameter day: the middle of the block.
  init(_ cells: ArraySlice<PreferenceCell>, on day: Double, _ decay: ExponentialDecay) {
    var (sizes, total, squares) = ([UInt32: Double](), 0.0, 0.0)
    var days: [(age: Double, size: Double)] = []
    let latest = cells.last?.day ?? 0
    for cell in cells where cell.countFor > 0 {
      let weight = decay.weight(afterMilliseconds: Int64(latest - cell.day) * 86_400_000)
      let size = weight * Double(cell.countFor)
      sizes[cell.value, default: 0] += size
      total += size
      squares += weight * size
      let age = day - Double(cell.day)
      if days.last?.age != age { days.append((age, 0)) }
      days[days.count - 1].size += size
    }
    self.sizes = sizes
    self.total = total
    kish = squares > 0 ? total * total / squares : 0
    age = PreferenceEvidence.age(of: days, total: total)
  }

  func share(of value: UInt32) -> Double { total > 0 ? sizes[value, default: 0] / total : 0 }

  /// The values with the most evidence; of equal ones the lower code.
  func largest(_ limit: Int) -> [UInt32] {
    sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(limit).map(\.key)
  }
}
