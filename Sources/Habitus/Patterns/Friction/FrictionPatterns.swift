internal import HabitusKernels
internal import HabitusModel

/// What counts of friction come to: a report, and patterns of one user or of everybody.
struct FrictionPatterns {
  let settings: HabitusConfiguration.Patterns
  /// What places are.
  let dimension: EventDimension
  let dictionaries: EventDictionaries

  /// Copies in random order of each session of one user, and of everybody.
  static let userCopyCount = 9
  static let everybodyCopyCount = 4

  private static let placeCount = 20

  init(_ settings: HabitusConfiguration.Patterns, _ dimension: EventDimension, dictionaries: EventDictionaries) {
    self.settings = settings
    self.dimension = dimension
    self.dictionaries = dictionaries
  }

  // MARK: Patterns

  /// Rage clicks, quick returns and loops of one user, as far as they are more than chance and come in as many sessions
  /// as a recurrent pattern needs.
  func patterns(of timeline: UserTimeline, user: UserID) -> [Pattern] {
    // Copies are for those who show something often enough.
    var counts = FrictionCounts()
    var scanner = FrictionScanner(dimension, copyCount: 0, plan: timeline.plan)
    counts.add(timeline, scanner: &scanner)
    let isFrequent = FrictionSignal.allCases.contains {
      counts[$0].sessions.total >= settings.minimumOccurrences
    }
    guard isFrequent else { return [] }
    scanner = FrictionScanner(dimension, copyCount: Self.userCopyCount, plan: timeline.plan)
    counts = FrictionCounts()
    counts.add(timeline, user: user, scanner: &scanner)
    return patterns(counts, copyCount: Self.userCopyCount, isEverybody: false)
  }

  /// The same of everybody.
  func patterns(ofEverybody counts: FrictionCounts) -> [Pattern] {
    patterns(counts, copyCount: Self.everybodyCopyCount, isEverybody: true)
  }

  private func patterns(_ counts: FrictionCounts, copyCount: Int, isEverybody: Bool) -> [Pattern] {
    let kinds: [(FrictionSignal, Pattern.Kind)] = [
      (.rageClicks, .rageClicks), (.backAndForth, .backAndForth), (.loop, .loop),
    ]
    let tests = kinds.map { Test(counts[$0.0], $0.0, copyCount: copyCount) }
    let qValues = Statistics.falseDiscoveryQValues(tests.compactMap(\.pValue))
    var next = qValues.makeIterator()
    return zip(kinds, tests).compactMap { kind, test in
      let qValue = test.pValue == nil ? nil : next.next()
      let count = counts[kind.0]
      guard count.sessions.total >= settings.minimumOccurrences, isMoreThanChance(test, count, qValue) else {
        return nil
      }
      let total = counts.sessions.total
      return Pattern(
        kind: kind.1, dimension: kind.0 == .rageClicks ? nil : dimension,
        elements: ranked(count.places).first.map { names(kind.0, $0.key) } ?? [], unit: .sessions,
        support: count.sessions.total, total: total,
        expectedShare: kind.0.isTested ? Double(count.shuffledSessions) / Double(copyCount * total) : nil,
        pValue: test.pValue, qValue: qValue, figures: figures(count, test),
        sentence: sentence(kind.0, count, counts, isEverybody: isEverybody), evidence: count.evidence)
    }
  }

  // MARK: Report

  func report(_ counts: FrictionCounts, window: AnalysisWindow, user: UserID?) -> FrictionReport {
    let copyCount = user == nil ? Self.everybodyCopyCount : Self.userCopyCount
    return FrictionReport(
      window: window, user: user, placeDimension: dimension, sessionCount: counts.sessions.total,
      userCount: counts.userCount,
      findings: FrictionSignal.allCases.map { signal in
        let count = counts[signal]
        let test = Test(count, signal, copyCount: copyCount)
        return FrictionReport.Finding(
          signal: signal, sessionCount: count.sessions.total, userCount: count.userCount,
          ratePerThousandSessions: Self.rate(count.sessions.total, counts.sessions.total),
          occurrenceCount: count.occurrences, expectedOccurrenceCount: test.expected, pValue: test.pValue,
          isMoreThanChance: isMoreThanChance(test, count, test.pValue),
          trend: user == nil ? trend(count, counts) : nil, places: places(signal, count, counts),
          sentence: sentence(signal, count, counts, isEverybody: user == nil), evidence: count.evidence)
      })
  }

  private static func rate(_ count: Int, _ total: Int) -> Double {
    total > 0 ? Double(count) / Double(total) * 1000 : 0
  }

  private func trend(_ count: FrictionCounts.SignalCount, _ counts: FrictionCounts) -> FrictionReport.Trend? {
    guard count.sessions.total > 0 else { return nil }
    let table = ContingencyTable(
      both: count.users.first, firstOnly: counts.users.first - count.users.first, secondOnly: count.users.second,
      neither: counts.users.second - count.users.second)
    return FrictionReport.Trend(
      firstRate: Self.rate(count.sessions.first, counts.sessions.first),
      secondRate: Self.rate(count.sessions.second, counts.sessions.second), pValue: table.fisherPValue)
  }

  private func places(
    _ signal: FrictionSignal, _ count: FrictionCounts.SignalCount, _ counts: FrictionCounts
  ) -> [FrictionReport.Place] {
    let turning = signal == .backAndForth ? turnings(counts) : [:]
    return ranked(count.places).prefix(Self.placeCount).map { place, seen in
      FrictionReport.Place(
        elements: names(signal, place), sessionCount: seen.sessions, userCount: seen.users,
        turning: turning[place.codes[1]])
    }
  }

  /// By place, how often users turn round there at once.
  private func turnings(_ counts: FrictionCounts) -> [UInt32: FrictionReport.Turning] {
    let all = counts.visits.values.reduce(into: FrictionCounts.VisitCount()) { $0.add($1) }
    guard all.turned > 0 else { return [:] }
    let places = counts.visits.filter { $0.value.turned > 0 }.sorted { $0.key < $1.key }
    let likelihood = Double(all.usersTurned) / Double(max(1, all.users))
    let pValues = places.map { _, visit in
      BinomialDistribution(trialCount: visit.users, probability: likelihood).upperTail(visit.usersTurned)
    }
    let qValues = Statistics.falseDiscoveryQValues(pValues, hypothesisCount: Double(counts.visits.count))
    return Dictionary(
      uniqueKeysWithValues: zip(places, qValues).map { place, qValue in
        (
          place.key,
          FrictionReport.Turning(
            visitCount: place.value.visits, share: Double(place.value.turned) / Double(place.value.visits),
            overallShare: Double(all.turned) / Double(all.visits), qValue: qValue)
        )
      })
  }

  // MARK: Chance

  /// How often a signal would be seen in random order, and how likely as many occurrences as there are would be.
  private struct Test {
    let expected: Double?
    let pValue: Double?

    /// Of a session and its copies, each is as likely the session as the others. So every occurrence among them all is
    /// one of a session with probability 1/(copies + 1), and the sum over sessions has a known variance. The first, as
    /// a binomial number, is close where occurrences are rare and come one to a session; the second, as a normal one,
    /// where they are many; the larger p-value counts.
    init(_ count: FrictionCounts.SignalCount, _ signal: FrictionSignal, copyCount: Int) {
      guard signal.isTested else {
        (expected, pValue) = (nil, nil)
        return
      }
      let all = count.occurrences + count.shuffledOccurrences
      let binomial = BinomialDistribution(trialCount: all, probability: 1 / Double(copyCount + 1))
        .upperTail(count.occurrences)
      let excess = Double(count.occurrences) - Double(all) / Double(copyCount + 1)
      let normal =
        count.variance > 0 ? NormalDistribution.cumulative((0.5 - excess) / count.variance.squareRoot()) : 1
      expected = Double(count.shuffledOccurrences) / Double(copyCount)
      pValue = max(binomial, normal)
    }
  }

  private func isMoreThanChance(_ test: Test, _ count: FrictionCounts.SignalCount, _ value: Double?) -> Bool {
    guard count.sessions.total > 0 else { return false }
    guard let expected = test.expected, let value else { return true }
    return value <= settings.falseDiscoveryLevel
      && Double(count.occurrences) >= AssociationPatterns.minimumLift * expected
  }

  private func figures(_ count: FrictionCounts.SignalCount, _ test: Test) -> [String: Double] {
    var figures = ["occurrences": Double(count.occurrences)]
    figures["expected_occurrences"] = test.expected
    return figures
  }

  // MARK: Words

  private func ranked(
    _ places: [FrictionScanner.Place: FrictionCounts.PlaceCount]
  ) -> [(key: FrictionScanner.Place, value: FrictionCounts.PlaceCount)] {
    func order(_ place: (key: FrictionScanner.Place, value: FrictionCounts.PlaceCount)) -> [Int] {
      [-place.value.users, -place.value.sessions] + (0..<4).map { Int(place.key.codes[$0]) }
    }
    return places.sorted { order($0).lexicographicallyPrecedes(order($1)) }
  }

  private func names(_ signal: FrictionSignal, _ place: FrictionScanner.Place) -> [String] {
    let columns: [EventDimension] =
      switch signal {
      case .rageClicks: [.eventType, .item, .page]
      case .deadEnd: [.eventType, .page]
      case .backAndForth, .loop: [dimension, dimension, dimension, dimension]
      }
    return columns.enumerated().compactMap { index, column in
      let code = place.codes[index]
      return code == TermDictionary.missing ? nil : column.terms(in: dictionaries).text(of: code)
    }
  }

  private func sentence(
    _ signal: FrictionSignal, _ count: FrictionCounts.SignalCount, _ counts: FrictionCounts, isEverybody: Bool
  ) -> LocalizedText {
    PatternWords.friction(
      signal, place: ranked(count.places).first.map { names(signal, $0.key) } ?? [],
      sessions: count.sessions.total, of: counts.sessions.total, users: isEverybody ? count.userCount : nil)
  }
}
