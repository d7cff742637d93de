import HabitusModel
import Testing

@testable import Habitus

@Suite("ClusterMatching")
struct ClusterMatchingTests {
  /// Users by (group before, new group, how many).
  private static func users(_ flows: [(Int?, Int?, Int)]) -> (before: [Int?], after: [Int?]) {
    let flat = flows.flatMap { flow in (0..<flow.2).map { _ in (flow.0, flow.1) } }
    return (flat.map(\.0), flat.map(\.1))
  }

  private static func matching(
    _ flows: [(Int?, Int?, Int)], sizes: [Int]? = nil, standing: [Int], next: Int
  ) throws -> ClusterMatching {
    let (before, after) = users(flows)
    let count = (after.compactMap { $0 }.max() ?? -1) + 1
    let known = (0..<count).map { group in after.count { $0 == group } }
    return try ClusterMatching(
      before: before, after: after, sizes: sizes ?? known, standing: standing, nextNumber: next)
  }

  private static func change(_ kind: ClusterChange.Kind, _ before: [Int], _ after: [Int]) -> ClusterChange {
    ClusterChange(kind: kind, before: before, after: after)
  }

  @Test("keeps all numbers of a fit whose groups only stand in another order, and mentions none of them")
  func permutation() throws {
    var random = SmallGenerator(state: 3)
    for _ in 0..<50 {
      let count = Int.random(in: 1...9, using: &random)
      let numbers = Array((1...20).shuffled(using: &random).prefix(count))
      let order = Array(0..<count).shuffled(using: &random)
      // Every group has a user at least, in the order of `numbers`.
      let groups = Array(0..<count) + (0..<200).map { _ in Int.random(in: 0..<count, using: &random) }
      let after = groups.map { order[$0] }
      let matching = try ClusterMatching(
        before: groups.map { numbers[$0] }, after: after,
        sizes: (0..<count).map { group in after.count { $0 == group } }, standing: numbers, nextNumber: 21)
      #expect((0..<count).allSatisfy { matching.numbers[order[$0]] == numbers[$0] })
      #expect(matching.nextNumber == 21)
      #expect(matching.lineage == ClusterLineage(commonUserCount: groups.count, keptShare: 1, changes: []))
    }
  }

  @Test("numbers the groups of the first fit by size, equal ones in their order")
  func firstFit() throws {
    let matching = try ClusterMatching(before: [], after: [], sizes: [5, 9, 5, 20], standing: [], nextNumber: 1)
    #expect(matching.numbers == [3, 2, 4, 1])
    #expect(matching.nextNumber == 5)
    #expect(matching.lineage.commonUserCount == 0 && matching.lineage.keptShare == 1)
    #expect(matching.lineage.changes == [1, 2, 3, 4].map { Self.change(.born, [], [$0]) })
  }

  @Test("never gives a number again: a group that comes back after its end gets a new one")
  func ended() throws {
    // Group 2 has gone into no group; number 3 was given earlier and is not standing.
    let matching = try Self.matching([(1, 0, 10), (2, nil, 6)], standing: [1, 2], next: 4)
    #expect(matching.numbers == [1] && matching.nextNumber == 4)
    #expect(matching.lineage.changes == [Self.change(.ended, [2], [])])
    #expect(matching.lineage.keptShare == 10.0 / 16)
    let back = try Self.matching([(1, 0, 10), (nil, 1, 6)], standing: [1], next: 4)
    #expect(back.numbers == [1, 4] && back.nextNumber == 5)
    #expect(back.lineage.changes == [Self.change(.born, [], [4])])
  }

  @Test("lets the larger part of a group that is split keep the number, and says that it was split")
  func split() throws {
    let matching = try Self.matching([(7, 0, 40), (7, 1, 60), (8, 2, 30)], standing: [7, 8], next: 9)
    #expect(matching.numbers == [9, 7, 8])
    #expect(matching.lineage.changes == [Self.change(.split, [7], [7, 9])])
    #expect(matching.lineage.keptShare == 90.0 / 130)
    // Of equal parts the one with more members in all, users included whom the fit before did not know.
    let equal = try Self.matching([(7, 0, 50), (7, 1, 50)], sizes: [50, 80], standing: [7], next: 8)
    #expect(equal.numbers == [8, 7])
    // A small part that breaks away whole does not take the number with it.
    let splinter = try Self.matching([(7, 0, 5), (7, 1, 95)], standing: [7], next: 8)
    #expect(splinter.numbers == [8, 7])
    #expect(splinter.lineage.changes == [Self.change(.split, [7], [7, 8])])
  }

  @Test("gives no part the number where none has the bulk of the group")
  func scattered() throws {
    // Jaccard indices 34, 33 and 33 %.
    let matching = try Self.matching([(1, 0, 33), (1, 1, 34), (1, 2, 33)], standing: [1], next: 2)
    #expect(matching.numbers == [3, 2, 4])
    #expect(matching.lineage.changes == [Self.change(.split, [1], [2, 3, 4])])
    #expect(matching.lineage.keptShare == 0)
  }

  @Test("lets a group that takes in another keep its number, and says that they were merged")
  func merged() throws {
    let matching = try Self.matching([(1, 0, 30), (2, 0, 70), (3, 1, 50)], standing: [1, 2, 3], next: 4)
    #expect(matching.numbers == [2, 3])
    #expect(matching.lineage.changes == [Self.change(.merged, [1, 2], [2])])
    // A group that most of another's users have joined is not the other's continuation: 25 % in common.
    let absorbed = try Self.matching([(1, 0, 30), (nil, 0, 90)], standing: [1], next: 2)
    #expect(absorbed.numbers == [2])
    #expect(absorbed.lineage.changes == [Self.change(.ended, [1], []), Self.change(.born, [1], [2])])
  }

  @Test("counts a match from a Jaccard index of 0.4 on, and not below")
  func threshold() throws {
    // 40 of 100 in common, then 39 of 100.
    #expect(try Self.matching([(1, 0, 40), (1, nil, 30), (nil, 0, 30)], standing: [1], next: 2).numbers == [1])
    #expect(try Self.matching([(1, 0, 39), (1, nil, 31), (nil, 0, 30)], standing: [1], next: 2).numbers == [2])
  }

  @Test("keeps the most users together, also where the nearest pair would have to give way")
  func chains() throws {
    // Jaccard indices: 1 and X 36/86, 1 and Y 50/122, 2 and Y 36/86. The largest overlap first would keep 50 users.
    let matching = try Self.matching([(1, 0, 36), (1, 1, 50), (2, 1, 36)], standing: [1, 2], next: 3)
    #expect(matching.numbers == [1, 2])
    #expect(matching.lineage.keptShare == 72.0 / 122)
  }

  @Test("counts users who stay in no group as kept, and those who leave or enter one as moved")
  func noGroup() throws {
    let matching = try Self.matching(
      [(1, 0, 80), (nil, nil, 10), (1, nil, 4), (nil, 0, 6)], standing: [1], next: 2)
    #expect(matching.numbers == [1])
    #expect(matching.lineage == ClusterLineage(commonUserCount: 100, keptShare: 0.9, changes: []))
  }

  @Test("answers without groups before, after, or both")
  func nothing() throws {
    let none = try ClusterMatching(before: [], after: [], sizes: [], standing: [], nextNumber: 1)
    #expect(none.numbers.isEmpty && none.nextNumber == 1 && none.lineage.changes.isEmpty)
    let gone = try ClusterMatching(before: [1, 2], after: [nil, nil], sizes: [], standing: [2, 1], nextNumber: 3)
    #expect(gone.numbers.isEmpty && gone.nextNumber == 3 && gone.lineage.keptShare == 0)
    #expect(gone.lineage.changes == [Self.change(.ended, [1], []), Self.change(.ended, [2], [])])
    // A group that stands without a user in common has ended as well.
    let empty = try ClusterMatching(before: [1], after: [0], sizes: [1], standing: [1, 5], nextNumber: 6)
    #expect(empty.numbers == [1] && empty.lineage.changes == [Self.change(.ended, [5], [])])
  }

  @Test("agrees with trying all matchings of few groups", arguments: 0..<40)
  func bruteForce(seed: UInt64) throws {
    var random = SmallGenerator(state: seed &* 977 &+ 5)
    let (oldCount, newCount) = (Int.random(in: 1...4, using: &random), Int.random(in: 1...4, using: &random))
    let noise = Int.random(in: 0...50, using: &random)
    let pairs = (0..<120).map { _ -> (Int?, Int?) in
      let old = Int.random(in: 0..<oldCount, using: &random)
      // Mostly the group with the same index, so that many pairs are near the threshold.
      let isAnywhere = Int.random(in: 0..<100, using: &random) < noise
      let new = isAnywhere ? Int.random(in: 0..<newCount, using: &random) : old % newCount
      return (
        Int.random(in: 0..<20, using: &random) == 0 ? nil : old + 1,
        Int.random(in: 0..<20, using: &random) == 0 ? nil : new
      )
    }
    let sizes = (0..<newCount).map { group in pairs.count { $0.1 == group } }
    let matching = try ClusterMatching(
      before: pairs.map(\.0), after: pairs.map(\.1), sizes: sizes, standing: Array(1...oldCount), nextNumber: 10)

    func shared(_ number: Int, _ group: Int) -> Int { pairs.count { $0.0 == number && $0.1 == group } }
    func isSubstantial(_ number: Int, _ group: Int) -> Bool {
      let either = pairs.count { $0.0 == number || $0.1 == group }
      return either > 0 && Double(shared(number, group)) / Double(either) >= 0.4
    }
    func best(_ number: Int, _ free: Set<Int>) -> Int {
      guard number <= oldCount else { return 0 }
      let withMatch = free.filter { isSubstantial(number, $0) }
        .map { shared(number, $0) + best(number + 1, free.subtracting([$0])) }
      return max(best(number + 1, free), withMatch.max() ?? 0)
    }
    let carried = matching.numbers.enumerated().filter { $0.element <= oldCount }
    #expect(Set(carried.map(\.element)).count == carried.count)
    #expect(carried.allSatisfy { isSubstantial($0.element, $0.offset) })
    #expect(carried.reduce(0) { $0 + shared($1.element, $1.offset) } == best(1, Set(0..<newCount)))
    // New numbers begin at the next one, the largest group first.
    let fresh = matching.numbers.indices.filter { matching.numbers[$0] >= 10 }
    #expect(fresh.map { matching.numbers[$0] }.sorted() == Array(10..<matching.nextNumber))
    #expect(
      fresh.sorted { (sizes[$1], $0) < (sizes[$0], $1) }.map { matching.numbers[$0] } == Array(10..<matching.nextNumber)
    )
    let kept = pairs.count { pair in pair.0 == pair.1.map { matching.numbers[$0] } }
    #expect(matching.lineage.keptShare == Double(kept) / 120)
    // Every number that came or went is in a change.
    let told = matching.lineage.changes
    #expect(fresh.allSatisfy { group in told.contains { $0.after.contains(matching.numbers[group]) } })
    #expect(
      (1...oldCount).allSatisfy { number in
        matching.numbers.contains(number) || told.contains { $0.before.contains(number) }
      })
  }
}
