internal import HabitusModel

/// What each event type stands for, by its code.
struct TypeTables: Sendable {
  /// The bits of ``roles``.
  static let search: UInt8 = 1, filter: UInt8 = 2, goal: UInt8 = 4, view: UInt8 = 8

  /// Number of types.
  let count: Int
  /// The parts that each type plays.
  let roles: [UInt8]
  /// Engagement points of each type.
  let weights: [Double]
  /// Codes of the types behind the columns from `share_page_view` to `share_message`; ``count`` for a type that does
  /// not occur.
  let shares: [Int]
  /// Codes of the goal types that occur.
  let goals: [Int]

  /// The columns of shares, in the order of ``shares``.
  static let shareFeatures = [
    "share_page_view", "share_click", "share_search", "share_filter", "share_download", "share_apply", "share_save",
    "share_message",
  ]

  /// The event types behind ``shareFeatures``.
  static func sharedTypes(_ roles: EventRoles) -> [String] {
    [roles.view, roles.click, roles.search, roles.filter, roles.download, "apply", "save", "message"]
  }

  init(options: FeatureOptions, types: TermDictionary) {
    let count = types.count
    func code(_ type: String) -> Int { types.code(of: type).map(Int.init) ?? count }
    let roles = options.roles
    var parts = [UInt8](repeating: 0, count: count)
    var weights = [Double](repeating: options.otherEventWeight, count: count)
    for code in 0..<count {
      let type = types.text(of: UInt32(code))
      if type == roles.search { parts[code] |= Self.search }
      if type == roles.filter { parts[code] |= Self.filter }
      if type == roles.view { parts[code] |= Self.view }
      if roles.goal.contains(type) { parts[code] |= Self.goal }
      if let weight = options.eventWeights[type] { weights[code] = weight }
    }
    self.count = count
    self.roles = parts
    self.weights = weights
    shares = Self.sharedTypes(roles).map(code)
    goals = parts.indices.filter { parts[$0] & Self.goal != 0 }
  }
}
