/// Judges one owner after the other.
struct OwnerShuffles {
  private let parameters: ShuffleTest
  private var search: OrderSearch
  private var minima: ShuffleMinima
  private var shuffled: [Int32] = []

  init(parameters: ShuffleTest) {
    self.parameters = parameters
    search = OrderSearch(parameters: parameters)
    minima = ShuffleMinima(
      exceedanceLimit: parameters.exceedanceLimit, shuffleCount: parameters.shuffleCount)
  }

  /// - Parameter sequences: the owner's, by place in the database.
  mutating func findings(
    of owner: Int32, sequences: ArraySlice<Int>, in database: SequenceDatabase
  ) -> ShuffleTest.Findings {
    let chosen = fittingBudget(sequences, in: database)
    minima.removeAll()
    func findings(_ surprises: [PatternSurprise]) -> ShuffleTest.Findings {
      ShuffleTest.Findings(
        owner: owner, sequenceCount: chosen.count, shuffleCount: minima.count, surprises: surprises)
    }
    guard chosen.count(where: { database.sequence($0).count >= parameters.minimumLength }) >= parameters.minimumSupport
    else { return findings([]) }
    take(chosen, from: database)
    guard !search.owned.items.isEmpty else { return findings([]) }
    let observed = search.smallestPValue(of: search.owned.places, below: .infinity, enough: -.infinity)
    guard observed.isFinite else { return findings([]) }
    shuffle(owner: owner, observed: Self.upToRounding(observed))
    let limit = minima.limit(ofQValue: parameters.maximumQValue)
    guard Self.upToRounding(observed) < limit else { return findings([]) }
    return findings(
      search.patterns(of: search.owned.places, below: limit).lazy.map(surprise)
        .filter { $0.qValue <= parameters.maximumQValue })
  }

  /// Equal but for rounding counts as equal.
  private static func upToRounding(_ pValue: Double) -> Double { pValue * (1 + 1e-9) }

  private func surprise(_ found: OrderSearch.Found) -> PatternSurprise {
    PatternSurprise(
      pattern: PrefixSpan.Pattern(items: found.items, support: found.support),
      expectedSupport: found.expectedSupport, lift: Double(found.support) / found.expectedSupport,
      pValue: found.pValue, qValue: minima.qValue(of: Self.upToRounding(found.pValue)))
  }

  /// Shuffles until all is settled, or nothing can be reported any more.
  private mutating func shuffle(owner: Int32, observed: Double) {
    // Owners' shuffles do not depend on each other: mixed with the owner, the seed gives every one its own.
    var mixer = SplitMix64(seed: parameters.seed)
    var generator = SplitMix64(seed: mixer.next() ^ UInt64(UInt32(bitPattern: owner)))
    generator = SplitMix64(seed: generator.next())
    shuffled = search.owned.places
    let leastSettled = Double(parameters.exceedanceLimit) / Double(parameters.shuffleCount)
    var asSmallCount = 0
    for _ in 0..<parameters.shuffleCount {
      shuffled.withUnsafeMutableBufferPointer { places in
        for last in stride(from: places.count - 1, to: 0, by: -1) {
          places.swapAt(last, generator.nextIndex(below: last + 1))
        }
      }
      let smallest = min(
        1, search.smallestPValue(of: shuffled, below: minima.settledFrom, enough: observed))
      minima.add(smallest)
      if smallest <= observed { asSmallCount += 1 }
      if minima.settledFrom <= observed { return }
      let leastQValue = min(leastSettled, Double(1 + asSmallCount) / Double(parameters.shuffleCount + 1))
      if leastQValue > parameters.maximumQValue { return }
    }
  }

  /// The sequences that fit the item budget, from the last one back, in their order.
  private func fittingBudget(_ sequences: ArraySlice<Int>, in database: SequenceDatabase) -> ArraySlice<Int> {
    let total = sequences.reduce(0) { $0 + database.sequence($1).count }
    guard total > parameters.itemBudget else { return sequences }
    var remaining = parameters.itemBudget
    var chosen: [Int] = []
    for sequence in sequences.reversed() where database.sequence(sequence).count <= remaining {
      remaining -= database.sequence(sequence).count
      chosen.append(sequence)
    }
    return chosen.reversed()[...]
  }

  /// Numbers the items of an owner and readies the search for them.
  private mutating func take(_ sequences: ArraySlice<Int>, from database: SequenceDatabase) {
    search.owned.places.removeAll(keepingCapacity: true)
    search.owned.offsets.removeAll(keepingCapacity: true)
    search.owned.offsets.append(0)
    for sequence in sequences {
      search.owned.places.append(contentsOf: database.sequence(sequence))
      search.owned.offsets.append(Int32(search.owned.places.count))
    }
    numberItems()
    var distinctCounts: [Int32] = []
    for count in search.owned.itemCounts.reversed() where count != distinctCounts.last { distinctCounts.append(count) }
    var lastClass = distinctCounts.count - 1
    search.owned.classes = search.owned.itemCounts.map { count in
      if distinctCounts[lastClass] != count { lastClass -= 1 }
      return Int32(lastClass)
    }
    let total = Double(search.owned.places.count)
    search.kinds.reset(
      lengthCounts: lengthCounts(), frequencies: distinctCounts.map { Double($0) / total },
      contiguity: parameters.contiguity)
    search.prepare()
  }

  /// Numbers the items that occur often enough, by falling frequency.
  private mutating func numberItems() {
    var items: [Int32] = []
    var counts: [Int32] = []
    shuffled = search.owned.places
    shuffled.sort()
    var start = 0
    for place in shuffled.indices where place + 1 == shuffled.count || shuffled[place + 1] != shuffled[place] {
      if place + 1 - start >= parameters.minimumSupport {
        items.append(shuffled[place])
        counts.append(Int32(place + 1 - start))
      }
      start = place + 1
    }
    let order = items.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }.prefix(parameters.kindBudget)
    var numbers = Array(repeating: Int32(-1), count: items.count)
    for (number, place) in order.enumerated() { numbers[place] = Int32(number) }
    search.owned.items = order.map { items[$0] }
    search.owned.itemCounts = order.map { counts[$0] }
    for place in search.owned.places.indices {
      let item = search.owned.places[place]
      var (low, high) = (0, items.count)
      while low < high {
        let middle = (low + high) / 2
        if items[middle] < item { low = middle + 1 } else { high = middle }
      }
      search.owned.places[place] = low < items.count && items[low] == item ? numbers[low] : -1
    }
  }

  private func lengthCounts() -> [IndependenceModel.LengthCount] {
    let lengths = zip(search.owned.offsets, search.owned.offsets.dropFirst()).map { Int($1 - $0) }.sorted()
    var counts: [IndependenceModel.LengthCount] = []
    var start = 0
    for place in lengths.indices where place + 1 == lengths.count || lengths[place + 1] != lengths[place] {
      counts.append(IndependenceModel.LengthCount(length: lengths[place], count: place + 1 - start))
      start = place + 1
    }
    return counts
  }
}
