/// The merges of single linkage along a spanning tree, by rising distance.
///
/// A part is a row, if below the number of points, or else the merge of that number from there on.
struct SingleLinkageTree: Sendable {
  /// Two parts become one.
  struct Merge: Sendable {
    let first: Int32
    let second: Int32
    let distance: Double
    /// Points in both.
    let size: Int32
    /// The lowest row in both.
    let lowestRow: Int32
  }

  /// Number of points.
  let pointCount: Int
  /// One less than points.
  private(set) var merges: [Merge] = []

  /// O(*n* log *n*).
  init(_ spanningTree: SpanningTree) {
    pointCount = spanningTree.edges.count + 1
    var sets = DisjointSets(count: pointCount)
    var parts = (0..<Int32(pointCount)).map { $0 }
    merges.reserveCapacity(pointCount - 1)
    for edge in spanningTree.edges.sorted(by: { $0.length < $1.length }) {
      let first = parts[sets.find(Int(edge.first))]
      let second = parts[sets.find(Int(edge.second))]
      merges.append(
        Merge(
          first: first, second: second, distance: edge.length,
          size: Int32(size(of: Int(first)) + size(of: Int(second))),
          lowestRow: min(lowestRow(of: Int(first)), lowestRow(of: Int(second)))))
      if let joined = sets.join(Int(edge.first), Int(edge.second)) {
        parts[joined] = Int32(pointCount + merges.count - 1)
      }
    }
  }

  /// The part that holds all points.
  var root: Int { pointCount + merges.count - 1 }

  /// Number of points in a part.
  func size(of part: Int) -> Int { part < pointCount ? 1 : Int(merges[part - pointCount].size) }

  /// The lowest row in a part.
  func lowestRow(of part: Int) -> Int32 {
    part < pointCount ? Int32(part) : merges[part - pointCount].lowestRow
  }

  /// The parts that a merged part falls into when all merges at its distance are undone together.
  func pieces(of part: Int) -> [Int] {
    let distance = merges[part - pointCount].distance
    var pieces: [Int] = []
    var waiting = [part]
    while let next = waiting.popLast() {
      if next >= pointCount, merges[next - pointCount].distance == distance {
        waiting.append(Int(merges[next - pointCount].first))
        waiting.append(Int(merges[next - pointCount].second))
      } else {
        pieces.append(next)
      }
    }
    return pieces
  }

  /// Calls `body` with every row in a part, in no particular order.
  func forEachRow(in part: Int, _ body: (Int) -> Void) {
    var waiting = [part]
    while let next = waiting.popLast() {
      if next < pointCount {
        body(next)
      } else {
        waiting.append(Int(merges[next - pointCount].first))
        waiting.append(Int(merges[next - pointCount].second))
      }
    }
  }
}
