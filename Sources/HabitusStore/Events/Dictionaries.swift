internal import GRDB
internal import HabitusModel

/// The dictionaries of the coded columns, by kind.
enum TermKind: Int, CaseIterable {
  case user = 0
  case type, item, category, session, page, source

  /// Where the dictionary of this kind stands among ``EventDictionaries``.
  var keyPath: WritableKeyPath<EventDictionaries, TermDictionary> {
    switch self {
    case .user: \.users
    case .type: \.types
    case .item: \.items
    case .category: \.categories
    case .session: \.sessions
    case .page: \.pages
    case .source: \.sources
    }
  }
}

extension TermKind {
  /// The terms of this kind.
  func column(of terms: EventTerms) -> ByteColumn {
    switch self {
    case .user: terms.users
    case .type: terms.types
    case .item: terms.items
    case .category: terms.categories
    case .session: terms.sessions
    case .page: terms.pages
    case .source: terms.sources
    }
  }
}

/// Reading and adding the strings behind the codes.
///
/// Users are in a table of their own, for they are looked up by name and other tables refer to them.
enum Dictionaries {
  static func load(_ db: Database, _ kinds: [TermKind] = TermKind.allCases) throws -> EventDictionaries {
    var dictionaries = EventDictionaries()
    for kind in kinds { dictionaries[keyPath: kind.keyPath] = try load(db, kind) }
    return dictionaries
  }

  static func load(_ db: Database, _ kind: TermKind) throws -> TermDictionary {
    var dictionary = TermDictionary()
    var state = State()
    let rows =
      kind == .user
      ? try Row.fetchCursor(db, sql: "SELECT id, code FROM user ORDER BY code")
      : try Row.fetchCursor(
        db, sql: "SELECT text, code FROM term WHERE kind = ? ORDER BY code", arguments: [kind.rawValue])
    while let row = try rows.next() {
      let (text, code): (String, Int) = (try row.value(0), try row.value(1))
      guard code == state.count else {
        throw StoreError.damaged("string \(state.count) of the dictionary of kind '\(kind)' is missing")
      }
      guard dictionary.code(adding: text) == code else {
        throw StoreError.damaged("the dictionary of kind '\(kind)' holds a string twice")
      }
      state.add(text)
    }
    guard state == (try State(db, kind)) else {
      throw StoreError.damaged("the dictionary of kind '\(kind)' is not as it was written")
    }
    return dictionary
  }

  /// Writes strings that were added since `counts` was taken, at most `limit` of each kind.
  ///
  /// - Returns: the number of strings of each kind that the database has now.
  /// - Throws: ``StoreError/invalidText(_:)`` for one that would not come back as it is.
  @discardableResult
  static func save(
    _ db: Database, _ dictionaries: EventDictionaries, after counts: [Int], limit: Int = .max
  ) throws -> [Int] {
    try zip(TermKind.allCases, counts).map { kind, known in
      try save(db, dictionaries[keyPath: kind.keyPath], kind, after: known, limit: limit)
    }
  }

  /// Writes the strings of one kind that were added since `counts` was taken; returns the counts as they are now.
  static func save(
    _ db: Database, _ dictionaries: EventDictionaries, _ kind: TermKind, after counts: [Int]
  ) throws -> [Int] {
    var counts = counts
    counts[kind.rawValue] = try save(
      db, dictionaries[keyPath: kind.keyPath], kind, after: counts[kind.rawValue], limit: .max)
    return counts
  }

  private static func save(
    _ db: Database, _ dictionary: TermDictionary, _ kind: TermKind, after known: Int, limit: Int
  ) throws -> Int {
    guard dictionary.count > known else { return known }
    var state = try State(db, kind)
    guard state.count == known else {
      throw StoreError.damaged("the dictionary of kind '\(kind)' has another number of strings")
    }
    let end = dictionary.count - known > limit ? known + limit : dictionary.count
    let statement = try db.cachedStatement(sql: insertion(kind))
    for code in known..<end {
      let text = dictionary.text(of: UInt32(code))
      let bytes = dictionary.terms.bytes[dictionary.terms.range(of: code)]
      guard !bytes.contains(0), text.utf8.elementsEqual(bytes) else { throw StoreError.invalidText(text) }
      try statement.execute(arguments: [code, text])
      state.add(text)
    }
    try state.save(db, kind)
    return end
  }

  /// The code of a user, or `nil` for one that has none.
  static func code(_ db: Database, of user: UserID) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT code FROM user WHERE id = ?"), arguments: [user.rawValue])
  }

  /// Gives a user that is not in the dictionary a code.
  static func add(_ db: Database, user: UserID) throws -> Int64 {
    var state = try State(db, .user)
    try db.execute(sql: insertion(.user), arguments: [state.count, user.rawValue])
    let code = db.lastInsertedRowID
    state.add(user.rawValue)
    try state.save(db, .user)
    return code
  }

  private static func insertion(_ kind: TermKind) -> String {
    kind == .user
      ? "INSERT INTO user (code, id) VALUES (?, ?)"
      : "INSERT INTO term (code, text, kind) VALUES (?, ?, \(kind.rawValue))"
  }

  /// How many strings of a kind were written, and a checksum over them in the order of codes.
  private struct State: Equatable {
    private(set) var count = 0
    private var checksum: UInt64 = 0

    init() {}

    /// As it was saved.
    init(_ db: Database, _ kind: TermKind) throws {
      let saved = try Row.fetchOne(
        db, sql: "SELECT count, checksum FROM dictionary WHERE kind = ?", arguments: [kind.rawValue])
      guard let saved else { return }
      count = try saved.value(0)
      checksum = UInt64(bitPattern: try saved.value(1, as: Int64.self))
    }

    mutating func add(_ text: String) {
      var text = text
      count += 1
      checksum = text.withUTF8 { SealedBlob.checksum(UnsafeRawBufferPointer($0), after: checksum) }
    }

    func save(_ db: Database, _ kind: TermKind) throws {
      try db.execute(
        sql: "INSERT OR REPLACE INTO dictionary (kind, count, checksum) VALUES (?, ?, ?)",
        arguments: [kind.rawValue, count, Int64(bitPattern: checksum)])
    }
  }

  static func counts(_ dictionaries: EventDictionaries) -> [Int] {
    TermKind.allCases.map { dictionaries[keyPath: $0.keyPath].count }
  }
}
