internal import CKernels

/// The nearest neighbors of several points: for each `count` of them, by rising distance, of equally far ones by row.
struct NearestLists: Sendable {
  /// Neighbors of every point.
  let count: Int
  /// Squared distances, point after point.
  var squaredDistances: [Double]
  /// Rows of the neighbors.
  var rows: [Int32]
  /// Places of the neighbors.
  var places: [Int32]
}

extension NeighborTree {
  /// The neighbors of every point of the tree, in the order of places, the point itself left out or not. Without
  /// `breaksTies` any of several as far as the last may be among them.
  ///
  /// - Precondition: `count` is at least 1 and at most the number of points, less the one left out.
  func nearestOfAll(count: Int, includesSelf: Bool, breaksTies: Bool = true, threadCount: Int?) -> NearestLists {
    join(count: count, rowCount: rowCount, threadCount: threadCount) { place, point, tree, found in
      copyPoint(at: place, to: point)
      search(
        tree, point, from: place / leafLength, excluding: includesSelf ? -1 : rows[place], breaksTies: breaksTies,
        count: count, found)
    }
  }

  /// The neighbors of points that stand row-major in `values`.
  ///
  /// - Precondition: `count` is at least 1 and at most the number of points of the tree.
  func nearest(to values: [Double], rowCount: Int, count: Int, threadCount: Int?) -> NearestLists {
    let hasColumns = !values.isEmpty
    return join(count: count, rowCount: rowCount, threadCount: threadCount) { row, point, tree, found in
      for column in 0..<dimension { point[column] = hasColumns ? values[row * dimension + column] : 0 }
      search(tree, point, from: leaf(of: point), excluding: -1, breaksTies: true, count: count, found)
    }
  }

  /// How many points lie within the radius of every point, that one included, in the order of places; counting ends at
  /// or above `enough`.
  func countsWithin(squaredRadius: Double, enough: Int, threadCount: Int?) -> [Int] {
    let parts = Chunks(rowCount: rowCount).map(threadCount: threadCount) { places in
      withKernelTree { tree in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { point in
          places.map { place in
            copyPoint(at: place, to: point)
            return habitus_count_within(tree, point.baseAddress, squaredRadius, enough)
          }
        }
      }
    }
    return Array(parts.joined())
  }

  /// The leaf in whose box a point lies or nearly so, where a search had best begin.
  private func leaf(of point: UnsafeMutableBufferPointer<Double>) -> Int {
    withKernelTree { tree in
      var node = 0
      while nodes[node].second_child != 0 {
        let second = Int(nodes[node].second_child)
        let isFirst =
          habitus_box_distance(tree, point.baseAddress, node + 1)
          <= habitus_box_distance(tree, point.baseAddress, second)
        node = isFirst ? node + 1 : second
      }
      return Int(nodes[node].leaf)
    }
  }

  /// Where a search writes what it finds.
  private typealias Found = (
    distances: UnsafeMutablePointer<Double>, rows: UnsafeMutablePointer<Int32>, places: UnsafeMutablePointer<Int32>
  )

  private func search(
    _ tree: UnsafePointer<habitus_neighbor_tree>, _ point: UnsafeMutableBufferPointer<Double>, from leaf: Int,
    excluding row: Int32, breaksTies: Bool, count: Int, _ found: Found
  ) {
    let foundCount = habitus_nearest_neighbors(
      tree, point.baseAddress, leaf, row, breaksTies ? 1 : 0, count, found.distances, found.rows, found.places)
    precondition(foundCount == count, "a search finds as many neighbors as there are points")
  }

  /// Runs `body` for every row and joins what it finds.
  private func join(
    count: Int, rowCount: Int, threadCount: Int?,
    _ body:
      @Sendable (
        Int, UnsafeMutableBufferPointer<Double>, UnsafePointer<habitus_neighbor_tree>, Found
      ) -> Void
  ) -> NearestLists {
    let parts = Chunks(rowCount: rowCount, minimumLength: 128).map(threadCount: threadCount) { rows in
      var part = NearestLists(
        count: count, squaredDistances: Array(repeating: 0, count: rows.count * count),
        rows: Array(repeating: 0, count: rows.count * count), places: Array(repeating: 0, count: rows.count * count))
      part.squaredDistances.withUnsafeMutableBufferPointer { distances in
        part.rows.withUnsafeMutableBufferPointer { neighborRows in
          part.places.withUnsafeMutableBufferPointer { places in
            guard let distances = distances.baseAddress, let neighborRows = neighborRows.baseAddress,
              let places = places.baseAddress
            else { return }
            withKernelTree { tree in
              withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { point in
                for row in rows {
                  let offset = (row - rows.lowerBound) * count
                  body(row, point, tree, (distances + offset, neighborRows + offset, places + offset))
                }
              }
            }
          }
        }
      }
      return part
    }
    return NearestLists(
      count: count, squaredDistances: Array(parts.map(\.squaredDistances).joined()),
      rows: Array(parts.map(\.rows).joined()), places: Array(parts.map(\.places).joined()))
  }
}
