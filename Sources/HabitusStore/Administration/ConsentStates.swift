internal import Foundation
internal import GRDB
public import HabitusModel

/// Who agrees to one purpose at which moment: everything that was said about it, in memory.
///
/// It answers as `ConsentState` defines; where a user has said nothing by a moment, the configured default holds. A copy
/// stays as it is when another is brought up to date.
///
/// - Complexity: asking takes a look-up by hash and, for users who said several things, a look at those. It takes about
///   60 bytes a user besides the identifier.
public struct ConsentStates: Sendable {
  /// What it is about.
  public let purpose: String
  /// Whether users who never said anything count as agreeing.
  public let isGrantedByDefault: Bool
  /// The counter that ``Store/administrationVersion()`` had when this was read.
  public private(set) var version: Int64 = 0

  /// A statement: from `time` on, until the next one, it permits what lies before `end`.
  struct Entry: Sendable {
    var time: Int64
    var end: Int64
  }

  /// The users of the first reading, by code; shared by all copies.
  private var base = BaseBuilder().finish()
  /// Users of whom something came later: all their entries.
  private var later: [UserID: [Entry]] = [:]
  /// The number of the last statement that was read.
  private var lastStatement: Int64 = 0

  /// Makes states without any statement.
  public init(purpose: String, isGrantedByDefault: Bool) {
    self.purpose = purpose
    self.isGrantedByDefault = isGrantedByDefault
  }

  /// Reads what was said since the last reading.
  ///
  /// Inside a transaction that writes, a copy is to be brought up to date, which takes the place of the original once the
  /// transaction has succeeded: what one that is given up has written must not stay in memory.
  mutating func update(_ db: Database) throws {
    let isFirst = base.userCount == 0 && later.isEmpty
    let rows = try Row.fetchCursor(
      db, sql: "SELECT user, granted, time, expires FROM consent WHERE id > ? AND purpose IN (?, ?) ORDER BY id",
      arguments: [lastStatement, purpose, ConsentStatement.everyPurpose])
    var builder = BaseBuilder()
    while let row = try rows.next() {
      let end: Int64 = try row.value(1) ? try row.optionalValue(3) ?? .max : .min
      let entry = Entry(time: try row.value(2), end: end)
      if isFirst {
        try row.withUnsafeData(atIndex: 0) { user in
          (user ?? .init()).withUnsafeBytes { builder.append($0, entry) }
        }
      } else {
        add(entry, of: UserID(try row.value(0)))
      }
    }
    lastStatement = try Int64.fetchOne(db, sql: "SELECT max(id) FROM consent") ?? 0
    if isFirst { base = builder.finish() }
    if later.count > max(4096, base.userCount / 8) { rebase() }
    version = try AdministrationVersion(db).consents
  }

  private mutating func add(_ entry: Entry, of user: UserID) {
    var entries = later[user] ?? Array(base.entries(of: user))
    Self.insert(entry, into: &entries)
    later[user] = entries
  }

  /// Inserts by time; of several at the same time the one that permits least stays.
  private static func insert(_ entry: Entry, into entries: inout [Entry]) {
    let place = entries.lastIndex { $0.time <= entry.time }
    if let place, entries[place].time == entry.time {
      entries[place].end = min(entries[place].end, entry.end)
    } else {
      entries.insert(entry, at: place.map { $0 + 1 } ?? 0)
    }
  }

  /// Makes all that is known the base again.
  private mutating func rebase() {
    var builder = BaseBuilder()
    for code in 0..<UInt32(base.userCount) {
      let user = base.user(code)
      guard later[user] == nil else { continue }
      for entry in base.entries(code) { builder.append(user.rawValue, entry) }
    }
    for (user, entries) in later { for entry in entries { builder.append(user.rawValue, entry) } }
    base = builder.finish()
    later = [:]
  }

  // MARK: Asking

  /// Number of users who said something.
  public var userCount: Int { base.userCount + later.keys.count { base.entries(of: $0).isEmpty } }

  /// Whether `user` agrees at `moment`, by what was said under this very identifier.
  public func permits(_ user: UserID, at moment: Timestamp) -> Bool {
    guard let entry = entry(of: user, at: moment) else { return isGrantedByDefault }
    return moment.milliseconds < entry.end
  }

  /// Whether the person with all of `identifiers` agrees at `moment`: what was said last under any of them counts.
  public func permits(personWith identifiers: some Sequence<UserID>, at moment: Timestamp) -> Bool {
    var last: Entry?
    for identifier in identifiers {
      guard let entry = entry(of: identifier, at: moment) else { continue }
      if let known = last, (known.time, ~known.end) >= (entry.time, ~entry.end) { continue }
      last = entry
    }
    return last.map { moment.milliseconds < $0.end } ?? isGrantedByDefault
  }

  /// Those of `users` whom an analysis must leave out at `moment`, in their order.
  ///
  /// - Parameter persons: who is whom at that moment: what a person said under one identifier holds for all of the
  ///   person's. Without it each identifier stands for itself.
  public func excluded(
    from users: some Sequence<UserID>, at moment: Timestamp, persons: PersonIndex? = nil
  ) -> [UserID] {
    guard let persons, persons.personCount > 0 else { return users.filter { !permits($0, at: moment) } }
    return users.filter { !permits(personWith: persons.members(of: $0), at: moment) }
  }

  private func entry(of user: UserID, at moment: Timestamp) -> Entry? {
    let isCurrent = { (entry: Entry) in entry.time <= moment.milliseconds }
    if !later.isEmpty, let entries = later[user] { return entries.last(where: isCurrent) }
    return base.entries(of: user).last(where: isCurrent)
  }
}

extension ConsentStates {
  /// Users and their entries, which never change. A class, so that copies share it.
  final class Base: Sendable {
    private let users: TermDictionary
    /// The entries, by user and then by time.
    private let entries: [Entry]
    /// Where each user's entries begin, and where the last one's end.
    private let starts: [Int]

    fileprivate init(_ builder: BaseBuilder) {
      users = builder.users
      var ends = [Int](repeating: 0, count: builder.users.count + 1)
      for (code, _) in builder.entries { ends[Int(code) + 1] += 1 }
      for index in 1..<ends.count { ends[index] += ends[index - 1] }
      starts = ends
      var sorted = [Entry](repeating: Entry(time: 0, end: 0), count: builder.entries.count)
      for (code, entry) in builder.entries {
        sorted[ends[Int(code)]] = entry
        ends[Int(code)] += 1
      }
      for code in 0..<builder.users.count where starts[code + 1] - starts[code] > 1 {
        // At the same time the one that permits least comes last, and is the one that counts.
        sorted[starts[code]..<starts[code + 1]].sort { ($0.time, $1.end) < ($1.time, $0.end) }
      }
      entries = sorted
    }

    var userCount: Int { users.count }

    func user(_ code: UInt32) -> UserID { UserID(users.text(of: code)) }

    func entries(_ code: UInt32) -> ArraySlice<Entry> { entries[starts[Int(code)]..<starts[Int(code) + 1]] }

    func entries(of user: UserID) -> ArraySlice<Entry> { users.code(of: user.rawValue).map { entries($0) } ?? [] }
  }

  /// Takes entries in any order.
  fileprivate struct BaseBuilder {
    var users = TermDictionary()
    var entries: [(code: UInt32, entry: Entry)] = []

    mutating func append(_ user: UnsafeRawBufferPointer, _ entry: Entry) {
      entries.append((users.code(adding: user), entry))
    }

    mutating func append(_ user: String, _ entry: Entry) { entries.append((users.code(adding: user), entry)) }

    func finish() -> Base { Base(self) }
  }
}

extension Store {
  /// Who agrees to `purpose`, by everything that was said until now.
  public func consentStates(purpose: String, isGrantedByDefault: Bool) throws -> ConsentStates {
    var states = ConsentStates(purpose: purpose, isGrantedByDefault: isGrantedByDefault)
    try update(&states)
    return states
  }

  /// Adds to `states` what was said since they were read, by any process.
  ///
  /// - Complexity: O(number of new statements), on an average over many calls.
  public func update(_ states: inout ConsentStates) throws { try readAdministered(()) { db in try states.update(db) } }
}
