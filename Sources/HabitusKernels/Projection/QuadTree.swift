internal import CKernels

/// A quadtree over points in the plane, flat: points sorted along Morton's curve, cells in the order of a walk.
///
/// Morton, "A computer oriented geodetic data base and a new technique in file sequencing" (IBM, 1966). Cells are
/// halved up to sixteen times; what is closer together than that is one leaf, and acts as one point.
struct QuadTree: Sendable {
  /// Every cell before those inside it.
  private(set) var cells: [habitus_cell] = []
  /// For every place along the curve the index of the point there.
  private(set) var order: [Int32] = []
  /// The points' coordinates along the curve.
  private(set) var x: [Double] = []
  private(set) var y: [Double] = []

  private var keys: [UInt64] = []
  private var scratch: [UInt64] = []
  /// The most points of a cell that is not divided, unless they cannot be.
  private static let leafSize = 8

  /// Sorts points anew and builds the tree over them. O(*n*).
  ///
  /// - Parameters:
  ///   - positions: x and y of every point in turn, finite.
  ///   - angle: a cell acts as one point where its extent is less than this share of its distance; 0: never.
  mutating func rebuild(_ positions: [Double], angle: Double) {
    let count = positions.count / 2
    sortKeys(positions, count)
    order.removeAll(keepingCapacity: true)
    x.removeAll(keepingCapacity: true)
    y.removeAll(keepingCapacity: true)
    for key in keys {
      let index = Int(key & 0xFFFF_FFFF)
      order.append(Int32(index))
      x.append(positions[2 * index])
      y.append(positions[2 * index + 1])
    }
    cells.removeAll(keepingCapacity: true)
    if count > 0 { _ = divide(0..<count, shift: 32, reachScale: angle > 0 ? 1 / (angle * angle) : .infinity) }
  }

  /// What a cell is made of.
  private struct Extent {
    var sumX = 0.0
    var sumY = 0.0
    var low: SIMD2<Double>
    var high: SIMD2<Double>

    mutating func join(_ other: Extent) {
      sumX += other.sumX
      sumY += other.sumY
      low = pointwiseMin(low, other.low)
      high = pointwiseMax(high, other.high)
    }
  }

  /// Adds the cell of the points in `range`, whose codes agree above the lowest `shift` bits, and all inside it.
  private mutating func divide(_ range: Range<Int>, shift: Int, reachScale: Double) -> Extent {
    var shift = shift
    // Levels on which all points are in one quarter need no cell.
    while shift > 0, quarter(range.lowerBound, shift) == quarter(range.upperBound - 1, shift) { shift -= 2 }
    let place = cells.count
    cells.append(habitus_cell())
    let extent: Extent
    let isLeaf = shift == 0 || range.count <= Self.leafSize
    if isLeaf {
      extent = self.extent(range)
    } else {
      var whole: Extent?
      var start = range.lowerBound
      while start < range.upperBound {
        var end = start + 1
        while end < range.upperBound, quarter(end, shift) == quarter(start, shift) { end += 1 }
        let part = divide(start..<end, shift: shift - 2, reachScale: reachScale)
        if whole?.join(part) == nil { whole = part }
        start = end
      }
      extent = whole ?? self.extent(range)
    }
    let mass = Double(range.count)
    let size = (extent.high - extent.low).max()
    let isOnePoint = size == 0 || (shift == 0 && range.count > Self.leafSize)
    cells[place] = habitus_cell(
      x: extent.sumX / mass, y: extent.sumY / mass, mass: mass,
      squared_reach: isOnePoint ? -1 : size * size * reachScale, next: Int32(cells.count),
      first: isLeaf ? Int32(range.lowerBound) : 0, last: isLeaf ? Int32(range.upperBound) : 0)
    return extent
  }

  private func quarter(_ place: Int, _ shift: Int) -> UInt64 { (keys[place] >> UInt64(30 + shift)) & 3 }

  private func extent(_ range: Range<Int>) -> Extent {
    let first = SIMD2(x[range.lowerBound], y[range.lowerBound])
    var extent = Extent(low: first, high: first)
    for place in range {
      let point = SIMD2(x[place], y[place])
      extent.join(Extent(sumX: point.x, sumY: point.y, low: point, high: point))
    }
    return extent
  }

  /// Sorts, by digits of eight bits, one key a point: its code above, its index below.
  private mutating func sortKeys(_ positions: [Double], _ count: Int) {
    var low = SIMD2(repeating: Double.infinity)
    var high = -low
    for index in 0..<count {
      let point = SIMD2(positions[2 * index], positions[2 * index + 1])
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    let side = count > 0 ? (high - low).max() : 0
    let scale = side > 0 ? 65535 / side : 0
    keys.removeAll(keepingCapacity: true)
    for index in 0..<count {
      let column = UInt32((positions[2 * index] - low.x) * scale)
      let row = UInt32((positions[2 * index + 1] - low.y) * scale)
      keys.append(UInt64(Self.spread(column) | Self.spread(row) << 1) << 32 | UInt64(index))
    }
    if scratch.count != count { scratch = Array(repeating: 0, count: count) }
    for digit in stride(from: UInt64(32), to: 64, by: 8) {
      var starts = Array(repeating: 0, count: 257)
      for key in keys { starts[Int((key >> digit) & 255) + 1] += 1 }
      for value in 1...256 { starts[value] += starts[value - 1] }
      for key in keys {
        let value = Int((key >> digit) & 255)
        scratch[starts[value]] = key
        starts[value] += 1
      }
      swap(&keys, &scratch)
    }
  }

  /// The sixteen low bits, each followed by a 0.
  private static func spread(_ value: UInt32) -> UInt32 {
    var bits = value & 0xFFFF
    bits = (bits | bits << 8) & 0x00FF_00FF
    bits = (bits | bits << 4) & 0x0F0F_0F0F
    bits = (bits | bits << 2) & 0x3333_3333
    return (bits | bits << 1) & 0x5555_5555
  }
}
