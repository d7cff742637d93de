internal import HabitusModel
internal import HabitusStore

/// The shares that event types have among users' events, for types that the feature dictionary has no share of.
struct TypeShares: Sendable {
  /// The types, by falling number of users, of equals by name.
  let types: [String]
  /// One share a type, by the user's code.
  private let shares: [UInt32: [Double]]

  /// The most types that are told apart: beyond some, shares are so small that they tell users not apart.
  private static let mostTypes = 12
  /// A type that fewer of the users than this have is left out.
  private static let leastUserShare = 0.01

  /// Counts the types in the window's events of `users`. O(events), or nothing where the dictionary knows all types.
  init(
    _ snapshot: EventSnapshot, plan: FeaturePlan, users: [UInt32], workers: Int
  ) throws {
    let known = Set(TypeTables.sharedTypes(plan.options.roles).compactMap { plan.types.code(of: $0) })
    guard plan.types.count > known.count else {
      (types, shares) = ([], [:])
      return
    }
    let wanted = Set(users)
    let parts = try snapshot.scan(columns: [], workers: workers, makeState: {}) { (_: inout Void, frame) in
      frame.users.indices.compactMap { index -> (user: UInt32, counts: [UInt32: Int], total: Int)? in
        guard wanted.contains(frame.users[index]), let timeline = plan.timeline(of: frame, userAt: index) else {
          return nil
        }
        var counts: [UInt32: Int] = [:]
        for type in frame.types[timeline.range] where !known.contains(type) { counts[type, default: 0] += 1 }
        return (frame.users[index], counts, timeline.count)
      }
    }
    var userCounts: [UInt32: Int] = [:]
    for part in parts { for user in part { for type in user.counts.keys { userCounts[type, default: 0] += 1 } } }
    let least = max(2, Int(Double(users.count) * Self.leastUserShare))
    let chosen = userCounts.filter { $0.value >= least }
      .map { (code: $0.key, name: plan.types.text(of: $0.key), users: $0.value) }
      .sorted { ($1.users, $0.name) < ($0.users, $1.name) }.prefix(Self.mostTypes)
    types = chosen.map(\.name)
    let codes = chosen.map(\.code)
    shares = Dictionary(
      uniqueKeysWithValues: parts.joined().map { user in
        (user.user, codes.map { Double(user.counts[$0] ?? 0) / Double(user.total) })
      })
  }

  /// The shares of a user's events, one a type.
  func values(of user: UInt32) -> [Double] { shares[user] ?? types.map { _ in .nan } }
}
