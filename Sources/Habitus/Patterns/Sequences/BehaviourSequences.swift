internal import HabitusKernels
internal import HabitusModel

/// Sessions of users as sequences of codes of one part of their events; a user's come in a run.
///
/// Events without that part are left out, and sessions without any event that has it.
struct BehaviourSequences: Sendable {
  let dimension: EventDimension
  /// Codes in the dictionary of the dimension, sequence after sequence.
  private(set) var codes: [Int32] = []
  /// When each was, in milliseconds.
  private(set) var times: [Int64] = []
  /// Where sequences begin in ``codes``, and at last where the last one ends.
  private(set) var offsets = [0]
  /// By sequence, the user's code.
  private(set) var users: [UInt32] = []

  init(_ dimension: EventDimension) { self.dimension = dimension }

  var sequenceCount: Int { offsets.count - 1 }

  /// Adds a user's events.
  mutating func add(_ timeline: UserTimeline) {
    for session in timeline.sessions { add(session, of: timeline) }
  }

  private mutating func add(_ positions: Range<Int>, of timeline: UserTimeline) {
    let column = timeline.frame[dimension]
    guard !column.isEmpty else { return }
    let range = timeline.range.lowerBound + positions.lowerBound..<timeline.range.lowerBound + positions.upperBound
    for place in range where column[place] != TermDictionary.missing {
      codes.append(Int32(bitPattern: column[place]))
      times.append(timeline.frame.times[place])
    }
    guard codes.count > offsets[offsets.count - 1] else { return }
    offsets.append(codes.count)
    users.append(timeline.user)
  }

  /// Adds the sequences of other users.
  mutating func add(_ other: BehaviourSequences) {
    let shift = codes.count
    codes += other.codes
    times += other.times
    offsets += other.offsets.dropFirst().map { $0 + shift }
    users += other.users
  }

  /// When a sequence began and ended, and how many events it has.
  func occurrence(_ sequence: Int, of user: UserID) -> PatternOccurrence {
    let range = offsets[sequence]..<offsets[sequence + 1]
    return PatternOccurrence(
      user: user, start: Timestamp(milliseconds: times[range.lowerBound]),
      end: Timestamp(milliseconds: times[range.upperBound - 1]), eventCount: range.count)
  }

  /// The sequences, each a unit of its own.
  var database: SequenceDatabase { SequenceDatabase(items: codes, offsets: offsets) }

  /// The sequences as those of users, whose numbers are their codes' bits unless others are given, by sequence.
  func ownedDatabase(owners: [Int32]? = nil, withTimes: Bool = false) throws -> SequenceDatabase {
    let owned = try database.withOwners(owners ?? users.map(Int32.init(bitPattern:)))
    return withTimes ? try owned.withTimes(times) : owned
  }

  /// Where the sequences of each user lie.
  var ranges: [(user: UInt32, sequences: Range<Int>)] {
    let starts = users.indices.filter { $0 == 0 || users[$0] != users[$0 - 1] }
    return zip(starts, starts.dropFirst() + [sequenceCount]).map { (users[$0], $0..<$1) }
  }

  /// The sequences of some of the users there are, in the order given.
  func sequences(of ranges: some Sequence<Range<Int>>) -> BehaviourSequences {
    var chosen = BehaviourSequences(dimension)
    for range in ranges { for sequence in range { chosen.add(sequence, of: self) } }
    return chosen
  }

  /// Each user's sessions as one sequence.
  var histories: BehaviourSequences {
    var histories = self
    histories.offsets = [0]
    histories.users = []
    for sequence in 0..<sequenceCount where sequence + 1 == sequenceCount || users[sequence + 1] != users[sequence] {
      histories.offsets.append(offsets[sequence + 1])
      histories.users.append(users[sequence])
    }
    return histories
  }

  /// All sequences of at most so many users, spread evenly over those there are in the order of their ids, so that the
  /// choice does not depend on who came first.
  func sample(ofUsers limit: Int, _ terms: TermDictionary) -> BehaviourSequences {
    let ranges = ranges.sorted { terms.text(of: $0.user) < terms.text(of: $1.user) }
    let count = min(limit, ranges.count)
    return sequences(of: (0..<count).map { ranges[$0 * ranges.count / count].sequences })
  }

  private mutating func add(_ sequence: Int, of other: BehaviourSequences) {
    let range = other.offsets[sequence]..<other.offsets[sequence + 1]
    codes += other.codes[range]
    times += other.times[range]
    offsets.append(codes.count)
    users.append(other.users[sequence])
  }

  /// Whether a sequence has these steps.
  private func contains(_ steps: [Int32], isPath: Bool, in sequence: Int) -> Bool {
    codes[offsets[sequence]..<offsets[sequence + 1]].contains(steps: steps, isPath: isPath)
  }

  /// Whether a sequence of a user has these steps. O(sequences + the user's events).
  func contains(_ steps: [Int32], isPath: Bool, user: UInt32) -> Bool {
    users.indices.contains { users[$0] == user && contains(steps, isPath: isPath, in: $0) }
  }

  /// Some of the sequences among `candidates` with a pattern, from the last one backwards, one a user where there are
  /// several.
  func evidence(
    of found: FoundSequence, among candidates: Range<Int>, limit: Int, userID: (UInt32) -> UserID
  ) -> [PatternOccurrence] {
    var occurrences: [PatternOccurrence] = []
    var last: UInt32?
    let isOneUser = candidates.first.map { users[$0] } == candidates.last.map { users[$0] }
    for sequence in candidates.reversed() where occurrences.count < limit {
      guard isOneUser || users[sequence] != last, contains(found.steps, isPath: found.isPath, in: sequence) else {
        continue
      }
      occurrences.append(occurrence(sequence, of: userID(users[sequence])))
      last = users[sequence]
    }
    return occurrences
  }
}

extension EventFrame {
  /// The column of a dimension; empty where it was not read.
  subscript(dimension: EventDimension) -> [UInt32] {
    switch dimension {
    case .eventType: types
    case .page: pages
    case .item: items
    case .category: categories
    }
  }
}

extension TermDictionary {
  /// The strings behind the codes of sequences.
  func texts(of steps: [Int32]) -> [String] { steps.map { text(of: UInt32(bitPattern: $0)) } }
}

extension EventDimension {
  /// The columns that a scan must read for it.
  var columns: EventColumns {
    switch self {
    case .eventType: []
    case .page: .pages
    case .item: .items
    case .category: .categories
    }
  }

  /// The strings behind its codes.
  func terms(in dictionaries: EventDictionaries) -> TermDictionary {
    switch self {
    case .eventType: dictionaries.types
    case .page: dictionaries.pages
    case .item: dictionaries.items
    case .category: dictionaries.categories
    }
  }
}
