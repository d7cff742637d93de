/// A split by time that holds out the item every user took to last.
///
/// An item counts as of its latest interaction with the user; of equal times the item with the higher number is the
/// last. All interactions of the user with the item are held out, so that it is not known from earlier. A user with a
/// single item keeps it. Splitting the training rows again holds out the one before last, to choose parameters by.
public struct LeaveLastOut: Hashable, Sendable {
  /// The rows to learn from, ascending.
  public let trainingRows: [Int]
  /// By user, the item that is held out; `nil` for a user with fewer than two items.
  public let heldOutItems: [Int?]

  /// Splits rows of a user, an item and a time each. O(rows).
  ///
  /// - Parameters:
  ///   - rows: which rows to split; all when `nil`.
  ///   - times: on any scale, such as milliseconds.
  /// - Throws: ``KernelError``: `sampleCount` unless there are as many items and times as users, `parameter` for a user
  ///   that is not below `userCount`.
  public init(
    users: [Int], items: [Int], times: [Int64], userCount: Int, rows: [Int]? = nil
  ) throws(KernelError) {
    guard items.count == users.count else { throw .sampleCount(expected: users.count, found: items.count) }
    guard times.count == users.count else { throw .sampleCount(expected: users.count, found: times.count) }
    var last: [Int?] = Array(repeating: nil, count: max(0, userCount))
    var hasAnother = Array(repeating: false, count: max(0, userCount))
    let rows = rows ?? Array(users.indices)
    for row in rows {
      try Interactions.require(users[row], below: userCount, "user of row \(row)")
      guard let latest = last[users[row]] else {
        last[users[row]] = row
        continue
      }
      if items[row] != items[latest] { hasAnother[users[row]] = true }
      if (times[row], items[row]) > (times[latest], items[latest]) { last[users[row]] = row }
    }
    let heldOut = last.indices.map { user in hasAnother[user] ? last[user].map { items[$0] } : nil }
    heldOutItems = heldOut
    trainingRows = rows.filter { heldOut[users[$0]] != items[$0] }
  }
}
