internal import HabitusKernels
internal import HabitusModel

/// Makes a report of the visits of all sessions.
struct PathsAnalysis {
  private let definition: PathsDefinition
  private let sequences: PathSequences
  private let chosen: PathStates
  private let counts: TransitionCounts
  private let tallies: PathTallies
  private let falseDiscoveryLevel: Double

  /// - Precondition: there is a session.
  init(
    _ definition: PathsDefinition, _ sequences: PathSequences, _ chosen: PathStates, falseDiscoveryLevel: Double,
    workers: Int
  ) throws {
    self.definition = definition
    self.sequences = sequences
    self.chosen = chosen
    self.falseDiscoveryLevel = falseDiscoveryLevel
    counts = try TransitionCounts(
      of: sequences.database, stateCount: chosen.count, countsRepeats: definition.countsRepeats)
    tallies = try PathTallies(sequences, counts, workers: workers)
  }

  /// The steps, named from `terms`.
  func steps(_ terms: TermDictionary) -> [PathsReport.Step] {
    var names = chosen.codes.map(terms.text)
    if chosen.joined != nil {
      var name = "other steps"
      while names.contains(name) { name = "(\(name))" }
      names.append(name)
    }
    let (visits, entryShares) = (counts.visitCounts, counts.entryShares)
    return names.indices.map { state in
      let (visitCount, exitCount) = (visits[state], counts.exitCounts[state])
      return PathsReport.Step(
        name: names[state], isJoined: state == chosen.joined, visitCount: visitCount,
        sessionCount: tallies.sessionCounts[state], userCount: tallies.userCounts[state],
        entryCount: counts.entryCounts[state], exitCount: exitCount, entryShare: entryShares[state],
        exitShare: visitCount > 0 ? Double(exitCount) / Double(visitCount) : 0,
        exitInterval: Statistics.wilsonInterval(successes: Double(exitCount), trials: Double(visitCount)))
    }
  }

  /// All transitions that happened or are surprisingly missing.
  func transitions() throws -> [PathsReport.Transition] {
    let states = chosen.count
    let probabilities = try counts.probabilities()
    var chances: [Int: PathsReport.Chance] = [:]
    for surprise in try counts.surprises() {
      let ratio = Double(surprise.count) / surprise.expected
      // What is joined is so by chance.
      let isMeant = surprise.from != chosen.joined && surprise.to != chosen.joined
      chances[surprise.from * states + surprise.to] = PathsReport.Chance(
        expectedCount: surprise.expected, qValue: surprise.qValue,
        isSurprising: isMeant && surprise.qValue <= falseDiscoveryLevel && (ratio >= 2 || ratio <= 0.5))
    }
    var transitions: [PathsReport.Transition] = []
    for from in 0..<states {
      let left = (0..<states).reduce(0) { $0 + counts.count(from: from, to: $1) }
      for to in 0..<states {
        let (cell, count) = (from * states + to, counts.count(from: from, to: to))
        guard count > 0 || chances[cell]?.isSurprising == true else { continue }
        transitions.append(
          PathsReport.Transition(
            from: from, to: to, count: count, sessionCount: tallies.transitionSessionCounts[cell],
            userCount: tallies.transitionUserCounts[cell], share: left > 0 ? Double(count) / Double(left) : 0,
            probability: probabilities[from, to], medianSeconds: tallies.medianSeconds[cell], chance: chances[cell]))
      }
    }
    return transitions.sorted { ($1.count, $0.from, $0.to) < ($0.count, $1.from, $1.to) }
  }

  /// The paths between two states, and what was left out of the search.
  func paths(from first: Int?, to last: Int?) throws -> (paths: [PathsReport.Path], search: PathSearch) {
    let asked = [first, last].compactMap { $0 }.map { tallies.sessionCounts[$0] }
    let search = try PathSearch(
      sequences, definition, from: first, to: last, joined: chosen.joined,
      sessionCount: asked.min() ?? sequences.sessionCount)
    let users = PathUsers(of: search.paths.map(\.states), in: sequences, stateCount: chosen.count).userCounts
    let paths = zip(search.paths, users).map { path, userCount in
      PathsReport.Path(
        steps: path.states.map(Int.init), occurrenceCount: path.occurrenceCount, sessionCount: path.sessionCount,
        userCount: userCount)
    }
    return (paths, search)
  }

  /// The most frequent courses of whole sessions.
  func courses() -> [PathsReport.Path] {
    let courses = SessionCourses(sequences)
    return courses.most(definition.limit, without: chosen.joined).map { course in
      PathsReport.Path(
        steps: courses.states(course.session).map(Int.init), occurrenceCount: course.sessionCount,
        sessionCount: course.sessionCount, userCount: course.userCount)
    }
  }

  /// What follows, or leads to, `root`.
  func tree(_ root: PathBranching.Root, isBackward: Bool) -> PathsReport.Branch {
    PathBranching(
      sequences, stateCount: chosen.count, root: root, isBackward: isBackward, depth: definition.depth,
      branching: definition.branching
    ).tree
  }

  /// How many visits sessions have.
  func depth() -> PathsReport.Depth {
    let lengths = (0..<sequences.sessionCount).map { Double(sequences.places($0).count) }.sorted()
    let positions = StepDropOff.all(of: sequences.database).prefix(PathsReport.Depth.maximumPositionCount)
    return PathsReport.Depth(
      mean: Double(sequences.states.count) / Double(max(1, lengths.count)),
      quantiles: PathsReport.Depth.probabilities.compactMap { Statistics.quantile($0, ofSorted: lengths) },
      maximum: Int(lengths.last ?? 0),
      positions: positions.map {
        PathsReport.Depth.Position(reachedCount: $0.reachedCount, endedCount: $0.endedCount)
      })
  }

  /// How many transitions between different pairs of states there were.
  var transitionKindCount: Int { counts.counts.count { $0 > 0 } }
}
