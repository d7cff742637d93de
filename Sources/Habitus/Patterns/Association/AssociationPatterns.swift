internal import HabitusKernels
internal import HabitusModel

/// What goes together, and what follows what: in one user's sessions, or over users.
///
/// Two things of one user go together where more sessions have both than ``ExposureTest`` lets chance give them, two
/// things of everybody where more users have both than ``UserPairs`` does; a thing follows another by ``FollowUp``. Of
/// each kind all pairs of things that are frequent enough are candidates for the control of the false-discovery rate.
struct AssociationPatterns {
  let settings: HabitusConfiguration.Patterns
  let dimension: EventDimension
  /// The strings behind the codes of ``dimension``.
  let terms: TermDictionary

  /// The most things of one user whose pairs are looked at, those in most sessions.
  private static let itemLimit = 60
  /// With many sessions the smallest difference is significant; what is less than a fifth above chance is not told, be it
  /// a thing that follows or a signal of friction.
  static let minimumLift = 1.2
  /// The most patterns of a kind that are told.
  static let reportedCount = 20
  /// The most sessions that are named.
  private static let evidenceCount = 5

  init(_ settings: HabitusConfiguration.Patterns, _ dimension: EventDimension, terms: TermDictionary) {
    self.settings = settings
    self.dimension = dimension
    self.terms = terms
  }

  // MARK: One user

  /// The user's, what goes together first, each kind by falling strength; support is counted in sessions.
  func patterns(of timeline: UserTimeline, user: UserID) -> [Pattern] {
    let history = CodedHistory(timeline, dimension)
    let items = history.frequentItems(in: settings.minimumOccurrences, limit: Self.itemLimit)
    guard items.count > 1 else { return [] }
    return together(history, items, user)
      + (AssociationEvidence.hasOrder(dimension) ? followUps(history, items, user) : [])
  }

  private func together(_ history: CodedHistory, _ items: [Int], _ user: UserID) -> [Pattern] {
    let search = SessionPairs(history, items: items)
    let pairs = search.pairs(minimumBoth: settings.minimumOccurrences, minimumPhi: settings.correlationThreshold)
    guard !pairs.isEmpty else { return [] }
    let qValues = Statistics.falseDiscoveryQValues(
      pairs.map(\.pValue), hypothesisCount: Double(search.hypothesisCount))
    return zip(pairs, qValues)
      .filter { isTold($0.table, expected: $0.expected, qValue: $1) }
      .sorted { strength($0.0.table) > strength($1.0.table) }
      .prefix(Self.reportedCount)
      .map { pair, qValue in
        together(
          history.codes[pair.first], history.codes[pair.second], pair.table, expected: pair.expected,
          pValue: pair.pValue, qValue: qValue, unit: .sessions,
          evidence: search.sessions(with: pair).suffix(Self.evidenceCount).reversed().map {
            history.occurrence($0, of: user)
          })
      }
  }

  private func followUps(_ history: CodedHistory, _ items: [Int], _ user: UserID) -> [Pattern] {
    let order = SessionOrder(history, items: items, lag: settings.followUpLag.wholeMilliseconds)
    var candidates: [(first: Int, second: Int, found: FollowUp)] = []
    for first in items.indices {
      for second in items.indices where second != first {
        candidates.append((first, second, FollowUp(of: second, after: first, in: order)))
      }
    }
    let pValues = candidates.map(\.found.pValue)
    let qValues = Statistics.falseDiscoveryQValues(pValues)
    return candidates.indices.filter { qValues[$0] <= settings.falseDiscoveryLevel }
      .compactMap { index -> Pattern? in
        let (first, second, found) = candidates[index]
        return followUp(
          history.codes[items[first]], history.codes[items[second]], total: found.total, followed: found.followed,
          preceded: found.preceded, pValue: pValues[index], qValue: qValues[index],
          evidence: order.sessions(followedBy: second, first).suffix(Self.evidenceCount).reversed().map {
            history.occurrence($0, of: user)
          })
      }
      .strongest(Self.reportedCount)
  }

  // MARK: Everybody

  /// Everybody's, what goes together first, each kind by falling strength; what goes together is counted in users, what
  /// follows in sessions, with users as the witnesses of the order.
  func patterns(ofEverybody evidence: AssociationEvidence, workers: Int = 1) throws -> [Pattern] {
    let search = UserPairs(evidence, minimumUsers: settings.minimumOccurrences)
    let pairs = try search.pairs(
      minimumBoth: settings.minimumOccurrences, minimumPhi: settings.correlationThreshold, workers: workers)
    let qValues = Statistics.falseDiscoveryQValues(
      pairs.map(\.pValue), hypothesisCount: Double(search.hypothesisCount))
    let together = zip(pairs, qValues)
      .filter { isTold($0.table, expected: $0.expected, qValue: $1) }
      .sorted { strength($0.0.table) > strength($1.0.table) }
      .prefix(Self.reportedCount)
      .map { pair, qValue in
        self.together(
          pair.first, pair.second, pair.table, expected: pair.expected, pValue: pair.pValue, qValue: qValue,
          unit: .users, evidence: [])
      }
    return together + followUps(evidence.followUps)
  }

  private func followUps(_ counts: FollowUpCounts) -> [Pattern] {
    let pairs = counts.pairs.sorted { ($0.key.first, $0.key.second) < ($1.key.first, $1.key.second) }
    let pValues = pairs.map { _, count in
      BinomialDistribution(
        trialCount: Int(count.forwardUsers + count.backwardUsers), probability: 0.5
      ).upperTail(Int(count.forwardUsers))
    }
    let qValues = Statistics.falseDiscoveryQValues(
      pValues, hypothesisCount: Double(pairs.count + counts.forgottenCount))
    return pairs.indices.filter { qValues[$0] <= settings.falseDiscoveryLevel }
      .compactMap { index -> Pattern? in
        let (pair, count) = pairs[index]
        return followUp(
          pair.first, pair.second, total: counts.sessions[pair.first] ?? 0, followed: Int(count.followed),
          preceded: Int(count.preceded), pValue: pValues[index], qValue: qValues[index],
          figures: ["users_for": Double(count.forwardUsers), "users_against": Double(count.backwardUsers)],
          evidence: [])
      }
      .strongest(Self.reportedCount)
  }

  // MARK: Both

  /// Whether a pair is surprising, and as much above chance as two things with the least phi are above independence.
  private func isTold(_ table: ContingencyTable, expected: Double, qValue: Double) -> Bool {
    qValue <= settings.falseDiscoveryLevel && excessPhi(table, expected: expected) >= settings.correlationThreshold
  }

  /// Phi with what chance gives in the place of independence.
  private func excessPhi(_ table: ContingencyTable, expected: Double) -> Double {
    guard let phi = table.phi, let independent = table.expectedBoth, Double(table.both) != independent else { return 0 }
    return phi * (Double(table.both) - expected) / (Double(table.both) - independent)
  }

  private func strength(_ table: ContingencyTable) -> Double { table.logLikelihoodRatio }

  private func together(
    _ first: UInt32, _ second: UInt32, _ table: ContingencyTable, expected: Double, pValue: Double, qValue: Double,
    unit: Pattern.Unit, evidence: [PatternOccurrence]
  ) -> Pattern {
    let names = [terms.text(of: first), terms.text(of: second)].sorted()
    let total = Double(table.unitCount)
    return Pattern(
      kind: .together, dimension: dimension, elements: names, unit: unit, support: table.both, total: table.unitCount,
      expectedShare: expected / total, pValue: pValue, qValue: qValue,
      figures: [
        "phi": table.phi ?? 0, "excess_phi": excessPhi(table, expected: expected),
        "log_likelihood_ratio": table.logLikelihoodRatio, "fisher_p_value": table.fisherPValue,
      ],
      sentence: PatternWords.together(
        names, share: Double(table.both) / total, lift: expected > 0 ? Double(table.both) / expected : nil, unit),
      evidence: evidence)
  }

  /// A pattern, unless the second thing comes about as often before the first as after it.
  private func followUp(
    _ first: UInt32, _ second: UInt32, total: Int, followed: Int, preceded: Int, pValue: Double, qValue: Double,
    figures: [String: Double] = [:], evidence: [PatternOccurrence]
  ) -> Pattern? {
    guard total > 0, followed >= settings.minimumOccurrences,
      Double(followed) >= Self.minimumLift * Double(preceded)
    else { return nil }
    let names = [terms.text(of: first), terms.text(of: second)]
    let lag = Double(settings.followUpLag.wholeMilliseconds) / 1000
    var figures = figures
    figures["lag_hours"] = lag / 3600
    if preceded > 0 { figures["ratio"] = Double(followed) / Double(preceded) }
    let share = Double(followed) / Double(total)
    let reversed = Double(preceded) / Double(total)
    return Pattern(
      kind: .followUp, dimension: dimension, elements: names, unit: .sessions, support: followed, total: total,
      expectedShare: reversed, pValue: pValue, qValue: qValue, figures: figures,
      sentence: PatternWords.followUp(names, share: share, reversedShare: reversed, lagSeconds: lag),
      evidence: evidence)
  }
}

extension [Pattern] {
  /// The follow-ups whose share is most above what is expected of it; of several things that one follows, only those that
  /// it follows at least half as often as the first of them: others are mostly done together with that one.
  fileprivate func strongest(_ count: Int) -> [Pattern] {
    func excess(_ pattern: Pattern) -> Double { pattern.share - (pattern.expectedShare ?? 0) }
    var highest: [String: Double] = [:]
    let ordered = sorted { ($1.elements[0], $1.elements[1]) > ($0.elements[0], $0.elements[1]) }
      .sorted { excess($0) > excess($1) }
    let kept = ordered.filter { pattern in
      let first = highest[pattern.elements[1]] ?? excess(pattern)
      highest[pattern.elements[1]] = first
      return excess(pattern) >= first / 2
    }
    return Array(kept.prefix(count))
  }
}
