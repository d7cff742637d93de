internal import HabitusKernels
internal import HabitusModel

/// Which numbers the groups of a new fit carry, and what became of the groups before: what gives groups an identity over
/// refits.
///
/// Only the users whom both fits know are compared. A group goes on, and keeps its number, in the new group that it is
/// matched with; among all ways to match old groups with new ones, each with one at most, the one is taken that keeps
/// the most users together (an assignment problem; Kuhn, "The Hungarian method", Naval Res. Logist. 2, 1955). Only pairs
/// that share a substantial part may be matched: their Jaccard index, users in both ÷ users in either, is at least
/// ``leastJaccardIndex``. New groups that are matched with none get numbers that were never given, the largest first.
struct ClusterMatching: Sendable, Equatable {
  /// The number of every new group, in the order of the new groups.
  let numbers: [Int]
  /// What became of the groups before.
  let lineage: ClusterLineage
  /// The next number that was never given.
  let nextNumber: Int

  /// The least Jaccard index of a group with what it goes on in.
  ///
  /// Two groups of one size reach it where they share 57 % of their users: more than half of both, so that a group never
  /// keeps its number where most of it is elsewhere. Everybody dealt out anew by chance to two groups of equal sizes,
  /// the hardest case, gives 0.33 only. Hennig, who calls a group dissolved below 0.5 (Comput. Stat. Data Anal. 52,
  /// 2007), compares fits of the same users; between two refits users have changed, too.
  static let leastJaccardIndex = 0.4
  /// A new group that no old one went on in comes from the old groups that held at least this share of its users.
  static let originShare = 0.25

  /// Matches the groups of a new fit with those before. O(users + groups³).
  ///
  /// - Parameters:
  ///   - before: for every user whom both fits know, the number of the group before; `nil` for none.
  ///   - after: for the same users, the index of the new group; `nil` for none.
  ///   - sizes: number of members of every new group, users whom the fit before did not know included.
  ///   - standing: the numbers of all groups before.
  ///   - nextNumber: the next number that was never given; 1 for the first fit.
  /// - Precondition: `before` and `after` are equally long, the numbers in `before` are among `standing` and below
  ///   `nextNumber`, and the indices in `after` are those of `sizes`.
  init(before: [Int?], after: [Int?], sizes: [Int], standing: [Int], nextNumber: Int) throws {
    let overlaps = Overlaps(before: before, after: after, standing: standing, newCount: sizes.count)
    // Ties go to the larger new group.
    let bySize = sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    let matched = try Self.matches(overlaps, columns: bySize)
    var next = nextNumber
    var numbers = [Int](repeating: 0, count: sizes.count)
    for group in bySize {
      if let row = matched[group] {
        numbers[group] = overlaps.standing[row]
      } else {
        numbers[group] = next
        next += 1
      }
    }
    let kept = zip(before, after).count { before, after in before == after.map { numbers[$0] } }
    self.numbers = numbers
    self.nextNumber = next
    lineage = ClusterLineage(
      commonUserCount: before.count, keptShare: before.isEmpty ? 1 : Double(kept) / Double(before.count),
      changes: Self.changes(overlaps, numbers: numbers))
  }

  /// The row of the old group that goes on in each new group, where one does.
  private static func matches(_ overlaps: Overlaps, columns: [Int]) throws -> [Int: Int] {
    var weights = Matrix(rowCount: overlaps.standing.count, columnCount: columns.count, repeating: 0)
    for row in overlaps.standing.indices {
      for (place, column) in columns.enumerated()
      where overlaps.jaccardIndex(row, column) >= leastJaccardIndex {
        weights[row, place] = Double(overlaps.count(row, column))
      }
    }
    let assignment = try LinearAssignment(of: weights, .maximumValue)
    let pairs = assignment.pairs.filter { weights[$0.row, $0.column] > 0 }
    return Dictionary(uniqueKeysWithValues: pairs.map { (columns[$0.column], $0.row) })
  }

  // MARK: What became of groups

  /// Ends, births, splits and merges.
  ///
  /// An old group is split where it holds more than half of the users of several new groups; a new group is merged from
  /// several old ones where it holds more than half of the users of each (the survival threshold of MONIC: Spiliopoulou
  /// et al., KDD 2006). Groups that are new, or no more, without being part of either are born or have ended.
  private static func changes(_ overlaps: Overlaps, numbers: [Int]) -> [ClusterChange] {
    var changes: [ClusterChange] = []
    var explained: (before: Set<Int>, after: Set<Int>) = ([], [])
    func add(_ kind: ClusterChange.Kind, _ before: [Int], _ after: [Int]) {
      changes.append(ClusterChange(kind: kind, before: before.sorted(), after: after.sorted()))
      explained.before.formUnion(before)
      explained.after.formUnion(after)
    }
    for (row, number) in overlaps.standing.enumerated() {
      let parts = numbers.indices.filter { 2 * overlaps.count(row, $0) > overlaps.newSizes[$0] }
      if parts.count > 1 { add(.split, [number], parts.map { numbers[$0] }) }
    }
    for column in numbers.indices {
      let sources = overlaps.standing.indices.filter { 2 * overlaps.count($0, column) > overlaps.oldSizes[$0] }
      if sources.count > 1 { add(.merged, sources.map { overlaps.standing[$0] }, [numbers[column]]) }
    }
    let standing = Set(overlaps.standing)
    for column in numbers.indices where !standing.contains(numbers[column]) {
      guard !explained.after.contains(numbers[column]) else { continue }
      let origins = overlaps.standing.indices.filter {
        overlaps.count($0, column) > 0
          && Double(overlaps.count($0, column)) >= originShare * Double(overlaps.newSizes[column])
      }
      changes.append(
        ClusterChange(kind: .born, before: origins.map { overlaps.standing[$0] }, after: [numbers[column]]))
    }
    let carried = Set(numbers)
    for number in overlaps.standing where !carried.contains(number) && !explained.before.contains(number) {
      changes.append(ClusterChange(kind: .ended, before: [number], after: []))
    }
    return changes.sorted { Self.key($0) < Self.key($1) }
  }

  /// Orders changes by their first number before, or after where there is none before.
  private static func key(_ change: ClusterChange) -> (Int, Int, String) {
    (change.before.first ?? change.after.first ?? 0, change.after.first ?? 0, change.kind.rawValue)
  }
}

/// How many of the users whom both fits know each pair of an old and a new group shares.
private struct Overlaps {
  /// The numbers of the old groups, ascending: the rows.
  let standing: [Int]
  /// Users of every old group, also those who are in no new one.
  private(set) var oldSizes: [Int]
  /// Users of every new group, also those who were in no old one.
  private(set) var newSizes: [Int]
  private var counts: [Int]

  init(before: [Int?], after: [Int?], standing: [Int], newCount: Int) {
    precondition(before.count == after.count, "a group before and one after for each user")
    self.standing = standing.sorted()
    let rows = Dictionary(uniqueKeysWithValues: self.standing.enumerated().map { ($1, $0) })
    oldSizes = [Int](repeating: 0, count: standing.count)
    newSizes = [Int](repeating: 0, count: newCount)
    counts = [Int](repeating: 0, count: standing.count * newCount)
    for (number, column) in zip(before, after) {
      let row = number.flatMap { rows[$0] }
      if let row { oldSizes[row] += 1 }
      if let column { newSizes[column] += 1 }
      if let row, let column { counts[row * newCount + column] += 1 }
    }
  }

  func count(_ row: Int, _ column: Int) -> Int { counts[row * newSizes.count + column] }

  /// Users in both groups ÷ users in either; 0 where both are empty.
  func jaccardIndex(_ row: Int, _ column: Int) -> Double {
    let either = oldSizes[row] + newSizes[column] - count(row, column)
    return either > 0 ? Double(count(row, column)) / Double(either) : 0
  }
}
