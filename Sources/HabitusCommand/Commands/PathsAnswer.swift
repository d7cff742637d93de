import Habitus

/// What `habitus paths --json` answers with; times are in seconds, steps are named.
struct PathsAnswer: Encodable {
  struct Step: Encodable {
    let step: String
    let isJoined: Bool
    let visits: Int
    let sessions: Int
    let users: Int
    let entries: Int
    let entryShare: Double
    let exits: Int
    let exitShare: Double
    let exitLow: Double?
    let exitHigh: Double?
  }

  struct Transition: Encodable {
    let from: String
    let to: String
    let count: Int
    let sessions: Int
    let users: Int
    let share: Double
    let probability: Double
    let medianSeconds: Double?
    let expected: Double?
    let qValue: Double?
    let isSurprising: Bool
  }

  struct Path: Encodable {
    let steps: [String]
    let occurrences: Int
    let sessions: Int
    let users: Int
  }

  struct Branch: Encodable {
    let step: String?
    let visits: Int
    let sessions: Int
    let users: Int
    /// Sessions that ended there, or began there in a tree that goes backwards.
    let ended: Int
    let others: Int
    let branches: [Branch]
  }

  struct Position: Encodable {
    let position: Int
    let reached: Int
    let ended: Int
    let dropOff: Double
  }

  struct Depth: Encodable {
    let mean: Double
    let p10: Double
    let p25: Double
    let median: Double
    let p75: Double
    let p90: Double
    let maximum: Int
    let positions: [Position]
  }

  struct Omissions: Encodable {
    let eventsWithoutStep: Int
    let joinedSteps: Int
    let joinedVisits: Int
    let transitions: Int
    let pathsInFewerSessions: Int?
    let pathsLonger: Int?
  }

  let window: WindowAnswer
  let of: String
  let events: String
  let countsRepeats: Bool
  let from: String?
  let to: String?
  let eventCount: Int
  let sessions: Int
  let users: Int
  let visits: Int
  let steps: [Step]
  let transitions: [Transition]
  let paths: [Path]
  let courses: [Path]
  let forward: Branch?
  let backward: Branch?
  let depth: Depth?
  let omitted: Omissions
  let unvisitedSteps: [String]
  let unknownTypes: [String]

  init(_ report: PathsReport, _ configuration: HabitusConfiguration) {
    let names = report.steps.map(\.name)
    window = WindowAnswer(report.window, configuration)
    of = report.definition.dimension.rawValue
    events = report.definition.events.description
    countsRepeats = report.definition.countsRepeats
    from = report.definition.from
    to = report.definition.to
    (eventCount, sessions, users) = (report.eventCount, report.sessionCount, report.userCount)
    visits = report.visitCount
    steps = report.steps.map(Step.init)
    transitions = report.transitions.map { Transition($0, names) }
    paths = report.paths.map { Path($0, names) }
    courses = report.courses.map { Path($0, names) }
    forward = report.forwardTree.map { Branch($0, names) }
    backward = report.backwardTree.map { Branch($0, names) }
    depth = report.depth.flatMap(Depth.init)
    omitted = Omissions(report)
    (unvisitedSteps, unknownTypes) = (report.unvisitedSteps, report.unknownTypes)
  }
}

extension PathsAnswer.Step {
  fileprivate init(_ step: PathsReport.Step) {
    self.init(
      step: step.name, isJoined: step.isJoined, visits: step.visitCount, sessions: step.sessionCount,
      users: step.userCount, entries: step.entryCount, entryShare: step.entryShare, exits: step.exitCount,
      exitShare: step.exitShare, exitLow: step.exitInterval?.lowerBound, exitHigh: step.exitInterval?.upperBound)
  }
}

extension PathsAnswer.Transition {
  fileprivate init(_ transition: PathsReport.Transition, _ names: [String]) {
    self.init(
      from: names[transition.from], to: names[transition.to], count: transition.count,
      sessions: transition.sessionCount, users: transition.userCount, share: transition.share,
      probability: transition.probability, medianSeconds: transition.medianSeconds,
      expected: transition.chance?.expectedCount, qValue: transition.chance?.qValue,
      isSurprising: transition.chance?.isSurprising ?? false)
  }
}

extension PathsAnswer.Path {
  fileprivate init(_ path: PathsReport.Path, _ names: [String]) {
    self.init(
      steps: path.steps.map { names[$0] }, occurrences: path.occurrenceCount, sessions: path.sessionCount,
      users: path.userCount)
  }
}

extension PathsAnswer.Branch {
  fileprivate init(_ branch: PathsReport.Branch, _ names: [String]) {
    self.init(
      step: branch.step.map { names[$0] }, visits: branch.visitCount, sessions: branch.sessionCount,
      users: branch.userCount, ended: branch.endedCount, others: branch.otherCount,
      branches: branch.branches.map { PathsAnswer.Branch($0, names) })
  }
}

extension PathsAnswer.Depth {
  fileprivate init?(_ depth: PathsReport.Depth) {
    guard depth.quantiles.count == 5 else { return nil }
    self.init(
      mean: depth.mean, p10: depth.quantiles[0], p25: depth.quantiles[1], median: depth.quantiles[2],
      p75: depth.quantiles[3], p90: depth.quantiles[4], maximum: depth.maximum,
      positions: depth.positions.enumerated().map { index, position in
        PathsAnswer.Position(
          position: index + 1, reached: position.reachedCount, ended: position.endedCount, dropOff: position.dropOff)
      })
  }
}

extension PathsAnswer.Omissions {
  fileprivate init(_ report: PathsReport) {
    let omissions = report.omissions
    let happened = report.transitions.count { $0.count > 0 }
    self.init(
      eventsWithoutStep: omissions.eventsWithoutStep, joinedSteps: omissions.joinedStepCount,
      joinedVisits: omissions.joinedVisitCount, transitions: omissions.transitionKindCount - happened,
      pathsInFewerSessions: omissions.leastSessionCount > 1 ? omissions.leastSessionCount : nil,
      pathsLonger: omissions.searchedLength)
  }
}
