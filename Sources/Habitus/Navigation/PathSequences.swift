internal import HabitusKernels
internal import HabitusModel

/// The visits of sessions as states, session after session, those of one user next to each other.
struct PathSequences: Sendable {
  private(set) var states: [Int32] = []
  /// By visit, the milliseconds until the next one of the session, at most those of 49.7 days; 0 for the last.
  private(set) var gaps: [UInt32] = []
  /// Where sessions begin in ``states``, and at last where the last one ends.
  private(set) var offsets = [0]
  /// By session, the user's code.
  private(set) var users: [UInt32] = []

  var sessionCount: Int { users.count }

  init() {}

  /// The sessions of parts, one part after the other.
  init(_ parts: [PathSequences]) {
    let visitCount = parts.reduce(0) { $0 + $1.states.count }
    let sessionCount = parts.reduce(0) { $0 + $1.users.count }
    states.reserveCapacity(visitCount)
    gaps.reserveCapacity(visitCount)
    offsets.reserveCapacity(sessionCount + 1)
    users.reserveCapacity(sessionCount)
    for part in parts {
      let shift = states.count
      states += part.states
      gaps += part.gaps
      offsets += part.offsets.lazy.dropFirst().map { $0 + shift }
      users += part.users
    }
  }

  /// Reads the users of a frame. O(events).
  init(_ frame: borrowing EventFrame, _ reader: PathReader, _ chosen: PathStates, countsRepeats: Bool) {
    var lastTime: Int64 = 0
    for index in frame.users.indices {
      let user = frame.users[index]
      _ = reader.forEachStep(of: frame, userAt: index) { step in
        let state = chosen.state(of: step.code)
        if step.beginsSession {
          if !users.isEmpty { offsets.append(states.count) }
          users.append(user)
        } else {
          if !countsRepeats, states[states.count - 1] == state { return }
          gaps[gaps.count - 1] = UInt32(clamping: step.time - lastTime)
        }
        states.append(state)
        gaps.append(0)
        lastTime = step.time
      }
    }
    if !states.isEmpty { offsets.append(states.count) }
  }

  /// The places of a session.
  func places(_ session: Int) -> Range<Int> { offsets[session]..<offsets[session + 1] }

  /// The sessions, each a unit of its own.
  var database: SequenceDatabase { SequenceDatabase(items: states, offsets: offsets) }

  /// The sessions from their ends to their beginnings. O(visits).
  var reversedDatabase: SequenceDatabase {
    var items: [Int32] = []
    items.reserveCapacity(states.count)
    for session in 0..<sessionCount { items.append(contentsOf: states[places(session)].reversed()) }
    return SequenceDatabase(items: items, offsets: offsets)
  }

  /// Users with a session.
  var userCount: Int { users.indices.count { $0 == 0 || users[$0] != users[$0 - 1] } }
}
