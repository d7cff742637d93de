internal import HabitusKernels
internal import HabitusModel

/// Sessions, or whole histories, of users as sequences of codes of one part of their events.
///
/// Events without that part are left out, and sequences without any event that has it.
struct BehaviourSequences: Sendable {
  /// What is one sequence.
  typealias Scope = HabitusConfiguration.Patterns.SequenceScope

  let dimension: EventDimension
  let scope: Scope
  /// Codes in the dictionary of the dimension, sequence after sequence.
  private(set) var codes: [Int32] = []
  /// When each was, in milliseconds.
  private(set) var times: [Int64] = []
  /// Where sequences begin in ``codes``, and at last where the last one ends.
  private(set) var offsets = [0]
  /// By sequence, the user's code.
  private(set) var users: [UInt32] = []

  init(_ dimension: EventDimension, scope: Scope) {
    self.dimension = dimension
    self.scope = scope
  }

  var sequenceCount: Int { offsets.count - 1 }

  /// Adds a user's events.
  mutating func add(_ timeline: UserTimeline) {
    guard scope == .sessions else { return add(0..<timeline.count, of: timeline) }
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
