extension ShallowTree {
  /// What the tree learned.
  ///
  /// Invariants: the counts of a node are the sums of those of its children; no leaf has fewer samples than the minimum
  /// unless it is the root; every split lowers the impurity.
  public struct Model: Hashable, Sendable, Codable {
    /// The root first, every child after its parent.
    public let nodes: [Node]
    /// How many columns a row has.
    public let columnCount: Int
    /// The positive class in words; `nil` where no split sets positive samples apart.
    public let rule: Rule?

    /// A set of training samples, and how it is split.
    public struct Node: Hashable, Sendable, Codable {
      /// Training samples.
      public let sampleCount: Int
      /// The positive ones.
      public let positiveCount: Int
      /// How the samples are parted; `nil` for a leaf.
      public internal(set) var split: Split?

      /// Share of positive samples.
      public var positiveShare: Double { Double(positiveCount) / Double(sampleCount) }
    }

    /// How samples are parted in two.
    public struct Split: Hashable, Sendable, Codable {
      /// The column that is looked at.
      public let column: Int
      /// Values up to it go left, greater ones right; `nil` where all values go left and missing ones right.
      public let threshold: Double?
      /// Where missing values go.
      public let missingGoesLeft: Bool
      /// Index of the node to the left.
      public internal(set) var left: Int
      /// Index of the node to the right.
      public internal(set) var right: Int
      /// The neighbouring values of training samples that the threshold lies between, of which the first goes left.
      let gap: Gap?

      /// Whether a sample with this value goes left.
      func goesLeft(_ value: Double) -> Bool {
        if value.isNaN { return missingGoesLeft }
        guard let threshold else { return true }
        return value <= threshold
      }
    }

    /// Two neighbouring values.
    struct Gap: Hashable, Sendable, Codable {
      let lower, upper: Double

      /// Midway, but always below the upper value.
      var middle: Double {
        let middle = lower / 2 + upper / 2
        return middle >= lower && middle < upper ? middle : lower
      }
    }

    /// The index of the leaf that a row ends in. O(depth).
    ///
    /// - Precondition: `row` has `columnCount` values.
    public func leaf(of row: some RandomAccessCollection<Double>) -> Int {
      precondition(row.count == columnCount, "a row has as many values as the tree saw columns")
      var index = 0
      while let split = nodes[index].split {
        let value = row[row.index(row.startIndex, offsetBy: split.column)]
        index = split.goesLeft(value) ? split.left : split.right
      }
      return index
    }

    /// For every row the share of positive training samples in its leaf. O(rows · depth).
    ///
    /// - Throws: ``KernelError/columnCount(expected:found:)`` if the number of columns differs.
    public func positiveShares(_ points: Matrix) throws(KernelError) -> [Double] {
      guard points.columnCount == columnCount else {
        throw .columnCount(expected: columnCount, found: points.columnCount)
      }
      return (0..<points.rowCount).map { nodes[leaf(of: points.row($0))].positiveShare }
    }
  }
}
