import HabitusKernels

/// The shuffle test as its documentation says it, slowly: all shuffles, every order mined anew, no early end.
enum ShuffleTwin {
  struct Finding: Equatable {
    let items: [Int32]
    let support: Int
    let pValue: Double
  }

  /// The patterns of one owner, and the smallest p-value of every shuffle.
  static func findings(
    _ test: ShuffleTest, owner: Int32, _ sequences: [[Int32]]
  ) throws -> (all: [Finding], minima: [Double]) {
    let database = SequenceDatabase(sequences)
    let model = IndependenceModel(fittedTo: database)
    func tested(_ sequences: [[Int32]]) throws -> [(pattern: PrefixSpan.Pattern, pValue: Double)] {
      try patterns(test, in: SequenceDatabase(sequences)).map { pattern in
        let expected = (0..<sequences.count).reduce(0.0) { sum, index in
          let length = sequences[index].count
          return sum
            + (test.contiguity == .contiguous
              ? model.containmentProbability(ofPath: pattern.items, length: length)
              : model.containmentProbability(of: pattern.items, length: length))
        }
        let binomial = BinomialDistribution(
          trialCount: sequences.count, probability: min(1, expected / Double(sequences.count)))
        return (pattern, binomial.upperTail(pattern.support))
      }
    }
    let observed = try tested(sequences)
    guard !observed.isEmpty else { return ([], []) }

    var mixer = SplitMix64(seed: test.seed)
    var generator = SplitMix64(seed: mixer.next() ^ UInt64(UInt32(bitPattern: owner)))
    generator = SplitMix64(seed: generator.next())
    var items = sequences.flatMap { $0 }
    var minima: [Double] = []
    for _ in 0..<test.shuffleCount {
      for last in stride(from: items.count - 1, to: 0, by: -1) {
        items.swapAt(last, generator.nextIndex(below: last + 1))
      }
      var rest = items[...]
      let order = sequences.map { sequence in
        defer { rest = rest.dropFirst(sequence.count) }
        return Array(rest.prefix(sequence.count))
      }
      minima.append(try tested(order).map(\.pValue).min() ?? 1)
    }
    return (observed.map { Finding(items: $0.items, support: $0.support, pValue: $1) }, minima)
  }

  /// Besag and Clifford's, of the first shuffle by which `limit` were as small, if there is one.
  static func qValue(of observed: Double, _ minima: [Double], limit: Int) -> Double {
    let asSmall = minima.indices.filter { minima[$0] <= observed }
    if asSmall.count >= limit { return Double(limit) / Double(asSmall[limit - 1] + 1) }
    return Double(1 + asSmall.count) / Double(minima.count + 1)
  }

  static func patterns(_ test: ShuffleTest, in database: SequenceDatabase) throws -> [PrefixSpan.Pattern] {
    switch test.contiguity {
    case .gapsAllowed:
      return try PrefixSpan(
        minimumSupport: .count(test.minimumSupport), minimumLength: test.minimumLength,
        maximumLength: test.maximumLength
      ).patterns(in: database).patterns
    case .contiguous:
      return try PathTree(database, maximumLength: test.maximumLength, minimumSupport: test.minimumSupport)
        .topPaths(lengths: test.minimumLength...test.maximumLength)
        .map { PrefixSpan.Pattern(items: $0.items, support: $0.support) }
    }
  }
}
