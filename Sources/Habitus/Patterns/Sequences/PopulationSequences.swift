internal import Foundation
internal import HabitusKernels
internal import HabitusModel

/// Sequences and paths that more users have than chance explains.
struct PopulationSequences {
  let settings: HabitusConfiguration.Patterns
  let workers: Int
  /// The most sequences and paths of a dimension that are reported.
  private static let reportedCount = 30

  /// The most users among whom frequent ones are looked for; how many of all users have those that are told is counted.
  private static let searchedUserCount = 50_000

  /// What is found, most telling first, and what is missing.
  func patterns(
    _ sequences: BehaviourSequences, _ dictionaries: EventDictionaries
  ) throws -> (patterns: [Pattern], notes: [LocalizedText]) {
    guard sequences.sequenceCount > 0 else { return ([], []) }
    let terms = sequences.dimension.terms(in: dictionaries)
    let search = SequenceSearch(settings: settings, workers: workers)
    let searched = sequences.sample(ofUsers: Self.searchedUserCount, dictionaries.users)
    let database = try searched.ownedDatabase(withTimes: settings.maximumSpan != nil)
    let result = try search.result(in: database)
    let notes = search.notes(on: result, of: sequences.dimension)
    let sample = sequences.sample(ofUsers: OrderShuffles.sampledUserCount, dictionaries.users)
    let found =
      switch settings.nullModel {
      case .independence: try againstRandomOrder(sample, database, result, terms)
      case .markov: try againstChain(sample, result, terms)
      }
    let everybody = try sequences.ownedDatabase(withTimes: settings.maximumSpan != nil)
    let users = everybody.ownerCount
    let told = try counted(FoundSequence.telling(found, limit: Self.reportedCount), in: everybody)
    let patterns = told.map { found in
      Pattern(
        kind: found.isPath ? .path : .sequence, dimension: sequences.dimension, elements: found.names, unit: .users,
        support: found.support, total: users,
        expectedShare: Double(found.support) / Double(users) / found.lift, pValue: found.pValue, qValue: found.qValue,
        sentence: SequenceSentence(
          names: found.names, isPath: found.isPath, unit: .users, support: found.support, total: users,
          lift: found.lift,
          nullModel: settings.nullModel
        ).text,
        evidence: sample.evidence(of: found, among: 0..<sample.sequenceCount, limit: 3) {
          UserID(dictionaries.users.text(of: $0))
        })
    }
    return (patterns, notes)
  }

  /// With the supports among all users.
  private func counted(_ found: [FoundSequence], in database: SequenceDatabase) throws -> [FoundSequence] {
    let paths = try PatternSupports(found.map(\.steps), contiguity: .contiguous)
      .counts(in: database, threadCount: workers).owners
    let sequences = try PatternSupports(found.map(\.steps), constraints: settings.constraints)
      .counts(in: database, threadCount: workers).owners
    return found.indices.map { found[$0].with(support: found[$0].isPath ? paths[$0] : sequences[$0]) }
  }

  private func againstRandomOrder(
    _ sample: BehaviourSequences, _ database: SequenceDatabase, _ result: PrefixSpan.Result, _ terms: TermDictionary
  ) throws -> [FoundSequence] {
    let sample = try sample.ownedDatabase(withTimes: settings.maximumSpan != nil)
    let itemCount = Set(database.items).count
    let shuffles = OrderShuffles(workers: workers, constraints: settings.constraints)
    func found(
      _ patterns: [(steps: [Int32], support: Int)], _ contiguity: PatternContiguity
    ) throws -> [FoundSequence] {
      let tests = try shuffles.tests(patterns.map(\.steps), contiguity, in: sample)
      // Whatever could have been formed counts as tested.
      let hypotheses = Set(patterns.map(\.steps.count)).reduce(0.0) {
        $0 + pow(Double(itemCount), Double($1))
      }
      let qValues = Statistics.falseDiscoveryQValues(tests.map(\.pValue), hypothesisCount: hypotheses)
      return zip(tests, qValues).compactMap { test, qValue in
        guard qValue <= settings.falseDiscoveryLevel, test.lift >= FoundSequence.minimumLift else { return nil }
        return FoundSequence(
          steps: patterns[test.index].steps, names: terms.texts(of: patterns[test.index].steps),
          isPath: contiguity == .contiguous, support: patterns[test.index].support,
          lift: test.lift, pValue: test.pValue, qValue: qValue)
      }
    }
    let tree = try PathTree(
      database, maximumLength: settings.maximumLength, minimumSupport: result.minimumCount,
      pathBudget: settings.budget.patternCount)
    let paths = tree.topPaths(lengths: 2...settings.maximumLength).map { (steps: $0.items, support: $0.support) }
    return try found(result.patterns.map { (steps: $0.items, support: $0.support) }, .gapsAllowed)
      + found(paths, .contiguous)
  }

  /// Support in sessions of a sample, against a chain of order 1 that all of them share.
  private func againstChain(
    _ sample: BehaviourSequences, _ result: PrefixSpan.Result, _ terms: TermDictionary
  ) throws -> [FoundSequence] {
    let sample = sample.database
    let counts = try PatternSupports(result.patterns.map(\.items), contiguity: .gapsAllowed)
      .counts(in: sample, threadCount: workers).sequences
    let known = Set(sample.items)
    let tested = result.patterns.indices.filter {
      counts[$0] > 0 && result.patterns[$0].items.allSatisfy(known.contains)
    }
    let surprises = try MarkovModel(fittedTo: sample).surprises(
      of: tested.map { PrefixSpan.Pattern(items: result.patterns[$0].items, support: counts[$0]) },
      threadCount: workers)
    return zip(tested, surprises).compactMap { index, surprise in
      guard surprise.qValue <= settings.falseDiscoveryLevel, surprise.lift >= FoundSequence.minimumLift else {
        return nil
      }
      return FoundSequence(
        steps: surprise.pattern.items, names: terms.texts(of: surprise.pattern.items), isPath: false,
        support: result.patterns[index].support, lift: surprise.lift,
        pValue: surprise.pValue, qValue: surprise.qValue)
    }
  }
}
