/// That a user took to an item, and how much.
public struct Interaction: Hashable, Sendable, Codable {
  /// Number of the user, from 0.
  public var user: Int
  /// Number of the item, from 0.
  public var item: Int
  /// How much it says, such as a count, or a sum of decayed event weights; above 0.
  public var weight: Double

  /// Makes an interaction.
  public init(user: Int, item: Int, weight: Double = 1) {
    self.user = user
    self.item = item
    self.weight = weight
  }
}

/// Who took to what, and how much: a sparse table of users by items, kept by user and by item.
///
/// A weight is positive; what is not listed is unknown. Interactions of the same user and item are one, whose weight is
/// the sum of theirs in the order given. Weights are kept in single precision. Users without items and items without
/// users are allowed.
public struct Interactions: Hashable, Sendable {
  /// Number of users, with or without items.
  public let userCount: Int
  /// Number of items, with or without users.
  public let itemCount: Int
  /// A row a user, with its items ascending.
  let byUser: SparseRows
  /// A row an item, with its users ascending.
  let byItem: SparseRows

  /// The weights that are allowed, alone and as sums: within them, products of two stay finite in single precision.
  static let weightRange = 1e-15...1e15

  /// Makes the table. O(interactions + users + items).
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` for a negative number of users or items, or one above
  ///   2³¹ − 1; for an interaction whose user or item is not below those numbers, or whose weight is not a number in
  ///   1e-15…1e15, as is its sum with others of the same user and item. The name says which interaction it is, from 0.
  public init(_ interactions: [Interaction], userCount: Int, itemCount: Int) throws(KernelError) {
    for (name, count) in [("userCount", userCount), ("itemCount", itemCount)] {
      guard count >= 0, count <= Int(Int32.max) else {
        throw .parameter(name: name, value: Double(count), allowed: "0 to \(Int32.max)")
      }
    }
    for (index, interaction) in interactions.enumerated() {
      try Self.require(interaction.user, below: userCount, "user of interaction \(index)")
      try Self.require(interaction.item, below: itemCount, "item of interaction \(index)")
      try Self.require(weight: interaction.weight, "weight of interaction \(index)")
    }
    self.userCount = userCount
    self.itemCount = itemCount
    byUser = try SparseRows(summing: interactions, rowCount: userCount, columnCount: itemCount)
    byItem = byUser.transposed(columnCount: itemCount)
  }

  /// Number of pairs of a user and an item.
  public var count: Int { byUser.columns.count }

  /// The items of a user with their weights, by number. O(items of the user).
  public func history(ofUser user: Int) -> [WeightedItem] {
    byUser.entries(of: user).map { entry in
      WeightedItem(item: Int(byUser.columns[entry]), weight: Double(byUser.values[entry]))
    }
  }

  /// Whether a user took to an item. O(log items of the user).
  public func contains(user: Int, item: Int) -> Bool {
    var places = byUser.entries(of: user)
    while !places.isEmpty {
      let middle = places.lowerBound + places.count / 2
      let found = Int(byUser.columns[middle])
      if found == item { return true }
      places = found < item ? middle + 1..<places.upperBound : places.lowerBound..<middle
    }
    return false
  }

  static func require(_ index: Int, below count: Int, _ name: @autoclosure () -> String) throws(KernelError) {
    guard index >= 0, index < count else {
      throw .parameter(
        name: name(), value: Double(index), allowed: count > 0 ? "0 to \(count - 1)" : "none, as there are none")
    }
  }

  static func require(weight: Double, _ name: @autoclosure () -> String) throws(KernelError) {
    guard weightRange.contains(weight) else {
      throw .parameter(name: name(), value: weight, allowed: "numbers above 0, from 1e-15 to 1e15")
    }
  }
}

/// An item that a user took to, and how much.
public struct WeightedItem: Hashable, Sendable, Codable {
  /// Number of the item, from 0.
  public var item: Int
  /// How much it says, as in ``Interaction/weight``.
  public var weight: Double

  /// Makes an item with its weight.
  public init(item: Int, weight: Double = 1) {
    self.item = item
    self.weight = weight
  }
}

extension [WeightedItem] {
  /// The items by number, each once with the sum of its weights.
  ///
  /// - Throws: ``KernelError/parameter(name:value:allowed:)`` as ``Interactions`` for an item that is not below
  ///   `itemCount` or a weight out of range.
  func joined(itemCount: Int) throws(KernelError) -> [WeightedItem] {
    for (index, entry) in enumerated() {
      try Interactions.require(entry.item, below: itemCount, "item \(index) of the history")
      try Interactions.require(weight: entry.weight, "weight \(index) of the history")
    }
    let order = indices.sorted { (self[$0].item, $0) < (self[$1].item, $1) }
    var joined: [WeightedItem] = []
    for index in order {
      if let last = joined.last, last.item == self[index].item {
        joined[joined.count - 1].weight += self[index].weight
      } else {
        joined.append(self[index])
      }
    }
    for entry in joined {
      try Interactions.require(weight: entry.weight, "sum of the weights of item \(entry.item) in the history")
    }
    return joined
  }
}
