internal import CKernels

/// Cuts points at medians until leaves are left.
struct NeighborTreeBuilder {
  /// Rows by place.
  private(set) var order: [Int32]
  /// The nodes in preorder.
  private(set) var nodes: [habitus_tree_node] = []
  /// For every node its lowest and its highest values.
  private(set) var boxes: [Double] = []
  private let values: [Double]
  private let dimension: Int
  private let leafLength: Int

  init(values: [Double], rowCount: Int, dimension: Int, leafLength: Int) {
    self.values = values
    self.dimension = dimension
    self.leafLength = leafLength
    order = (0..<Int32(rowCount)).map { $0 }
  }

  /// Cuts all points.
  mutating func build() {
    var keys = Array(repeating: 0.0, count: order.count)
    let leafCount = (order.count + leafLength - 1) / leafLength
    nodes.reserveCapacity(2 * leafCount)
    boxes.reserveCapacity(4 * leafCount * dimension)
    build(leaves: 0..<leafCount, keys: &keys)
  }

  private mutating func build(leaves: Range<Int>, keys: inout [Double]) {
    let places = leaves.lowerBound * leafLength..<min(order.count, leaves.upperBound * leafLength)
    let node = nodes.count
    let column = addBox(around: places)
    nodes.append(habitus_tree_node(second_child: 0, leaf: Int32(leaves.lowerBound), lowest_row: .max))
    if leaves.count > 1 {
      let cut = leaves.lowerBound + (leaves.count + 1) / 2
      for place in places { keys[place] = values[Int(order[place]) * dimension + column] }
      keys.withUnsafeMutableBufferPointer { keys in
        order.withUnsafeMutableBufferPointer { order in
          partition(keys, order, places, at: cut * leafLength)
        }
      }
      build(leaves: leaves.lowerBound..<cut, keys: &keys)
      nodes[node].leaf = 0
      nodes[node].second_child = Int32(nodes.count)
      build(leaves: cut..<leaves.upperBound, keys: &keys)
      nodes[node].lowest_row = min(
        nodes[node + 1].lowest_row, nodes[Int(nodes[node].second_child)].lowest_row)
    } else {
      // Rising rows inside a leaf are met in the order in which ties are broken.
      order[places].sort()
      nodes[node].lowest_row = order[places.lowerBound]
    }
  }

  /// Adds the box of a node; returns the column that spreads most, of equals the first.
  private mutating func addBox(around places: Range<Int>) -> Int {
    let box = boxes.count
    let row = Int(order[places.lowerBound]) * dimension
    boxes.append(contentsOf: values[row..<row + dimension])
    boxes.append(contentsOf: values[row..<row + dimension])
    var widest = 0
    boxes.withUnsafeMutableBufferPointer { boxes in
      values.withUnsafeBufferPointer { values in
        for place in places {
          let row = Int(order[place]) * dimension
          for column in 0..<dimension {
            let value = values[row + column]
            if value < boxes[box + column] { boxes[box + column] = value }
            if value > boxes[box + dimension + column] { boxes[box + dimension + column] = value }
          }
        }
      }
      for column in 0..<dimension
      where boxes[box + dimension + column] - boxes[box + column]
        > boxes[box + dimension + widest] - boxes[box + widest]
      {
        widest = column
      }
    }
    return widest
  }
}

/// Reorders `range` of `keys` and `rows` alike so that no pair (key, row) before `position` is above one from there on.
///
/// Quickselect with the median of three as pivot, and by sorting once that has not helped for long. O(length) as a
/// rule.
private func partition(
  _ keys: UnsafeMutableBufferPointer<Double>, _ rows: UnsafeMutableBufferPointer<Int32>, _ range: Range<Int>,
  at position: Int
) {
  func precedes(_ first: Int, _ second: Int) -> Bool {
    keys[first] < keys[second] || (keys[first] == keys[second] && rows[first] < rows[second])
  }
  func swap(_ first: Int, _ second: Int) {
    keys.swapAt(first, second)
    rows.swapAt(first, second)
  }
  var (low, high) = (range.lowerBound, range.upperBound - 1)
  var remainingRounds = 4 * (Int.bitWidth - range.count.leadingZeroBitCount)
  while low < high {
    remainingRounds -= 1
    if remainingRounds == 0 {
      let sorted = (low...high).map { (keys[$0], rows[$0]) }.sorted { $0 < $1 }
      for (place, pair) in zip(low...high, sorted) { (keys[place], rows[place]) = pair }
      return
    }
    let middle = low + (high - low) / 2
    if precedes(middle, low) { swap(middle, low) }
    if precedes(high, low) { swap(high, low) }
    if precedes(high, middle) { swap(high, middle) }
    let pivot = (key: keys[middle], row: rows[middle])
    var (left, right) = (low, high)
    while left <= right {
      while keys[left] < pivot.key || (keys[left] == pivot.key && rows[left] < pivot.row) { left += 1 }
      while keys[right] > pivot.key || (keys[right] == pivot.key && rows[right] > pivot.row) { right -= 1 }
      if left <= right {
        swap(left, right)
        left += 1
        right -= 1
      }
    }
    if position <= right {
      high = right
    } else if position >= left {
      low = left
    } else {
      return
    }
  }
}
