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
    let rows =
      kind == .user
      ? try Row.fetchCursor(db, sql: "SELECT id, code FROM user ORDER BY code")
      : try Row.fetchCursor(
        db, sql: "SELECT text, code FROM term WHERE kind = ? ORDER BY code", arguments: [kind.rawValue])
    while let row = try rows.next() {
      let expected = dictionary.count
      guard row[1] as Int == expected else {
        throw StoreError.damaged("string \(expected) of the dictionary of kind '\(kind)' is missing")
      }
      guard dictionary.code(adding: row[0] as String) == expected else {
        throw StoreError.damaged("the dictionary of kind '\(kind)' holds a string twice")
      }
    }
    return dictionary
  }

  /// Writes the strings that were added since `counts` was taken.
  ///
  /// - Throws: ``StoreError/invalidText(_:)`` for one that would not come back as it is.
  static func save(_ db: Database, _ dictionaries: EventDictionaries, after counts: [Int]) throws {
    for (kind, known) in zip(TermKind.allCases, counts) {
      let dictionary = dictionaries[keyPath: kind.keyPath]
      guard dictionary.count > known else { continue }
      let statement =
        kind == .user
        ? try db.makeStatement(sql: "INSERT INTO user (code, id) VALUES (?, ?)")
        : try db.makeStatement(sql: "INSERT INTO term (code, text, kind) VALUES (?, ?, \(kind.rawValue))")
      for code in known..<dictionary.count {
        let text = dictionary.text(of: UInt32(code))
        let bytes = dictionary.terms.bytes[dictionary.terms.range(of: code)]
        guard !bytes.contains(0), text.utf8.elementsEqual(bytes) else { throw StoreError.invalidText(text) }
        try statement.execute(arguments: [code, text])
      }
    }
  }

  static func counts(_ dictionaries: EventDictionaries) -> [Int] {
    TermKind.allCases.map { dictionaries[keyPath: $0.keyPath].count }
  }
}
