/// Whole sessions that run alike.
struct SessionCourses {
  /// All sessions with the same states.
  struct Course {
    /// One of them.
    let session: Int
    var sessionCount = 0
    var userCount = 0
  }

  /// Longer sessions are no courses.
  static let maximumLength = 20

  private let sequences: PathSequences
  private var courses: [Course] = []
  private var lastUsers: [UInt32] = []
  /// By hash of the states (the next higher number where that is taken by others), the course.
  private var places: [UInt64: Int32] = [:]

  /// Groups sessions. O(visits) expected; memory is O(courses).
  init(_ sequences: PathSequences) {
    self.sequences = sequences
    for session in 0..<sequences.sessionCount where sequences.places(session).count <= Self.maximumLength {
      let course = course(of: session)
      courses[course].sessionCount += 1
      guard courses[course].sessionCount == 1 || lastUsers[course] != sequences.users[session] else { continue }
      lastUsers[course] = sequences.users[session]
      courses[course].userCount += 1
    }
  }

  private mutating func course(of session: Int) -> Int {
    var key = Self.hash(states(session))
    while let course = places[key] {
      if states(courses[Int(course)].session) == states(session) { return Int(course) }
      key &+= 1
    }
    places[key] = Int32(truncatingIfNeeded: courses.count)
    courses.append(Course(session: session))
    lastUsers.append(sequences.users[session])
    return courses.count - 1
  }

  /// The states of a session.
  func states(_ session: Int) -> ArraySlice<Int32> { sequences.states[sequences.places(session)] }

  /// The courses that most sessions take; ties by rising length, then by states. Those through `joined` are left out.
  func most(_ limit: Int, without joined: Int?) -> [Course] {
    let sorted = courses.sorted { first, second in
      if first.sessionCount != second.sessionCount { return first.sessionCount > second.sessionCount }
      let (states, others) = (states(first.session), states(second.session))
      return states.count != others.count ? states.count < others.count : states.lexicographicallyPrecedes(others)
    }
    let joined = joined.map(Int32.init)
    return Array(sorted.lazy.filter { course in !states(course.session).contains { $0 == joined } }.prefix(limit))
  }

  /// Decides places only, never results.
  private static func hash(_ states: ArraySlice<Int32>) -> UInt64 {
    states.reduce(0x9E37_79B9_7F4A_7C15) { hash, state in
      let mixed = (hash ^ UInt64(UInt32(bitPattern: state))).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
      return mixed.high ^ mixed.low
    }
  }
}
