internal import HabitusKernels
internal import HabitusModel
internal import HabitusStore

/// What users were like at a past moment, and what each did after it.
struct PastSamples: Sendable {
  /// A row a user, a column a feature; NaN stands for "no value".
  let features: Matrix
  /// By thing, by row: whether the user did it before the next moment.
  let outcomes: [[Bool]]

  /// The most users of one moment that are learned from; of more, those whose ids have the smallest hashes.
  static let mostUsers = 5_000

  var count: Int { features.rowCount }

  init(
    _ table: FeatureTable, _ outcomes: PastOutcomes, thingCount: Int, moment: Int, _ users: TermDictionary
  ) {
    var rows = Array(table.users.indices)
    if rows.count > Self.mostUsers {
      // By the ids, so that the sample does not depend on who came first.
      let ranks = table.users.map { (IdentifierHash.hash(of: users.text(of: $0)), users.text(of: $0)) }
      rows.sort { ranks[$0] < ranks[$1] }
      rows = rows.prefix(Self.mostUsers).sorted()
    }
    features = Matrix(
      rowCount: rows.count, columnCount: table.definitions.count, values: rows.flatMap { table.row($0) })
    self.outcomes = (0..<thingCount).map { thing in
      rows.map { outcomes.did(thing, user: table.users[$0], afterMoment: moment) }
    }
  }
}

extension Matrix {
  /// The rows of several matrices with the same columns, one after the other.
  static func stacking(_ parts: [Matrix]) -> Matrix {
    Matrix(
      rowCount: parts.reduce(0) { $0 + $1.rowCount }, columnCount: parts.first?.columnCount ?? 0,
      values: parts.flatMap(\.values))
  }
}
