internal import HabitusModel

/// Which steps are states of their own, and which are joined into one.
struct PathStates: Sendable {
  /// The codes of the states, by falling visits, then by text.
  private(set) var codes: [UInt32]
  /// By code, the state; that of the joined steps for all others.
  private let states: [Int32]
  /// How many steps are joined.
  let joinedStepCount: Int
  /// Their visits, those of one right after another counted singly.
  let joinedVisitCount: Int

  /// Chooses the `limit` most visited steps, and those of `always` that were visited.
  ///
  /// - Parameter visitCounts: by code.
  init(visitCounts: [Int], limit: Int, always: [UInt32], terms: TermDictionary) {
    let visited = visitCounts.indices.filter { visitCounts[$0] > 0 }.sorted { first, second in
      if visitCounts[first] != visitCounts[second] { return visitCounts[first] > visitCounts[second] }
      return terms.text(of: UInt32(first)) < terms.text(of: UInt32(second))
    }
    let others = visited.dropFirst(limit)
    let added = others.filter { always.contains(UInt32($0)) }
    let kept = Array(visited.prefix(limit)) + added
    var states = [Int32](repeating: Int32(kept.count), count: visitCounts.count)
    for (state, code) in kept.enumerated() { states[code] = Int32(state) }
    self.states = states
    codes = kept.map(UInt32.init)
    joinedStepCount = others.count - added.count
    joinedVisitCount = others.reduce(0) { $0 + visitCounts[$1] } - added.reduce(0) { $0 + visitCounts[$1] }
  }

  /// The number of states, with that of the joined steps if there are any.
  var count: Int { codes.count + (joinedStepCount > 0 ? 1 : 0) }

  /// The state of the joined steps, the last; `nil` where none are joined.
  var joined: Int? { joinedStepCount > 0 ? codes.count : nil }

  /// The state of a step.
  @inline(__always) func state(of code: UInt32) -> Int32 { states[Int(code)] }

  /// The state of a step that is one of its own; `nil` otherwise.
  func ownState(of code: UInt32) -> Int? { codes.firstIndex(of: code) }
}

/// How often steps were visited, from a part of a scan.
struct PathVisits: Sendable {
  var codes: [UInt32] = []
  /// By place in ``codes``.
  var visitCounts: [Int] = []
  var events = PathReader.Counts()
}

/// Counts visits. Holds the memory that it needs from frame to frame.
struct PathVisitCounter {
  private let reader: PathReader
  private let countsRepeats: Bool
  /// By code; 0 between frames.
  private var visitCounts: [Int]

  init(_ reader: PathReader, countsRepeats: Bool, codeCount: Int) {
    self.reader = reader
    self.countsRepeats = countsRepeats
    visitCounts = Array(repeating: 0, count: codeCount)
  }

  /// The visits of the users of a frame. O(events).
  mutating func scan(_ frame: borrowing EventFrame) -> PathVisits {
    var visits = PathVisits()
    var last = TermDictionary.missing
    let (reader, countsRepeats) = (reader, countsRepeats)
    for index in frame.users.indices {
      visits.events += reader.forEachStep(of: frame, userAt: index) { step in
        let isRepeat = step.code == last && !step.beginsSession
        last = step.code
        guard countsRepeats || !isRepeat else { return }
        if visitCounts[Int(step.code)] == 0 { visits.codes.append(step.code) }
        visitCounts[Int(step.code)] += 1
      }
    }
    visits.visitCounts = visits.codes.map { visitCounts[Int($0)] }
    for code in visits.codes { visitCounts[Int(code)] = 0 }
    return visits
  }
}
