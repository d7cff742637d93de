internal import HabitusKernels

/// Some of the users, with what their values come to.
struct UserSet {
  let rows: [Int]
  /// By feature.
  let moments: [Moments]

  /// O(rows · columns).
  init(rows: [Int], columns: [DescribedFeature]) {
    self.rows = rows
    moments = columns.map { column in Moments(of: rows.lazy.map { column.values[$0] }) }
  }

  /// All users of sets that have none in common; there is one set at least.
  init(joining sets: [UserSet]) {
    rows = sets.flatMap(\.rows)
    moments = sets[0].moments.indices.map { column in
      sets.dropFirst().reduce(sets[0].moments[column]) { $0.merging($1.moments[column]) }
    }
  }
}
