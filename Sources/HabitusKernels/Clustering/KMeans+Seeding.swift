internal import CKernels

extension KMeans.Plan {
  /// Rows to start from; see ``SeedSearch``.
  func seeds(_ generator: inout SplitMix64, chunks: Chunks, threadCount: Int?) -> [Int] {
    var search = SeedSearch(
      points: points, seedCount: parameters.clusterCount, chunks: chunks, threadCount: threadCount)
    return search.seeds(&generator)
  }
}

/// Greedy k-means++: different points, far from each other, as first centroids.
///
/// The first is drawn evenly. Each further one is, of 2 + ⌊ln k⌋ candidates (at most 8) drawn with a probability
/// proportional to the squared distance from what is chosen, the one that leaves the smallest sum of such distances, of
/// equals the first drawn. One pass over the points a seed.
struct SeedSearch {
  private let points: Matrix
  private let chunks: Chunks
  private let threadCount: Int?
  private let seedCount: Int
  private let candidateCount: Int
  /// Of every point the squared distance from the nearest seed, in the rows of slot `fieldSlot`; the other slots are
  /// room for those of the candidates. One array, since fresh memory costs more than the distances do.
  private var fields: [Double]
  private var fieldSlot = 0
  /// The sums of the field by chunk.
  private var chunkSums: [Double] = []

  /// Makes a search for `seedCount` seeds in `points`, of which there is at least one.
  init(points: Matrix, seedCount: Int, chunks: Chunks, threadCount: Int?) {
    self.points = points
    self.seedCount = seedCount
    self.chunks = chunks
    self.threadCount = threadCount
    candidateCount = min(8, 2 + Int(Double.log(Double(seedCount))))
    fields = Array(repeating: .infinity, count: (candidateCount + 1) * points.rowCount)
  }

  /// The rows of the seeds, fewer than asked for where every point is one or equals one.
  ///
  /// O(rows · seeds · candidates · columns).
  mutating func seeds(_ generator: inout SplitMix64) -> [Int] {
    var chosen = [generator.nextIndex(below: points.rowCount)]
    for row in 0..<points.rowCount { fields[fieldSlot * points.rowCount + row] = .infinity }
    _ = choose(among: chosen)
    while chosen.count < seedCount {
      let total = chunkSums.reduce(0, +)
      guard total > 0 else { return chosen }
      let candidates = (0..<candidateCount).map { _ in row(atWeight: generator.nextUnit() * total) }
      chosen.append(candidates[choose(among: candidates)])
    }
    return chosen
  }

  /// Takes the candidate, of at most eight, that leaves the smallest sum, and brings the field up to date.
  private mutating func choose(among candidates: [Int]) -> Int {
    let (points, chunks, threadCount, rowCount) = (points, chunks, threadCount, points.rowCount)
    let targets = points.selectingRows(candidates).values
    let slots = (0...candidateCount).filter { $0 != fieldSlot }
    let fieldStart = fieldSlot * rowCount
    let sums = fields.withUnsafeMutableBufferPointer { fields in
      points.values.withUnsafeBufferPointer { values in
        // Every chunk writes its own rows of the candidates' slots.
        nonisolated(unsafe) let (values, fields) = (values.baseAddress, fields.baseAddress)
        return chunks.map(threadCount: threadCount) { rows in
          let first = rows.lowerBound
          var sums = Array(repeating: 0.0, count: candidates.count)
          let outputs = candidates.indices.map { index in fields.map { $0 + slots[index] * rowCount + first } }
          withUnsafeTemporaryAllocation(of: Double.self, capacity: 8 * points.columnCount + 1) { tile in
            habitus_candidate_fields(
              values.map { $0 + first * points.columnCount }, rows.count, points.columnCount, targets,
              candidates.count, fields.map { $0 + fieldStart + first }, outputs, &sums, tile.baseAddress)
          }
          return sums
        }
      }
    }
    let totals = candidates.indices.map { candidate in sums.reduce(0) { $0 + $1[candidate] } }
    var winner = 0
    for candidate in candidates.indices where totals[candidate] < totals[winner] { winner = candidate }
    chunkSums = sums.map { $0[winner] }
    fieldSlot = slots[winner]
    return winner
  }

  /// The row at which the running sum of the field passes `weight`; never one of weight 0 while another exists.
  private func row(atWeight weight: Double) -> Int {
    let fieldStart = fieldSlot * points.rowCount
    var remaining = weight
    var last = 0
    for (index, sum) in chunkSums.enumerated() where sum > 0 {
      if remaining >= sum, chunkSums[(index + 1)...].contains(where: { $0 > 0 }) {
        remaining -= sum
        continue
      }
      for row in chunks.rows(of: index) where fields[fieldStart + row] > 0 {
        last = row
        if remaining < fields[fieldStart + row] { return row }
        remaining -= fields[fieldStart + row]
      }
      return last
    }
    return last
  }
}
