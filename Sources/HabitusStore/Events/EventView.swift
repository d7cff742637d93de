internal import HabitusModel

/// What an ``EventReading`` means for the user codes of one snapshot.
struct EventView: Sendable {
  /// What becomes of a user's events.
  enum Route: Equatable {
    /// They are read as they are stored.
    case unchanged
    /// They are not read.
    case excluded
    /// They are read as those of a person: a position among ``EventView/persons``.
    case joined(Int)
  }

  let reading: EventReading
  /// The codes of the canonical ids of persons with another id that the store knows, ascending.
  private(set) var persons: [UInt32] = []
  /// By code: ``unchanged``, ``excluded`` or a position among ``persons``; empty where all are unchanged.
  private var routes: [UInt32] = []

  private static let unchanged = UInt32.max
  private static let excluded = UInt32.max - 1

  /// A canonical id that `users` lacks gets a code behind the others.
  ///
  /// - Complexity: O(users + joined and excluded ids).
  init(_ reading: EventReading, _ users: inout TermDictionary) {
    self.reading = reading
    guard Self.needsUsers(reading) else { return }
    var hidden = reading.excludedPersons.compactMap { users.code(of: $0.rawValue) }
    var joined: [(member: UInt32, person: UserID)] = []
    for (member, person) in reading.canonicalIDs {
      guard let code = users.code(of: member.rawValue) else { continue }
      if !reading.excludedPersons.isEmpty, reading.excludedPersons.contains(person) {
        hidden.append(code)
      } else {
        joined.append((code, person))
      }
    }
    guard !hidden.isEmpty || !joined.isEmpty else { return }
    let targets = Self.targets(joined, &users)
    routes = Array(repeating: Self.unchanged, count: users.count)
    for code in hidden { routes[Int(code)] = Self.excluded }
    // First the persons are marked, then numbered in the order of codes.
    for target in targets { routes[Int(target)] = 0 }
    for code in routes.indices where routes[code] == 0 {
      routes[code] = UInt32(persons.count)
      persons.append(UInt32(code))
    }
    for (join, target) in zip(joined, targets) { routes[Int(join.member)] = routes[Int(target)] }
  }

  /// Whether a reading cannot be told without the dictionary of users.
  static func needsUsers(_ reading: EventReading) -> Bool {
    !reading.canonicalIDs.isEmpty || !reading.excludedPersons.isEmpty
  }

  /// The codes of persons' canonical ids, where need be new ones, which are given in the order of the ids: that of a hash
  /// table is another one each time.
  private static func targets(
    _ joined: [(member: UInt32, person: UserID)], _ users: inout TermDictionary
  ) -> [UInt32] {
    var strangers: Set<UserID> = []
    for (_, person) in joined where users.code(of: person.rawValue) == nil { strangers.insert(person) }
    for person in strangers.sorted() { _ = users.code(adding: person.rawValue) }
    return joined.map { users.code(adding: $0.person.rawValue) }
  }

  /// Whether some users are not read as they are stored.
  var changesUsers: Bool { !routes.isEmpty }

  /// What becomes of the events of the user with this code.
  func route(of code: UInt32) -> Route {
    guard code < routes.count else { return .unchanged }
    switch routes[Int(code)] {
    case Self.unchanged: return .unchanged
    case Self.excluded: return .excluded
    case let person: return .joined(Int(person))
    }
  }

  /// The codes whose events are read as those of a person, ascending; the person's own is among them.
  ///
  /// - Complexity: O(users).
  func members(of person: Int) -> [UInt32] {
    routes.enumerated().compactMap { $0.element == UInt32(person) ? UInt32($0.offset) : nil }
  }
}
