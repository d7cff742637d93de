import Habitus

/// Made users: sessions of random events, into a share of which a path is planted.
struct PlantedHabits {
  /// The share of sessions that hold the planted path, its steps next to one another: 0 for none, 1 for all.
  var strength: Double
  var sessionCount = 20
  var path = ["search", "filter", "apply"]
  /// What random events are drawn from, unevenly and differently for each user; the steps of the path occur among them.
  var types = ["page_view", "click", "search", "filter", "apply", "save", "message", "download"]
  var seed: UInt64 = 1

  /// Events of so many users; sessions without the path have as many random events more.
  func events(userCount: Int) -> [Event] {
    var random = SmallGenerator(state: seed)
    var events: [Event] = []
    for user in 0..<userCount {
      let weights = types.map { _ in Double.random(in: 0.2..<1, using: &random) }
      for session in 0..<sessionCount {
        var steps = (0..<Int.random(in: 3...8, using: &random)).map { _ in draw(weights, &random) }
        if Double.random(in: 0..<1, using: &random) < strength {
          let place = Int.random(in: 0...steps.count, using: &random)
          steps.insert(contentsOf: path, at: place)
        } else {
          steps += path.map { _ in draw(weights, &random) }
        }
        let start = Double(session * 1440) + Double.random(in: 0..<1000, using: &random)
        for (place, step) in steps.enumerated() { events.append(event("user\(user)", start + Double(place), step)) }
      }
    }
    return events
  }

  /// The same events with the types of each user's in random order.
  static func shuffled(_ events: [Event], seed: UInt64) -> [Event] {
    var random = SmallGenerator(state: seed)
    var types: [UserID: [String]] = [:]
    for event in events { types[event.user, default: []].append(event.type) }
    for user in types.keys.sorted() { types[user]?.shuffle(using: &random) }
    return events.map { event in
      var event = event
      event.type = types[event.user]?.popLast() ?? event.type
      return event
    }
  }

  private func draw(_ weights: [Double], _ random: inout SmallGenerator) -> String {
    var rest = Double.random(in: 0..<weights.reduce(0, +), using: &random)
    for (type, weight) in zip(types, weights) {
      if rest < weight { return type }
      rest -= weight
    }
    return types[0]
  }
}
