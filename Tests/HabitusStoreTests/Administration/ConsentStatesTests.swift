import Foundation
import HabitusModel
import Testing

@testable import HabitusStore

@Suite("Consents")
struct ConsentStatesTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store.open(at: folder.path, for: .administer)
  }

  private func say(
    _ user: String, _ isGranted: Bool, _ time: Int64, expires: Int64? = nil, purpose: String = "analytics",
    source: String = "test"
  ) -> ConsentStatement {
    ConsentStatement(
      user: UserID(user), purpose: purpose, isGranted: isGranted, time: Timestamp(milliseconds: time),
      expires: expires.map { Timestamp(milliseconds: $0) }, source: source)
  }

  private func permits(_ user: UserID, _ time: Int64, byDefault: Bool = true) throws -> Bool {
    let states = try store.consentStates(purpose: "analytics", isGrantedByDefault: byDefault)
    return states.permits(user, at: Timestamp(milliseconds: time))
  }

  private func record(_ statements: ConsentStatement...) throws {
    try store.recordConsents(statements, at: Timestamp(milliseconds: 0))
  }

  @Test("The default holds until something is said, then the latest statement, by its time and not its arrival")
  func latest() throws {
    try record(say("u", true, 30), say("u", false, 20), say("u", true, 10))
    for byDefault in [true, false] {
      #expect(try permits("u", 9, byDefault: byDefault) == byDefault)
      #expect(try permits("u", 10, byDefault: byDefault))
      #expect(try !permits("u", 20, byDefault: byDefault))
      #expect(try !permits("u", 29, byDefault: byDefault))
      #expect(try permits("u", 30, byDefault: byDefault))
      #expect(try permits("stranger", 30, byDefault: byDefault) == byDefault)
    }
  }

  @Test(
    "An agreement ends with the very millisecond at which it expires, whatever the default; a withdrawal never ends")
  func expiry() throws {
    try record(say("u", true, 10, expires: 20), say("w", false, 10, expires: 20), say("never", true, 10, expires: 10))
    #expect(try permits("u", 19))
    #expect(try !permits("u", 20))
    #expect(try !permits("w", 19) && !permits("w", 21))
    #expect(try !permits("never", 10) && permits("never", 9))
  }

  @Test("At the same millisecond a withdrawal counts, then the agreement that ends first, in any order of arrival")
  func ties() throws {
    let statements = [say("u", true, 10), say("u", false, 10), say("v", true, 10), say("v", true, 10, expires: 15)]
    for order in [statements, statements.reversed()] {
      try store.recordConsents(order, at: Timestamp(milliseconds: 0))
      #expect(try !permits("u", 10))
      #expect(try permits("v", 14) && !permits("v", 15))
    }
  }

  @Test("A withdrawal of * is one of every purpose; other purposes say nothing about this one")
  func everyPurpose() throws {
    try record(
      say("u", true, 10), say("u", false, 20, purpose: "*"), say("v", false, 10, purpose: "marketing"),
      say("w", false, 10, purpose: "*"), say("w", true, 11))
    #expect(try permits("u", 19) && !permits("u", 20))
    #expect(try permits("v", 30) && !permits("v", 30, byDefault: false))
    #expect(try !permits("w", 10) && permits("w", 11))
  }

  @Test("Users are told apart by bytes")
  func bytes() throws {
    try record(say("caf\u{E9}", false, 1), say("U", false, 1))
    #expect(try !permits("caf\u{E9}", 5) && permits("cafe\u{301}", 5))
    #expect(try permits("u", 5))
    #expect(try store.consentHistory(of: ["cafe\u{301}"]).isEmpty)
  }

  @Test("The same statement again is not kept again; one that differs in anything is")
  func repeats() throws {
    let first = say("u", true, 10)
    let others = [
      say("u", true, 10, expires: 99), say("u", true, 11), say("u", true, 10, source: "other"),
      say("u", true, 10, purpose: "x"), say("v", true, 10), say("u", false, 10),
    ]
    #expect(try store.recordConsents([first, first] + others, at: Timestamp(milliseconds: 0)) == 7)
    #expect(try store.recordConsents(others + [first], at: Timestamp(milliseconds: 1)) == 0)
    #expect(Set(try store.consentHistory()) == Set([first] + others))
  }

  @Test("What cannot be recorded is refused together with all that came with it")
  func invalid() throws {
    for bad in [
      say("", true, 1), say("u", true, 1, purpose: ""), say("u", true, 1, purpose: "*"), say("u\0", true, 1),
      say("u", true, 1, source: "\0"), say("u", true, .max), say("u", true, 1, expires: .max),
    ] {
      #expect(bad.problem != nil)
      #expect(throws: StoreError.self) { try record(say("good", true, 1), bad) }
    }
    #expect(try store.consentHistory().isEmpty)
    #expect(try store.administrationVersion().consents == 0)
  }

  @Test("A person stands where any of the identifiers was last said to stand")
  func persons() throws {
    try record(say("a", true, 10), say("k", false, 20), say("b", false, 10), say("m", true, 10))
    let states = try store.consentStates(purpose: "analytics", isGrantedByDefault: true)
    func edge(_ former: UserID, _ known: UserID) -> IdentityEdge {
      IdentityEdge(
        id: 0, former: former, known: known, time: Timestamp(milliseconds: 1), kind: .identify, source: "",
        changed: Timestamp(milliseconds: 1))
    }
    let index = PersonIndex([edge("a", "k"), edge("b", "m"), edge("silent", "k")])
    let users: [UserID] = ["silent", "a", "k", "b", "m", "stranger"]
    let moment = Timestamp(milliseconds: 50)
    #expect(states.excluded(from: users, at: moment) == ["k", "b"])
    #expect(states.excluded(from: users, at: moment, persons: index) == ["silent", "a", "k", "b", "m"])
    let before = Timestamp(milliseconds: 15)
    #expect(states.excluded(from: users, at: before, persons: index) == ["b", "m"])
    #expect(states.permits(personWith: [], at: moment))
  }

  /// The rule of consent, word by word.
  private func slow(
    _ statements: [ConsentStatement], _ user: UserID, _ time: Int64, byDefault: Bool
  ) -> ConsentState.Status? {
    var heard = statements.filter {
      $0.user == user && $0.time.milliseconds <= time && ["analytics", "*"].contains($0.purpose)
    }
    guard let last = heard.map(\.time).max() else { return nil }
    heard = heard.filter { $0.time == last }
    if heard.contains(where: { !$0.isGranted }) { return .withdrawn }
    return heard.contains { $0.expires.map { $0.milliseconds <= time } ?? false } ? .expired : .granted
  }

  @Test("Agrees with the rule word by word, read at once or in parts, in any order of arrival", arguments: 0..<25)
  func twin(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let byDefault = Bool.random(using: &random)
    let users = (0..<5).map { "u\($0)" }
    let statements = (0..<60).map { _ -> ConsentStatement in
      let isGranted = Bool.random(using: &random)
      let time = Int64.random(in: 0..<12, using: &random)
      return say(
        users.randomElement(using: &random)!, isGranted, time,
        expires: Bool.random(using: &random) ? time + .random(in: 0..<6, using: &random) : nil,
        purpose: ["analytics", "analytics", "marketing", isGranted ? "x" : "*"].randomElement(using: &random)!)
    }
    var growing = try store.consentStates(purpose: "analytics", isGrantedByDefault: byDefault)
    var start = 0
    while start < statements.count {
      let end = min(statements.count, start + Int.random(in: 1...20, using: &random))
      try store.recordConsents(Array(statements[start..<end]), at: Timestamp(milliseconds: 0))
      try store.update(&growing)
      start = end
    }
    let whole = try store.consentStates(purpose: "analytics", isGrantedByDefault: byDefault)
    #expect(try growing.version == store.administrationVersion().consents)
    for user in users {
      let own = statements.filter { $0.user == UserID(user) }
      for time in Int64(-1)..<20 {
        let moment = Timestamp(milliseconds: time)
        let expected = slow(statements, UserID(user), time, byDefault: byDefault)
        #expect(whole.permits(UserID(user), at: moment) == (expected.map { $0 == .granted } ?? byDefault))
        #expect(growing.permits(UserID(user), at: moment) == whole.permits(UserID(user), at: moment))
        #expect(ConsentState(own.shuffled(using: &random), about: "analytics", at: moment)?.status == expected)
      }
    }
    #expect(growing.userCount == whole.userCount)
  }

  @Test("Many later statements become part of what copies share, and a copy made before stays as it was")
  func growing() throws {
    var states = try store.consentStates(purpose: "analytics", isGrantedByDefault: true)
    try record(say("first", false, 1))
    try store.update(&states)
    let copy = states
    try store.recordConsents((0..<5000).map { say("u\($0)", false, 1) }, at: Timestamp(milliseconds: 0))
    try record(say("first", true, 2))
    try store.update(&states)
    try record(say("u7", true, 2))
    try store.update(&states)
    let moment = Timestamp(milliseconds: 5)
    #expect(states.userCount == 5001 && copy.userCount == 1)
    #expect(states.permits("first", at: moment) && !copy.permits("first", at: moment))
    #expect(states.permits("u7", at: moment) && !states.permits("u8", at: moment) && copy.permits("u8", at: moment))
  }
}
