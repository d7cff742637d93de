/// Which identifiers are one person's, at one moment: the connected components of the edges that join them.
///
/// A person's canonical identifier is the known one of the person's earliest edge; of several at the same millisecond
/// the one whose UTF-8 bytes come first. An identifier that no edge joins is a person of its own. The order of the
/// edges has no influence.
public struct PersonIndex: Sendable {
  /// The identifiers that are joined with others.
  private let identifiers: TermDictionary
  /// The number of the person, by code of the identifier.
  private let persons: [UInt32]
  /// The code of the canonical identifier, by person.
  private let canonicalCodes: [UInt32]
  /// The codes of the persons' identifiers, one person after the other, ascending by bytes inside a person.
  private let members: [UInt32]
  /// Where each person's identifiers begin in ``members``, and where the last one's end.
  private let starts: [Int]

  /// Takes the edges that are active and were said before `asOf`, all that are active without one.
  public init(_ edges: some Sequence<IdentityEdge>, asOf: Timestamp? = nil) {
    var builder = Builder()
    for edge in edges where edge.state == .active && (asOf.map { edge.time < $0 } ?? true) {
      builder.join(
        builder.code(edge.former.rawValue), builder.code(edge.known.rawValue), time: edge.time.milliseconds)
    }
    self.init(builder)
  }

  /// Number of persons with several identifiers.
  public var personCount: Int { canonicalCodes.count }

  /// Number of identifiers that are joined with others.
  public var identifierCount: Int { persons.count }

  /// The identifier that stands for the person of `user`.
  public func canonical(of user: UserID) -> UserID {
    guard let code = identifiers.code(of: user.rawValue) else { return user }
    return UserID(identifiers.text(of: canonicalCodes[Int(persons[Int(code)])]))
  }

  /// All identifiers of the person of `user`, ascending by bytes.
  public func members(of user: UserID) -> [UserID] {
    guard let code = identifiers.code(of: user.rawValue) else { return [user] }
    return members(ofPerson: Int(persons[Int(code)]))
  }

  /// To each identifier that another one stands for, that one.
  public var canonicalIDs: [UserID: UserID] {
    var result: [UserID: UserID] = [:]
    result.reserveCapacity(identifierCount - personCount)
    forEachPerson { canonical, members in for member in members where member != canonical { result[member] = canonical }
    }
    return result
  }

  /// Calls `body` with each person who has several identifiers.
  public func forEachPerson(_ body: (_ canonical: UserID, _ members: [UserID]) throws -> Void) rethrows {
    for person in canonicalCodes.indices {
      try body(UserID(identifiers.text(of: canonicalCodes[person])), members(ofPerson: person))
    }
  }

  private func members(ofPerson person: Int) -> [UserID] {
    members[starts[person]..<starts[person + 1]].map { UserID(identifiers.text(of: $0)) }
  }
}

extension PersonIndex {
  /// Joins identifiers one edge after the other: a disjoint-set forest with union by size and path halving.
  package struct Builder {
    private var identifiers = TermDictionary()
    private var parents: [UInt32] = []
    private var sizes: [UInt32] = []
    /// The earliest edge, by root: its time and its known identifier.
    private var earliest: [(time: Int64, known: UInt32)] = []

    /// Begins without identifiers.
    package init() {}

    /// The code of an identifier.
    package mutating func code(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
      let code = identifiers.code(adding: bytes)
      if Int(code) == parents.count {
        parents.append(code)
        sizes.append(1)
        earliest.append((.max, TermDictionary.missing))
      }
      return code
    }

    mutating func code(_ text: String) -> UInt32 {
      var text = text
      return text.withUTF8 { code(UnsafeRawBufferPointer($0)) }
    }

    /// Joins two identifiers.
    package mutating func join(_ former: UInt32, _ known: UInt32, time: Int64) {
      var (large, small) = (root(former), root(known))
      let edges = [earliest[Int(large)], earliest[Int(small)], (time, known)]
      if sizes[Int(large)] < sizes[Int(small)] { swap(&large, &small) }
      if large != small {
        parents[Int(small)] = large
        sizes[Int(large)] += sizes[Int(small)]
      }
      earliest[Int(large)] = edges.dropFirst().reduce(edges[0]) { isEarlier($1, $0) ? $1 : $0 }
    }

    private func isEarlier(_ a: (time: Int64, known: UInt32), _ b: (time: Int64, known: UInt32)) -> Bool {
      guard a.known != TermDictionary.missing, b.known != TermDictionary.missing else {
        return a.known != TermDictionary.missing
      }
      return a.time != b.time ? a.time < b.time : isOrderedBefore(a.known, b.known)
    }

    /// Whether the bytes of identifier `a` come before those of `b`.
    private func isOrderedBefore(_ a: UInt32, _ b: UInt32) -> Bool {
      let terms = identifiers.terms
      return terms.bytes[terms.range(of: Int(a))].lexicographicallyPrecedes(terms.bytes[terms.range(of: Int(b))])
    }

    private mutating func root(_ code: UInt32) -> UInt32 {
      var code = code
      while parents[Int(code)] != code {
        parents[Int(code)] = parents[Int(parents[Int(code)])]
        code = parents[Int(code)]
      }
      return code
    }

    fileprivate mutating func finish() -> PersonIndex {
      let roots = parents.indices.map { root(UInt32($0)) }
      var numbers = [UInt32](repeating: TermDictionary.missing, count: roots.count)
      var canonicalCodes: [UInt32] = []
      var starts = [0]
      for root in roots where numbers[Int(root)] == TermDictionary.missing {
        numbers[Int(root)] = UInt32(canonicalCodes.count)
        canonicalCodes.append(earliest[Int(root)].known)
        starts.append(starts[starts.count - 1] + Int(sizes[Int(root)]))
      }
      let persons = roots.map { numbers[Int($0)] }
      var members = [UInt32](repeating: 0, count: roots.count)
      var ends = starts
      for (code, person) in persons.enumerated() {
        members[ends[Int(person)]] = UInt32(code)
        ends[Int(person)] += 1
      }
      for person in canonicalCodes.indices {
        members[starts[person]..<starts[person + 1]].sort { isOrderedBefore($0, $1) }
      }
      return PersonIndex(
        identifiers: identifiers, persons: persons, canonicalCodes: canonicalCodes, members: members, starts: starts)
    }
  }

  /// Takes what `builder` has joined.
  package init(_ builder: consuming Builder) { self = builder.finish() }

  fileprivate init(
    identifiers: TermDictionary, persons: [UInt32], canonicalCodes: [UInt32], members: [UInt32], starts: [Int]
  ) {
    self.identifiers = identifiers
    self.persons = persons
    self.canonicalCodes = canonicalCodes
    self.members = members
    self.starts = starts
  }
}
