import HabitusKernels
import Testing

@Suite("The examples of docs/library.md")
struct GuideTests {
  @Test("group points: two near the origin, two far from it")
  func clustering() throws {
    let points = Matrix(rows: [[0, 0], [0, 1], [9, 9], [9, 8]])
    let model = try KMeans(clusterCount: 2, seed: 42).fit(points)
    #expect(model.labels[0] == model.labels[1])
    #expect(model.labels[2] == model.labels[3])
    #expect(model.labels[0] != model.labels[2])
  }

  @Test("find what at least two of three sessions contain: 3 in all, 1, 2, 1 then 3, 2 then 3 in two each")
  func sequences() throws {
    let sessions = SequenceDatabase([[1, 2, 3], [1, 3], [2, 3]])
    let frequent = try PrefixSpan(minimumSupport: .count(2)).patterns(in: sessions)
    #expect(frequent.patterns.map(\.items) == [[3], [1], [2], [1, 3], [2, 3]])
    #expect(frequent.patterns.map(\.support) == [3, 2, 2, 2, 2])
  }
}
