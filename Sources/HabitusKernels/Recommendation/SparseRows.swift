/// A sparse table by rows: of every row the columns that have a value, ascending, with their values.
struct SparseRows: Hashable, Sendable {
  /// Where the entries of every row begin, and the number of all entries.
  let starts: [Int]
  /// The column of every entry.
  let columns: [Int32]
  /// The value of every entry.
  let values: [Float]

  var rowCount: Int { starts.count - 1 }

  /// The places of a row's entries.
  func entries(of row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  init(starts: [Int], columns: [Int32], values: [Float]) {
    self.starts = starts
    self.columns = columns
    self.values = values
  }

  /// Users by items; weights of the same pair are added up, in order. Users and items are in range.
  init(summing interactions: [Interaction], rowCount: Int, columnCount: Int) throws(KernelError) {
    // Stable, first by item, then by user: the same pairs are neighbours in the order given.
    let byColumn = Self.sortedStably(Array(interactions.indices), by: { interactions[$0].item }, below: columnCount)
    let order = Self.sortedStably(byColumn, by: { interactions[$0].user }, below: rowCount)
    var starts = Array(repeating: 0, count: rowCount + 1)
    var (columns, sums): ([Int32], [Double]) = ([], [])
    columns.reserveCapacity(order.count)
    sums.reserveCapacity(order.count)
    var last: (user: Int, item: Int)?
    for index in order {
      let interaction = interactions[index]
      if let last, last == (interaction.user, interaction.item) {
        sums[sums.count - 1] += interaction.weight
        try Interactions.require(
          weight: sums[sums.count - 1], "sum of the weights of user \(interaction.user) and item \(interaction.item)")
      } else {
        last = (interaction.user, interaction.item)
        columns.append(Int32(interaction.item))
        sums.append(interaction.weight)
        starts[interaction.user + 1] += 1
      }
    }
    for row in 0..<rowCount { starts[row + 1] += starts[row] }
    self.init(starts: starts, columns: columns, values: sums.map { Float($0) })
  }

  /// The same entries by column. O(entries + rows + columns).
  func transposed(columnCount: Int) -> SparseRows {
    var places = Array(repeating: 0, count: columnCount + 1)
    for column in columns { places[Int(column) + 1] += 1 }
    for column in 0..<columnCount { places[column + 1] += places[column] }
    let starts = places
    var rows = Array(repeating: Int32(0), count: columns.count)
    var moved = Array(repeating: Float(0), count: columns.count)
    for row in 0..<rowCount {
      for entry in entries(of: row) {
        let column = Int(columns[entry])
        rows[places[column]] = Int32(row)
        moved[places[column]] = values[entry]
        places[column] += 1
      }
    }
    return SparseRows(starts: starts, columns: rows, values: moved)
  }

  /// The sum of every row's values. O(entries).
  var rowSums: [Double] {
    (0..<rowCount).map { row in entries(of: row).reduce(0) { $0 + Double(values[$1]) } }
  }

  /// Ranges of rows with about as much work each, where a row is as much as `rowWork` entries more than it has.
  func shares(rowWork: Int) -> [Range<Int>] {
    let least = max(4096, (columns.count + rowCount * rowWork) / 256)
    var (shares, start, work): ([Range<Int>], Int, Int) = ([], 0, 0)
    for row in 0..<rowCount {
      work += entries(of: row).count + rowWork
      if work >= least {
        shares.append(start..<row + 1)
        (start, work) = (row + 1, 0)
      }
    }
    if start < rowCount { shares.append(start..<rowCount) }
    return shares
  }

  private static func sortedStably(_ indices: [Int], by key: (Int) -> Int, below bound: Int) -> [Int] {
    var places = Array(repeating: 0, count: bound + 1)
    for index in indices { places[key(index) + 1] += 1 }
    for value in 0..<bound { places[value + 1] += places[value] }
    var sorted = Array(repeating: 0, count: indices.count)
    for index in indices {
      sorted[places[key(index)]] = index
      places[key(index)] += 1
    }
    return sorted
  }
}
