internal import HabitusKernels
internal import HabitusModel

/// How many users would have sequences and paths if the events of each came in random order.
///
/// The null: all orders of a user's own events over the places of the user's sequences are equally likely. Nothing is
/// assumed about frequencies; that users differ explains nothing.
struct OrderShuffles {
  /// The most users whose events are shuffled: those of everybody say hardly more.
  static let sampledUserCount = 5000
  /// How often the events are shuffled to choose what is tested, and to test it.
  private static let roughShuffleCount = 4
  private static let shuffleCount = 40
  /// The most sequences that are tested; the others count as tested without success.
  private static let testedCount = 1000

  /// What shuffling says of one sequence or path.
  struct Test {
    /// Its place among those given.
    let index: Int
    let lift: Double
    let pValue: Double
  }

  let workers: Int
  /// Where the steps of sequences, not of paths, may lie.
  let constraints: EmbeddingConstraints

  /// Tests those patterns that could stand out; `database` has owners, each one's sequences in a run.
  func tests(
    _ patterns: [[Int32]], _ contiguity: PatternContiguity, in database: SequenceDatabase
  ) throws -> [Test] {
    guard !patterns.isEmpty else { return [] }
    var generator = SplitMix64(seed: 0)
    let rough = try supports(patterns, contiguity, in: database, Self.roughShuffleCount, &generator)
    let chosen = patterns.indices
      .filter { Double(rough.observed[$0]) > rough.expected[$0] }
      .sorted { (rough.excess($0), $1) > (rough.excess($1), $0) }
      .prefix(Self.testedCount)
    let fine = try supports(chosen.map { patterns[$0] }, contiguity, in: database, Self.shuffleCount, &generator)
    return chosen.enumerated().map { place, index in
      let expected = fine.expected[place]
      // Users differ, so that the number who have it varies less than this binomial one.
      let chance = BinomialDistribution(
        trialCount: fine.ownerCount, probability: min(1, expected / Double(fine.ownerCount)))
      return Test(
        index: index, lift: Double(fine.observed[place]) / expected, pValue: chance.upperTail(fine.observed[place]))
    }
  }

  private struct Supports {
    let observed: [Int]
    /// Never 0: one success is added, as if one further shuffle had it.
    let expected: [Double]
    let ownerCount: Int

    func excess(_ index: Int) -> Double {
      (Double(observed[index]) - expected[index]) / expected[index].squareRoot()
    }
  }

  private func supports(
    _ patterns: [[Int32]], _ contiguity: PatternContiguity, in database: SequenceDatabase, _ count: Int,
    _ generator: inout SplitMix64
  ) throws -> Supports {
    let search = try PatternSupports(
      patterns, contiguity: contiguity, constraints: contiguity == .contiguous ? .none : constraints)
    let owners = database.owners ?? Array(0..<Int32(database.sequenceCount))
    let observed = try search.counts(in: database, threadCount: workers).owners
    var sums = [Int](repeating: 0, count: patterns.count)
    var items = database.items
    for _ in 0..<count {
      var first = 0
      while first < owners.count {
        var last = first + 1
        while last < owners.count, owners[last] == owners[first] { last += 1 }
        let range = database.offsets[first]..<database.offsets[last]
        for place in range.dropFirst().reversed() {
          items.swapAt(place, range.lowerBound + generator.nextIndex(below: place - range.lowerBound + 1))
        }
        first = last
      }
      var shuffled = try SequenceDatabase(items: items, offsets: database.offsets).withOwners(owners)
      if let times = database.times { shuffled = try shuffled.withTimes(times) }
      for (index, support) in try search.counts(in: shuffled, threadCount: workers).owners.enumerated() {
        sums[index] += support
      }
    }
    return Supports(
      observed: observed, expected: sums.map { Double($0 + 1) / Double(count) }, ownerCount: database.ownerCount)
  }
}
