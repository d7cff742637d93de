/// The nearest of several names, for suggestions.
///
/// The distance is the optimal string alignment distance: insertions, deletions, substitutions and exchanges of
/// neighbours, each 1 (Damerau, "A technique for computer detection and correction of spelling errors", 1964,
/// https://doi.org/10.1145/363958.363994).
enum EditDistance {
  /// The name nearest to `name`, or `nil` where none is near: a distance of at most 2, or of a third of its letters.
  ///
  /// Among equally near names the first in alphabetical order.
  static func nearest(to name: String, among names: some Sequence<String>) -> String? {
    let limit = max(2, name.count / 3)
    return names.map { (distance: between(name, $0), name: $0) }.filter { $0.distance <= limit }.min(by: <)?.name
  }

  /// The distance of two texts, counted in characters.
  ///
  /// - Complexity: O(*m* · *n*) time, O(*n*) memory.
  static func between(_ first: String, _ second: String) -> Int {
    let first = Array(first)
    let second = Array(second)
    if first.isEmpty || second.isEmpty { return max(first.count, second.count) }
    var beforeLast: [Int] = []
    var last = Array(0...second.count)
    for (row, character) in first.enumerated() {
      var current = [row + 1]
      for (column, other) in second.enumerated() {
        var distance = min(last[column] + (character == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, character == second[column - 1], first[row - 1] == other {
          distance = min(distance, beforeLast[column - 1] + 1)
        }
        current.append(distance)
      }
      beforeLast = last
      last = current
    }
    return last[second.count]
  }
}
