import Testing

@testable import Habitus

@Suite("Edit distance")
struct EditDistanceTests {
  @Test(
    "counts insertions, deletions, substitutions and exchanges of neighbours",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("form", "from", 1), ("ca", "abc", 3),
      ("seed", "seed", 0),
    ])
  func distance(first: String, second: String, expected: Int) {
    #expect(EditDistance.between(first, second) == expected)
    #expect(EditDistance.between(second, first) == expected)
  }

  @Test("suggests the nearest name, the first of equally near ones, and nothing far away")
  func nearest() {
    #expect(EditDistance.nearest(to: "delimeter", among: ["namespace", "delimiter"]) == "delimiter")
    #expect(EditDistance.nearest(to: "b", among: ["c", "a"]) == "a")
    #expect(EditDistance.nearest(to: "xylophone", among: ["namespace", "delimiter"]) == nil)
  }
}
