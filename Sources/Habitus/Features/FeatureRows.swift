public import HabitusModel

/// The rows that scanners produce, in the order of the scan; meant to be used again for the next scan.
public struct FeatureRows: Sendable {
  /// Number of values in a row.
  public let columnCount: Int
  /// The rows' user codes.
  public private(set) var users: [UInt32] = []
  /// Row-major, `users.count × columnCount`; NaN stands for "no value".
  public private(set) var values: [Double] = []

  /// Makes room for `capacity` rows of `columnCount` values.
  public init(columnCount: Int, capacity: Int = 0) {
    self.columnCount = columnCount
    reserveCapacity(capacity)
  }

  /// Makes room for `count` rows in all.
  public mutating func reserveCapacity(_ count: Int) {
    users.reserveCapacity(count)
    values.reserveCapacity(count * columnCount)
  }

  /// Makes room for `count` further rows; growing at least doubles, so that many small scans copy little.
  mutating func reserveFurther(_ count: Int) {
    let needed = users.count + count
    if needed > users.capacity || needed * columnCount > values.capacity {
      reserveCapacity(max(needed, 2 * users.count))
    }
  }

  /// Adds a row of ``columnCount`` values.
  mutating func append(user: UInt32, values row: UnsafeBufferPointer<Double>) {
    users.append(user)
    values.append(contentsOf: row)
  }

  /// Adds the rows of a later part of the same scan.
  public mutating func append(_ other: FeatureRows) {
    precondition(other.columnCount == columnCount, "rows of the same plan")
    users.append(contentsOf: other.users)
    values.append(contentsOf: other.values)
  }

  /// Drops all rows and keeps the memory.
  public mutating func removeAll() {
    users.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }
}

extension FeatureTable {
  /// Makes a table of `rows` that were scanned by `plan`.
  public init(_ rows: FeatureRows, plan: FeaturePlan) {
    self.init(window: plan.window, definitions: plan.definitions, users: rows.users, values: rows.values)
  }
}
