internal import HabitusModel

/// Events that a scan has set aside, because they are read under another user than they are stored under: the columns of
/// a frame, and whose they are.
struct SetAside: Sendable {
  /// The columns; users and offsets are not used.
  private(set) var columns = EventFrame()
  /// The events of one stored user, in order, with the position of the person among ``EventView/persons``.
  private(set) var runs: [(person: Int, range: Range<Int>)] = []

  /// Takes the events that `view` gives to persons, or to nobody, out of `frame`.
  init(takenFrom frame: inout EventFrame, _ view: EventView) {
    guard view.changesUsers, frame.users.contains(where: { view.route(of: $0) != .unchanged }) else { return }
    frame.removeUsers { frame, user, events in
      switch view.route(of: user) {
      case .unchanged: return true
      case .excluded: return false
      case .joined(let person):
        append(events, of: frame, person: person)
        return false
      }
    }
  }

  /// Copies the events of `users`, ascending, out of `frame`: those of the first person.
  init(_ users: some Sequence<UInt32>, of frame: EventFrame) {
    for user in users {
      let index = frame.position(notBelow: user)
      guard index < frame.users.count, frame.users[index] == user else { continue }
      append(frame.offsets[index]..<frame.offsets[index + 1], of: frame, person: 0)
    }
  }

  private mutating func append(_ events: Range<Int>, of frame: EventFrame, person: Int) {
    runs.append((person, columns.eventCount..<columns.eventCount + events.count))
    columns.append(events, of: frame)
  }
}

/// What the parts of a scan have set aside, to be delivered person by person.
struct JoinedEvents: Sendable {
  /// The persons that one frame holds, as positions among ``EventView/persons``.
  private(set) var parts: [Range<Int>] = []

  private let sources: [SetAside]
  /// The codes of the persons.
  private let persons: [UInt32]
  /// Where each person's runs begin in ``runs``; then the number of all runs.
  private let runStarts: [Int]
  /// Runs by person, as positions in a source.
  private let runs: [(source: Int, run: Int)]

  /// - Complexity: O(runs + persons).
  init(_ sources: [SetAside], persons: [UInt32]) {
    self.sources = sources
    self.persons = persons
    var starts = [Int](repeating: 0, count: persons.count + 1)
    var eventCounts = [Int](repeating: 0, count: persons.count)
    for source in sources {
      for (person, range) in source.runs {
        starts[person + 1] += 1
        eventCounts[person] += range.count
      }
    }
    for person in persons.indices { starts[person + 1] += starts[person] }
    runStarts = starts
    var runs = [(source: Int, run: Int)](repeating: (0, 0), count: starts[persons.count])
    for (index, source) in sources.enumerated() {
      for (run, entry) in source.runs.enumerated() {
        runs[starts[entry.person]] = (index, run)
        starts[entry.person] += 1
      }
    }
    self.runs = runs
    var first = 0
    var size = 0
    for person in persons.indices {
      size += eventCounts[person]
      guard size >= RunWriter.segmentSize || (person == persons.count - 1 && size > 0) else { continue }
      parts.append(first..<person + 1)
      first = person + 1
      size = 0
    }
  }

  /// The events of a person, run by run, are appended to `frame`; returns where each of the runs ends.
  func appendRuns(of person: Int, to frame: inout EventFrame) -> [Int] {
    runs[runStarts[person]..<runStarts[person + 1]].map { source, run in
      frame.append(sources[source].runs[run].range, of: sources[source].columns)
      return frame.eventCount
    }
  }

  /// The user code of a person.
  func code(of person: Int) -> UInt32 { persons[person] }
}
