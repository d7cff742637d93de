import HabitusKernels
import Testing

@Suite("Path tree")
struct PathTreeTests {
  typealias Path = PathTree.Path

  @Test("counts the paths of three sequences, worked by hand")
  func byHand() throws {
    let tree = try PathTree(SequenceDatabase([[1, 2, 1, 2], [2, 1], [3]]), maximumLength: 3)
    #expect(
      tree.topPaths(lengths: 2...2) == [
        Path(items: [2, 1], occurrenceCount: 2, support: 2), Path(items: [1, 2], occurrenceCount: 2, support: 1),
      ])
    #expect(tree.topPaths(lengths: 1...1).map(\.items) == [[1], [2], [3]])
    #expect(tree.topPaths(lengths: 2...3, from: 1).map(\.items) == [[1, 2], [1, 2, 1]])
    #expect(tree.topPaths(to: 1).map(\.items) == [[1], [2, 1], [1, 2, 1]])
    #expect(tree.topPaths(from: 1, to: 2, limit: 1).map(\.items) == [[1, 2]])
    #expect(tree.path([1, 2, 1]) == Path(items: [1, 2, 1], occurrenceCount: 1, support: 1))
    #expect(tree.path([3, 3]) == nil && tree.path([]) == nil)
    #expect(tree.continuations(of: [1]) == [Path(items: [1, 2], occurrenceCount: 2, support: 1)])
    #expect(tree.continuations(of: []).map(\.items) == [[1], [2], [3]])
    #expect(tree.continuations(of: [1, 2, 1]).isEmpty && tree.continuations(of: [9]).isEmpty)
    #expect(tree.pathCount == 7 && tree.searchedLength == 3)
  }

  @Test("equals counting every stretch", .tags(.differential), arguments: 0..<UInt64(40))
  func equalsCounting(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let database = try SequenceTwin.randomSequences(&generator, withOwners: seed % 2 == 0)
    let (longest, minimum) = (1 + generator.nextIndex(below: 4), 1 + generator.nextIndex(below: 3))
    var places: [[Int32]: [Int32]] = [:]
    for index in 0..<database.sequenceCount {
      let sequence = Array(database.sequence(index))
      for start in sequence.indices {
        for end in start + 1...sequence.count where end - start <= longest {
          places[Array(sequence[start..<end]), default: []].append(database.owners?[index] ?? Int32(index))
        }
      }
    }
    let expected = places.map { Path(items: $0.key, occurrenceCount: $0.value.count, support: Set($0.value).count) }
      .filter { $0.support >= minimum }
    let tree = try PathTree(database, maximumLength: longest, minimumSupport: minimum)
    let found = tree.topPaths()
    #expect(Set(found) == Set(expected) && found.count == expected.count, "seed \(seed)")
    #expect(
      zip(found, found.dropFirst()).allSatisfy { ($1.support, $1.occurrenceCount) <= ($0.support, $0.occurrenceCount) })
    for path in expected {
      #expect(tree.path(path.items) == path)
      #expect(
        Set(tree.continuations(of: path.items))
          == Set(expected.filter { $0.items.count == path.items.count + 1 && $0.items.starts(with: path.items) }))
    }
    let begun = try PathTree(database, maximumLength: longest, from: 1, minimumSupport: minimum)
    #expect(begun.topPaths() == tree.topPaths(from: 1))
    let reversed = SequenceDatabase((0..<database.sequenceCount).reversed().map { Array(database.sequence($0)) })
    if database.owners == nil {
      #expect(try PathTree(reversed, maximumLength: longest, minimumSupport: minimum) == tree)
    }
  }

  @Test("lengths that do not fit the budget are left out, and it says so")
  func budget() throws {
    let database = SequenceDatabase([[1, 2, 3, 4, 5]])
    let tree = try PathTree(database, maximumLength: 4, pathBudget: 10)
    #expect(tree.searchedLength == 2 && tree.pathCount == 9)
    #expect(try PathTree(database, maximumLength: 4, pathBudget: 4).searchedLength == 0)
    #expect(try PathTree(database, maximumLength: 40).searchedLength == 40)
  }

  @Test("no sequences have no paths; refuses parameters below 1")
  func edges() throws {
    let empty = try PathTree(SequenceDatabase([[], []]), maximumLength: 2)
    #expect(empty.topPaths().isEmpty && empty.continuations(of: []).isEmpty && empty.searchedLength == 2)
    let extreme = try PathTree(SequenceDatabase([[.min, .max, -1]]), maximumLength: 3)
    #expect(extreme.path([.min, .max, -1])?.support == 1 && extreme.pathCount == 6)
    let database = SequenceDatabase([[1]])
    #expect(throws: KernelError.self) { try PathTree(database, maximumLength: 0) }
    #expect(throws: KernelError.self) { try PathTree(database, maximumLength: 1, minimumSupport: 0) }
    #expect(throws: KernelError.self) { try PathTree(database, maximumLength: 1, pathBudget: 0) }
  }
}
