import HabitusKernels

/// Slow, obvious twins of the pattern searches, on sequences of sets.
enum SequenceTwin {
  typealias Found = PrefixSpan.ItemsetPattern

  /// Whether some embedding of `pattern` in sequence `index` meets the limits, by trying all.
  static func contains(
    _ pattern: [[Int32]], _ database: ItemsetDatabase, _ index: Int, _ limits: EmbeddingConstraints
  ) -> Bool {
    let sequence = database.sequence(index)
    let times = database.times.map { Array($0[database.sequenceOffsets[index]..<database.sequenceOffsets[index + 1]]) }
    func fits(_ chosen: [Int]) -> Bool {
      guard let last = chosen.last else { return true }
      let (first, before) = (chosen[0], chosen.dropLast().last ?? last)
      if let gap = limits.maximumGap, last - before > gap { return false }
      if let span = limits.maximumSpan, last - first + 1 > span { return false }
      guard let times else { return true }
      if let gap = limits.maximumTimeGap, times[last] - times[before] > gap { return false }
      if let span = limits.maximumTimeSpan, times[last] - times[first] > span { return false }
      return true
    }
    func embeds(_ chosen: [Int]) -> Bool {
      guard fits(chosen) else { return false }
      guard chosen.count < pattern.count else { return true }
      return ((chosen.last ?? -1) + 1..<max((chosen.last ?? -1) + 1, sequence.count)).contains { next in
        Set(pattern[chosen.count]).isSubset(of: sequence[next]) && embeds(chosen + [next])
      }
    }
    return embeds([])
  }

  static func support(_ pattern: [[Int32]], _ database: ItemsetDatabase, _ limits: EmbeddingConstraints) -> Int {
    let holders = (0..<database.sequenceCount).filter { contains(pattern, database, $0, limits) }
    guard let owners = database.owners else { return holders.count }
    return Set(holders.map { owners[$0] }).count
  }

  /// All patterns with the least support up to a length in items, by trying every extension.
  static func frequent(
    _ database: ItemsetDatabase, minimumCount: Int, longest: Int, limits: EmbeddingConstraints = .none
  ) -> [Found] {
    let items = Set(database.items).sorted()
    var found: [Found] = []
    var level: [[[Int32]]] = [[]]
    for _ in 0..<longest {
      var next: [[[Int32]]] = []
      for pattern in level {
        for item in items {
          next.append(pattern + [[item]])
          if let last = pattern.last, item > last[last.count - 1] { next.append(pattern.dropLast() + [last + [item]]) }
        }
      }
      let counted = next.map { Found(elements: $0, support: support($0, database, limits)) }
        .filter { $0.support >= minimumCount }
      found += counted
      level = counted.map(\.elements)
    }
    return found.sorted(by: precedes)
  }

  /// Those of `patterns`, which go on to length `longest` + 1 at least, that no longer one of the same support (or of
  /// any, for maximal ones) contains.
  static func condensed(_ patterns: [Found], selection: PrefixSpan.Selection, longest: Int) -> [Found] {
    patterns.filter { pattern in
      guard length(pattern) <= longest else { return false }
      return !patterns.contains { other in
        length(other) > length(pattern) && (selection == .maximal || other.support == pattern.support)
          && contains(pattern.elements, ItemsetDatabase([other.elements]), 0, .none)
      }
    }
  }

  static func length(_ pattern: Found) -> Int { pattern.elements.reduce(0) { $0 + $1.count } }

  /// The order that results document.
  static func precedes(_ first: Found, _ second: Found) -> Bool {
    if first.support != second.support { return first.support > second.support }
    if length(first) != length(second) { return length(first) < length(second) }
    let (items, others) = (first.elements.flatMap { $0 }, second.elements.flatMap { $0 })
    if items != others { return items.lexicographicallyPrecedes(others) }
    func ends(_ pattern: Found) -> [Int] {
      pattern.elements.reduce(into: []) { $0.append(($0.last ?? 0) + $1.count) }
    }
    return ends(first).lexicographicallyPrecedes(ends(second))
  }

  static func single(_ patterns: [Found]) -> [PrefixSpan.Pattern] {
    patterns.map { PrefixSpan.Pattern(items: $0.elements.flatMap { $0 }, support: $0.support) }
  }

  // MARK: Made data

  /// Up to eight sequences of up to six items, with times, of one to four owners or of none.
  static func randomSequences(_ generator: inout SplitMix64, withOwners: Bool) throws -> SequenceDatabase {
    let alphabet = 1 + generator.nextIndex(below: 4)
    let database = SequenceDatabase(
      (0..<generator.nextIndex(below: 9)).map { _ in
        (0..<generator.nextIndex(below: 7)).map { _ in Int32(generator.nextIndex(below: alphabet) - 1) }
      })
    var times: [Int64] = []
    for index in 0..<database.sequenceCount {
      var time: Int64 = 100
      for _ in database.sequence(index) {
        time += Int64(generator.nextIndex(below: 4))
        times.append(time)
      }
    }
    let timed = try database.withTimes(times)
    guard withOwners else { return timed }
    return try timed.withOwners((0..<database.sequenceCount).map { _ in Int32(generator.nextIndex(below: 4)) })
  }

  static func sets(_ database: SequenceDatabase) throws -> ItemsetDatabase {
    var sets = ItemsetDatabase((0..<database.sequenceCount).map { database.sequence($0).map { [$0] } })
    if let times = database.times { sets = try sets.withTimes(times) }
    if let owners = database.owners { sets = try sets.withOwners(owners) }
    return sets
  }

  /// Up to six sequences of up to four sets of up to three items, with times, some of them of owners.
  static func randomItemsets(_ generator: inout SplitMix64) throws -> ItemsetDatabase {
    let sequences = (0..<generator.nextIndex(below: 7)).map { _ in
      (0..<generator.nextIndex(below: 5)).map { _ in
        (0..<generator.nextIndex(below: 4)).map { _ in Int32(generator.nextIndex(below: 3)) }
      }
    }
    let owned = generator.nextIndex(below: 2) == 0
    let database = try ItemsetDatabase(sequences)
      .withTimes(sequences.flatMap { sequence in sequence.indices.map { Int64($0 * ($0 + 1)) } })
    return owned ? try database.withOwners(sequences.indices.map { Int32($0 % 3) }) : database
  }

  static func randomLimits(_ generator: inout SplitMix64, gaps: Bool = true) -> EmbeddingConstraints {
    func one(_ below: Int) -> Int? { generator.nextIndex(below: 2) == 0 ? nil : generator.nextIndex(below: below) }
    return EmbeddingConstraints(
      maximumGap: gaps ? one(3).map { $0 + 1 } : nil, maximumTimeGap: gaps ? one(5).map(Int64.init) : nil,
      maximumSpan: one(5).map { $0 + 1 }, maximumTimeSpan: one(9).map(Int64.init))
  }

  /// Items and rising times as `made_sequences` in Scripts/reference/sequences.py draws them.
  static func madeSequences(seed: UInt64, count: Int, length: Int, alphabet: Int) throws -> SequenceDatabase {
    var generator = SplitMix64(seed: seed)
    var sequences: [[Int32]] = []
    var times: [Int64] = []
    for _ in 0..<count {
      var sequence: [Int32] = []
      var clock: Int64 = 0
      for _ in 0..<length {
        sequence.append(Int32(generator.nextUnit() * Double(alphabet)))
        clock += Int64(generator.nextUnit() * 10)
        times.append(clock)
      }
      sequences.append(sequence)
    }
    return try SequenceDatabase(sequences).withTimes(times)
  }

  /// Number of patterns, sum of supports, and a sum that depends on which pattern has which support; as `summary`
  /// there.
  static func summary(_ patterns: [PrefixSpan.Pattern]) -> [Int] {
    patterns.reduce(into: [patterns.count, 0, 0]) { sums, pattern in
      let code = pattern.items.reduce(0) { ($0 * 31 + Int($1) + 1) % 1_000_003 }
      sums[1] += pattern.support
      sums[2] = (sums[2] + code * pattern.support) % 1_000_003
    }
  }
}
