internal import HabitusKernels
internal import HabitusModel

/// In how many sessions of everybody, and of each group of users, short sequences and paths occur: what one user's are
/// compared with.
struct SequenceReference: Sendable, Codable {
  /// Sessions that have a pattern, of everybody and by group.
  struct Counts: Sendable, Codable {
    var everybody: Int
    var byGroup: [Int]
  }

  /// The steps of a pattern.
  struct Steps: Hashable, Sendable, Codable {
    let names: [String]
    let isPath: Bool
  }

  /// The groups' numbers, in the order of ``Counts/byGroup``.
  let groups: [Int]
  /// All sessions.
  let sessions: Counts
  /// The most frequent patterns.
  private let counts: [Steps: Counts]
  /// No pattern of two or three steps that is not among them is in more sessions.
  private let otherSequenceCount: Int
  private let otherPathCount: Int

  /// The longest patterns that are counted.
  private static let longest = 3
  /// The most sequences, and the most paths, that are counted.
  private static let countedPatterns = 3000

  /// - Parameter groups: by user code, the number of the user's group.
  init(
    _ sequences: BehaviourSequences, _ terms: TermDictionary, groups memberships: [UInt32: Int], workers: Int
  ) throws {
    let groups = Set(memberships.values).sorted()
    self.groups = groups
    let places = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, Int32($0)) })
    let groupOfSequence = sequences.users.map { memberships[$0].flatMap { places[$0] } ?? -1 }
    let database = sequences.database
    var byGroup = [Int](repeating: 0, count: groups.count)
    for group in groupOfSequence where group >= 0 { byGroup[Int(group)] += 1 }
    sessions = Counts(everybody: sequences.sequenceCount, byGroup: byGroup)

    var counts: [Steps: Counts] = [:]
    func count(_ patterns: [[Int32]], _ contiguity: PatternContiguity) throws {
      let found = try PatternSupports(patterns, contiguity: contiguity)
        .counts(in: database, groups: groupOfSequence, groupCount: groups.count, threadCount: workers)
      for (index, pattern) in patterns.enumerated() {
        let steps = Steps(
          names: pattern.map { terms.text(of: UInt32(bitPattern: $0)) }, isPath: contiguity == .contiguous)
        counts[steps] = Counts(everybody: found.sequences[index], byGroup: found.sequencesByGroup[index])
      }
    }
    guard sequences.sequenceCount > 0 else {
      self.counts = [:]
      (otherSequenceCount, otherPathCount) = (0, 0)
      return
    }
    let frequent = try PrefixSpan(
      minimumSupport: .count(1), minimumLength: 2, maximumLength: Self.longest,
      patternBudget: 4 * Self.countedPatterns, topCount: Self.countedPatterns
    ).patterns(in: database, threadCount: workers)
    try count(frequent.patterns.map(\.items), .gapsAllowed)
    let paths = try PathTree(database, maximumLength: Self.longest)
      .topPaths(lengths: 2...Self.longest, limit: Self.countedPatterns)
    try count(paths.map(\.items), .contiguous)
    self.counts = counts
    otherSequenceCount = frequent.patterns.count < Self.countedPatterns ? 0 : frequent.patterns.last?.support ?? 0
    otherPathCount = paths.count < Self.countedPatterns ? 0 : paths.last?.support ?? 0
  }

  /// The sessions that have a pattern: at most so many where it was not counted itself.
  func counts(_ steps: Steps) -> Counts {
    if let counted = counts[steps] { return counted }
    let other = steps.isPath ? otherPathCount : otherSequenceCount
    var bound = Counts(everybody: sessions.everybody, byGroup: sessions.byGroup)
    if steps.names.count <= Self.longest { bound.limit(to: other) }
    // Nothing is in more sessions than its parts.
    for part in steps.partsWithoutOne where part.names.count >= 2 {
      let counts = counts(part)
      bound.everybody = min(bound.everybody, counts.everybody)
      for place in bound.byGroup.indices { bound.byGroup[place] = min(bound.byGroup[place], counts.byGroup[place]) }
    }
    return bound
  }

  /// How a user who has a pattern in `support` of `total` sessions compares; `nil` where there is nobody to compare with.
  ///
  /// Probabilities are those of as many sessions or more, were they drawn from everybody's (from the group's).
  func comparison(
    _ steps: Steps, support: Int, total: Int, group: Int?, level: Double
  ) -> PatternComparison? {
    guard sessions.everybody > total else { return nil }
    let counts = counts(steps)
    let everybody = Double(counts.everybody) / Double(sessions.everybody)
    let pValue = BinomialDistribution(trialCount: total, probability: everybody).upperTail(support)
    let place = group.flatMap { groups.firstIndex(of: $0) }
    let inGroup = place.flatMap { place -> (share: Double, pValue: Double)? in
      guard sessions.byGroup[place] > 0 else { return nil }
      let share = min(1, Double(counts.byGroup[place]) / Double(sessions.byGroup[place]))
      return (share, BinomialDistribution(trialCount: total, probability: share).upperTail(support))
    }
    let share = Double(support) / Double(max(1, total))
    let standsOut = pValue <= level && share >= FoundSequence.minimumLift * everybody
    let standing: PatternComparison.Standing
    if let inGroup, inGroup.share >= FoundSequence.minimumLift * everybody,
      !(inGroup.pValue <= level && share >= FoundSequence.minimumLift * inGroup.share)
    {
      standing = .cluster
    } else {
      standing = standsOut ? .own : .shared
    }
    return PatternComparison(
      standing: standing, everybodyShare: everybody, clusterShare: inGroup?.share,
      cluster: inGroup == nil ? nil : group,
      pValue: pValue)
  }
}

extension SequenceReference.Counts {
  fileprivate mutating func limit(to count: Int) {
    everybody = min(everybody, count)
    for place in byGroup.indices { byGroup[place] = min(byGroup[place], count) }
  }
}

extension SequenceReference.Steps {
  /// The patterns of one step less that occur wherever this one does.
  fileprivate var partsWithoutOne: [Self] {
    let places = isPath ? [0, names.count - 1] : Array(names.indices)
    return Set(
      places.map { place in
        var names = names
        names.remove(at: place)
        return Self(names: names, isPath: isPath)
      }
    ).sorted { $0.names.lexicographicallyPrecedes($1.names) }
  }
}
