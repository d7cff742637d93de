/// Finds the neighbours of items: all that share a user with an item, by way of its users.
struct NeighborSearch: Sendable {
  private let parameters: ItemNeighbors
  private let itemCount: Int
  private let byUser: SparseRows
  private let byItem: SparseRows

  init(_ interactions: Interactions, _ parameters: ItemNeighbors) {
    self.parameters = parameters
    itemCount = interactions.itemCount
    let values = Self.values(of: interactions, parameters.similarity)
    byItem = SparseRows(
      starts: interactions.byItem.starts, columns: interactions.byItem.columns, values: values.map { Float($0) })
    byUser = byItem.transposed(columnCount: interactions.userCount)
  }

  /// The neighbours of some items, best first.
  func neighbors(ofItems items: Range<Int>) -> [[ScoredItem]] {
    var sums = Array(repeating: 0.0, count: itemCount)
    var sharedCounts = Array(repeating: Int32(0), count: itemCount)
    var touched: [Int32] = []
    return items.map { item in
      gather(item, &sums, &sharedCounts, &touched)
      var best = BestItems(limit: parameters.neighborCount)
      for other in touched {
        let (place, count) = (Int(other), Double(sharedCounts[Int(other)]))
        let candidate = ScoredItem(item: place, score: sums[place] * count / (count + parameters.shrinkage))
        if place != item, candidate.score > 0, best.wants(candidate) { best.insert(candidate) }
        (sums[place], sharedCounts[place]) = (0, 0)
      }
      touched.removeAll(keepingCapacity: true)
      return best.sorted
    }
  }

  /// Adds up the products of an item's values with those of all items that share a user with it.
  private func gather(
    _ item: Int, _ sums: inout [Double], _ sharedCounts: inout [Int32], _ touched: inout [Int32]
  ) {
    sums.withUnsafeMutableBufferPointer { sums in
      sharedCounts.withUnsafeMutableBufferPointer { sharedCounts in
        byUser.columns.withUnsafeBufferPointer { columns in
          byUser.values.withUnsafeBufferPointer { values in
            for entry in byItem.entries(of: item) {
              let value = Double(byItem.values[entry])
              for place in byUser.entries(of: Int(byItem.columns[entry])) {
                let other = Int(columns[place])
                if sharedCounts[other] == 0 { touched.append(columns[place]) }
                sharedCounts[other] += 1
                sums[other] += value * Double(values[place])
              }
            }
          }
        }
      }
    }
  }

  /// What every pair counts, by item.
  private static func values(of interactions: Interactions, _ similarity: ItemNeighbors.Similarity) -> [Double] {
    let byItem = interactions.byItem
    let rarities = (0..<interactions.userCount).map { user in
      let count = interactions.byUser.entries(of: user).count
      return max(0, Double.log(Double(interactions.itemCount) / Double(1 + count)))
    }
    let sums = byItem.rowSums
    let meanSum = sums.reduce(0, +) / Double(max(1, sums.count))
    var values: [Double] = []
    values.reserveCapacity(byItem.values.count)
    for item in 0..<interactions.itemCount {
      let start = values.count
      for entry in byItem.entries(of: item) {
        let (weight, rarity) = (Double(byItem.values[entry]), rarities[Int(byItem.columns[entry])])
        switch similarity {
        case .cosine: values.append(weight)
        case .tfIDF: values.append(weight.squareRoot() * rarity)
        case .bm25(let k1, let b):
          let length = k1 * (1 - b + b * sums[item] / meanSum)
          values.append(weight * (k1 + 1) / (weight + length) * rarity)
        }
      }
      if case .bm25 = similarity { continue }
      let length = values[start...].reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 0 {
        for place in start..<values.count { values[place] /= length }
      }
    }
    return values
  }
}
