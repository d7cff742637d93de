internal import HabitusKernels

/// Pairs of things that one user does in the same sessions.
struct SessionPairs {
  /// A pair, and how surprising it is.
  struct Pair {
    let first: Int
    let second: Int
    let table: ContingencyTable
    /// How many sessions with both chance gives.
    let expected: Double
    let pValue: Double
  }

  private let history: CodedHistory
  private let items: [Int]
  /// By item of ``items``, a bit for each session.
  private let presence: [UInt64]
  private let counts: [Int]
  private let wordCount: Int

  /// - Parameter items: those that are looked at, ascending.
  init(_ history: CodedHistory, items: [Int]) {
    self.history = history
    self.items = items
    let wordCount = (history.sessionCount + 63) / 64
    var presence = Array(repeating: UInt64(0), count: items.count * wordCount)
    for (row, item) in items.enumerated() {
      for place in history.places[history.placeOffsets[item]..<history.placeOffsets[item + 1]] {
        let session = Int(history.sessions[Int(place)])
        presence[row * wordCount + session / 64] |= 1 << UInt64(session % 64)
      }
    }
    let bits = presence
    counts = items.indices.map { row in
      bits[row * wordCount..<(row + 1) * wordCount].reduce(0) { $0 + $1.nonzeroBitCount }
    }
    self.presence = bits
    self.wordCount = wordCount
  }

  /// Number of pairs that could be found.
  var hypothesisCount: Int { items.count * (items.count - 1) / 2 }

  /// The pairs with at least so many sessions in common and so high a phi, each with its test.
  ///
  /// O(items² · sessions ÷ 64), and O(events) for a pair found.
  func pairs(minimumBoth: Int, minimumPhi: Double) -> [Pair] {
    var pairs: [Pair] = []
    for first in items.indices {
      for second in items.indices.dropFirst(first + 1) {
        var both = 0
        for word in 0..<wordCount {
          both += (presence[first * wordCount + word] & presence[second * wordCount + word]).nonzeroBitCount
        }
        guard both >= minimumBoth else { continue }
        let table = ContingencyTable(
          both: both, firstOnly: counts[first] - both, secondOnly: counts[second] - both,
          neither: history.sessionCount - counts[first] - counts[second] + both)
        guard let phi = table.phi, phi >= minimumPhi else { continue }
        let tests = [test(first, second, both), test(second, first, both)]
        pairs.append(
          Pair(
            first: items[first], second: items[second], table: table,
            expected: tests.map(\.expected).max() ?? 0, pValue: tests.map(\.pValue).max() ?? 1))
      }
    }
    return pairs
  }

  /// The sessions with both, ascending.
  func sessions(with pair: Pair) -> [Int] {
    guard let first = items.firstIndex(of: pair.first), let second = items.firstIndex(of: pair.second) else {
      return []
    }
    return (0..<history.sessionCount).filter { has(first, $0) && has(second, $0) }
  }

  private func has(_ row: Int, _ session: Int) -> Bool {
    presence[row * wordCount + session / 64] & 1 << UInt64(session % 64) != 0
  }

  /// Whether sessions with the first have the second more often, by the runs of what is not the first.
  private func test(_ first: Int, _ second: Int, _ both: Int) -> ExposureTest {
    var (withFirst, others) = ([Int](), [Int]())
    for session in 0..<history.sessionCount {
      var (runs, last) = (0, Int32(-1))
      for place in history.sessionOffsets[session]..<history.sessionOffsets[session + 1] {
        let item = history.items[place]
        guard item != Int32(items[first]), item != last else { continue }
        runs += 1
        last = item
      }
      while withFirst.count <= runs {
        withFirst.append(0)
        others.append(0)
      }
      if has(first, session) { withFirst[runs] += 1 } else { others[runs] += 1 }
    }
    return ExposureTest(first: withFirst, others: others, secondCount: counts[second], both: both)
  }
}
