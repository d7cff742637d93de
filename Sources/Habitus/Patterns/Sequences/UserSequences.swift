internal import HabitusKernels
internal import HabitusModel

/// Sequences and paths of single users that the order of their events does not owe to chance.
struct UserSequences {
  let settings: HabitusConfiguration.Patterns
  let workers: Int
  /// The most sequences and paths of a dimension that are reported of a user.
  private static let reportedCount = 8

  /// The patterns of every user of `sequences`, which are sessions in one dimension each, by user code; users without
  /// any are left out.
  ///
  /// Sequences and paths in each dimension are tests of their own; q-values allow for all of them together, so that of
  /// users whose events come in random order at most the configured share has any pattern.
  func patterns(
    _ sequences: [BehaviourSequences], _ dictionaries: EventDictionaries,
    references: [EventDimension: SequenceReference], groups: [UInt32: Int]
  ) throws -> [UInt32: [Pattern]] {
    var patterns: [UInt32: [Pattern]] = [:]
    let testCount = Double(sequences.count * PatternContiguity.allCases.count)
    for sequences in sequences where sequences.sequenceCount > 0 {
      let terms = sequences.dimension.terms(in: dictionaries)
      for group in NumberedUsers.groups(sequences.ranges, dictionaries.users) {
        for (user, found) in try found(sequences, group, terms, testCount: testCount) {
          patterns[user, default: []] += FoundSequence.telling(found, limit: Self.reportedCount).map {
            pattern(
              $0, sequences, group.ranges[user] ?? 0..<0, user: UserID(dictionaries.users.text(of: user)),
              reference: references[sequences.dimension], group: groups[user])
          }
        }
      }
    }
    return patterns
  }

  /// What stands out of each user.
  private func found(
    _ sequences: BehaviourSequences, _ users: NumberedUsers, _ terms: TermDictionary, testCount: Double
  ) throws -> [UInt32: [FoundSequence]] {
    let chosen = sequences.sequences(of: users.numbers.map { users.ranges[$0.user] ?? 0..<0 })
    let owners = users.numbers.flatMap { user, number in (users.ranges[user] ?? 0..<0).map { _ in number } }
    let database = try chosen.ownedDatabase(owners: owners)
    let userOfNumber = Dictionary(uniqueKeysWithValues: users.numbers.map { ($0.number, $0.user) })
    var found: [UInt32: [FoundSequence]] = [:]
    for contiguity in PatternContiguity.allCases {
      let test = ShuffleTest(
        minimumSupport: settings.minimumOccurrences, maximumLength: min(settings.maximumLength, Self.longest),
        contiguity: contiguity, maximumQValue: settings.falseDiscoveryLevel / testCount)
      for findings in try test.findings(in: database, threadCount: workers) {
        guard let user = userOfNumber[findings.owner] else { continue }
        for surprise in findings.surprises where surprise.lift >= FoundSequence.minimumLift {
          found[user, default: []].append(
            FoundSequence(
              steps: surprise.pattern.items, names: terms.texts(of: surprise.pattern.items),
              isPath: contiguity == .contiguous, support: surprise.pattern.support, lift: surprise.lift,
              pValue: surprise.pValue, qValue: min(1, surprise.qValue * testCount)))
        }
      }
    }
    return found
  }

  /// The longest ones that are tested: longer ones are seldom repeated often enough.
  private static let longest = 3

  private func pattern(
    _ found: FoundSequence, _ sequences: BehaviourSequences, _ range: Range<Int>, user: UserID,
    reference: SequenceReference?, group: Int?
  ) -> Pattern {
    let comparison = reference?.comparison(
      SequenceReference.Steps(names: found.names, isPath: found.isPath), support: found.support, total: range.count,
      group: group, level: settings.falseDiscoveryLevel)
    let sentence = SequenceSentence(
      names: found.names, isPath: found.isPath, unit: .sessions, support: found.support, total: range.count,
      lift: found.lift, nullModel: .independence)
    return Pattern(
      kind: found.isPath ? .path : .sequence, dimension: sequences.dimension, elements: found.names, unit: .sessions,
      support: found.support, total: range.count,
      expectedShare: Double(found.support) / Double(range.count) / found.lift, pValue: found.pValue,
      qValue: found.qValue, comparison: comparison, sentence: sentence.text,
      evidence: sequences.evidence(of: found, among: range, limit: 5) { _ in user })
  }
}

/// Users with numbers made from their ids: what is drawn at random for a user then depends on nobody else, nor on who
/// came first.
private struct NumberedUsers {
  /// In order of the users' codes, each number once.
  private(set) var numbers: [(user: UInt32, number: Int32)] = []
  /// By user, where the user's sequences lie.
  private(set) var ranges: [UInt32: Range<Int>] = [:]

  /// All users, those with the same number in different groups.
  static func groups(_ users: [(user: UInt32, sequences: Range<Int>)], _ terms: TermDictionary) -> [NumberedUsers] {
    var groups: [NumberedUsers] = []
    var places: [Int32: Int] = [:]
    for (user, sequences) in users {
      let number = Int32(bitPattern: IdentifierHash.shortHash(of: terms.text(of: user)))
      let place = places[number, default: 0]
      places[number] = place + 1
      if place == groups.count { groups.append(NumberedUsers()) }
      groups[place].numbers.append((user, number))
      groups[place].ranges[user] = sequences
    }
    return groups
  }
}
